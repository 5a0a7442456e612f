import { firstTables } from "./0001-first-tables.ts";
import { journalId } from "./0002-journal-id.ts";
import { figureInputs } from "./0003-figure-inputs.ts";
import { purposesAndLimits } from "./0004-purposes-and-limits.ts";
import { notifications } from "./0005-notifications.ts";
import { ruleKinds } from "./0006-rule-kinds.ts";
import { removedMeters } from "./0007-removed-meters.ts";
import { alertLifecycle } from "./0008-alert-lifecycle.ts";
import { learnt } from "./0009-learnt.ts";
import { trades } from "./0010-trades.ts";
import { deviceImports } from "./0011-device-imports.ts";
import { onboarding } from "./0012-onboarding.ts";
import { people } from "./0013-people.ts";
import { gasStates } from "./0014-gas-states.ts";
import { figureRuleStart } from "./0015-figure-rule-start.ts";
import { channelHealth } from "./0016-channel-health.ts";
import { commands } from "./0017-commands.ts";
import { movedDevices } from "./0018-moved-devices.ts";
import { spentMeterIds } from "./0019-spent-meter-ids.ts";
import { inspections } from "./0020-inspections.ts";
import { formerPasswords } from "./0021-former-passwords.ts";
import { channelTests } from "./0022-channel-tests.ts";
import { walls } from "./0023-walls.ts";
import { tokenUse } from "./0024-token-use.ts";
import { sitePlan } from "./0025-site-plan.ts";
import { annotations } from "./0026-annotations.ts";
import { savedViews } from "./0027-saved-views.ts";
import { stations } from "./0028-stations.ts";
import { endedSessions } from "./0029-ended-sessions.ts";

/** A step of the schema; numbers run from 1 without a gap and a released step never changes. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [
  { number: 1, name: "first-tables", sql: firstTables },
  { number: 2, name: "journal-id", sql: journalId },
  { number: 3, name: "figure-inputs", sql: figureInputs },
  { number: 4, name: "purposes-and-limits", sql: purposesAndLimits },
  { number: 5, name: "notifications", sql: notifications },
  { number: 6, name: "rule-kinds", sql: ruleKinds },
  { number: 7, name: "removed-meters", sql: removedMeters },
  { number: 8, name: "alert-lifecycle", sql: alertLifecycle },
  { number: 9, name: "learnt", sql: learnt },
  { number: 10, name: "trades", sql: trades },
  { number: 11, name: "device-imports", sql: deviceImports },
  { number: 12, name: "onboarding", sql: onboarding },
  { number: 13, name: "people", sql: people },
  { number: 14, name: "gas-states", sql: gasStates },
  { number: 15, name: "figure-rule-start", sql: figureRuleStart },
  { number: 16, name: "channel-health", sql: channelHealth },
  { number: 17, name: "commands", sql: commands },
  { number: 18, name: "moved-devices", sql: movedDevices },
  { number: 19, name: "spent-meter-ids", sql: spentMeterIds },
  { number: 20, name: "inspections", sql: inspections },
  { number: 21, name: "former-passwords", sql: formerPasswords },
  { number: 22, name: "channel-tests", sql: channelTests },
  { number: 23, name: "walls", sql: walls },
  { number: 24, name: "token-use", sql: tokenUse },
  { number: 25, name: "site-plan", sql: sitePlan },
  { number: 26, name: "annotations", sql: annotations },
  { number: 27, name: "saved-views", sql: savedViews },
  { number: 28, name: "stations", sql: stations },
  { number: 29, name: "ended-sessions", sql: endedSessions },
];
