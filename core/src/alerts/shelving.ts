import type { Severity } from "./alert-rule.ts";
import { hours, minutes, type EpochMs } from "../time.ts";

/** How long an alert may be shelved at once, hours: what is urgent or important for a shift, the rest for a week. */
export const maxShelveHours = { P1: 8, P2: 8, P3: 168, P4: 168 } as const satisfies Record<Severity, number>;

/** The longest choice must not fail by a clock that is ahead, or by the time that a request takes. */
const slackMs = minutes(2);

/** What is wrong with shelving an alert of this severity until then; null = nothing. */
export function shelvingFault(severity: Severity, until: EpochMs, now: EpochMs): string | null {
  if (until <= now) return "An alert is shelved until a time to come";
  const most = maxShelveHours[severity];
  if (until <= now + hours(most) + slackMs) return null;
  return `An alert of ${severity} is shelved for at most ${most <= 24 ? `${most} hours` : `${most / 24} days`} at once`;
}
