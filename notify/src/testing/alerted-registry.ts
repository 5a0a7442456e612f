import type { AlertChange, DeliveryLedger, IngestCommit, IngestLedger, Registry, Subscription } from "@smart-park/core";
import {
  systemPrincipal,
  type EnterpriseId,
  type MeterId,
  type PointId,
  type Severity,
  type UserId,
} from "@smart-park/core";
import { aPoint } from "@smart-park/core/testing";

interface Database {
  readonly registry: Registry;
  readonly ledger: IngestLedger;
  readonly deliveries: DeliveryLedger;
}

const audit = { at: 0, actor: "test", address: "local" };
const enterpriseId = "A" as EnterpriseId;
const meterId = "m" as MeterId;

/** A park of one meter with rules of each severity, a person, and a webhook to the address that the person hears by. */
export async function subscribeWebhook(
  { registry }: Database,
  url: string,
  given: Partial<Omit<Subscription, "id">> = {},
): Promise<void> {
  const point = aPoint("activePower", { meterId, enterpriseId });
  registry.createEnterprise(
    systemPrincipal,
    { id: enterpriseId, name: "企业", nameEn: null, chain: null, demo: false },
    audit,
  );
  const plain = { nameEn: null, parentId: null, zoneId: null, workshop: null, dataSource: null } as const;
  const meter = {
    ...plain,
    id: meterId,
    name: "进线",
    enterpriseId,
    kind: "electricity",
    intervalS: 60,
    points: [point],
  } as const;
  registry.createMeter(systemPrincipal, meter, audit);
  for (const severity of ["P1", "P2", "P3", "P4"] as const) {
    const limits = { kind: "limit", above: 100, below: null, deadband: 0, onDelayS: 0, offDelayS: 0 } as const;
    const rule = { ...limits, id: severity, name: `限值 ${severity}`, points: [point.id], severity, enabled: true };
    registry.createRule(systemPrincipal, rule, audit);
  }
  const user = {
    id: "li" as UserId,
    passwordHash: "x",
    role: "parkManager",
    enterpriseIds: null,
    mustChangePassword: false,
  } as const;
  registry.createUser(systemPrincipal, user, audit);
  registry.createChannel(
    systemPrincipal,
    {
      id: "hook",
      name: "hook",
      enterpriseId: null,
      language: "zh",
      isEnabled: true,
      settings: { kind: "webhook", host: "receiver.example" },
      secrets: { url, signingKey: "signing-key-1" },
    },
    audit,
  );
  const subscription: Omit<Subscription, "id"> = {
    owner: { userId: user.id },
    channelId: "hook",
    address: "",
    severities: ["P1", "P2", "P3", "P4"],
    enterpriseIds: null,
    quietHours: null,
    wantsCleared: true,
    escalateAfterMinutes: null,
    isEnabled: true,
    ...given,
  };
  registry.createSubscription(systemPrincipal, subscription, audit);
}

let sequence = 0;

/** Commits so many alerts as ingest does, in one transaction; gives their ids. */
export async function raiseAlerts(
  { ledger }: Pick<Database, "ledger">,
  count: number,
  {
    severity = "P2",
    from = 1,
    type = "raised",
  }: { severity?: Severity; from?: number; type?: "raised" | "cleared" } = {},
): Promise<string[]> {
  const alerts = Array.from({ length: count }, (_, n): AlertChange => {
    const raisedAt = from + n;
    const transition = {
      type,
      alertId: `${severity}~m.activePower~${raisedAt}`,
      ruleId: severity,
      raisedAt,
      at: raisedAt,
    } as const;
    const figures = { pointId: "m.activePower" as PointId, value: 120, limit: 100 };
    return { transition: { ...transition, ...figures }, enterpriseId, severity, late: false, recalculated: false };
  });
  sequence += 1;
  const commit: IngestCommit = {
    position: { journalId: "j", sequence, segment: 1, offset: sequence },
    alerts,
    quarantined: [],
    books: [],
    ruleStates: [],
    heard: [],
    audits: [],
    commandNews: [],
    clock: { upMs: 0, lastTickAt: null },
  };
  await ledger.commit(commit);
  return alerts.map(({ transition }) => transition.alertId);
}
