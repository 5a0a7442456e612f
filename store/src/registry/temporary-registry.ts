import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type {
  AlertChange,
  AuditContext,
  Device,
  DeviceId,
  Enterprise,
  EnterpriseId,
  IngestCommit,
  LimitRule,
  Logger,
  Meter,
  MeterId,
  Point,
  PointId,
  Principal,
  Quantity,
  Role,
  UserId,
} from "@smart-park/core";
import { aPoint as aCorePoint } from "@smart-park/core/testing";
import { openRegistry, type RegistryDatabase, type RegistryOptions } from "./open-registry.ts";

/** Builders and a real registry in a folder of its own, for tests. */

/** Tests name things by plain words; these are the places where a word becomes an id. */
export const enterpriseId = (id: string): EnterpriseId => id as EnterpriseId;
export const meterId = (id: string): MeterId => id as MeterId;
export const deviceId = (id: string): DeviceId => id as DeviceId;
export const userId = (id: string): UserId => id as UserId;
export const pointId = (id: string): PointId => id as PointId;

export const testStart = Date.UTC(2026, 0, 5);

export interface TemporaryRegistry extends RegistryDatabase {
  readonly files: { readonly file: string; readonly secretKeyFile: string };
  readonly log: string[];
  readonly logger: Logger;
  /** Moved by hand. */
  readonly clock: { now(): number; at: number };
  reopen(): Promise<TemporaryRegistry>;
  /** As `stop`, but the files stay. */
  close(): Promise<void>;
}

export function temporaryRegistry(options: Partial<RegistryOptions> = {}): TemporaryRegistry {
  const folder = mkdtempSync(join(tmpdir(), "registry-"));
  return openIn({ file: join(folder, "registry.db"), secretKeyFile: join(folder, "secret.key") }, options);
}

function openIn(files: TemporaryRegistry["files"], options: Partial<RegistryOptions>): TemporaryRegistry {
  const log: string[] = [];
  const clock = { at: testStart, now: () => clock.at };
  const logger = loggerInto(log);
  const opened = openRegistry({ clock, logger, ...files, ...options });
  const reopen = async (): Promise<TemporaryRegistry> => {
    await opened.stop();
    return openIn(files, options);
  };
  const stop = async (): Promise<void> => {
    await opened.stop();
    rmSync(dirname(files.file), { recursive: true, force: true });
  };
  return { ...opened, files, log, logger, clock, reopen, close: () => opened.stop(), stop };
}

export function loggerInto(log: string[]): Logger {
  const write = (_fields: object, message: string): void => void log.push(message);
  return { debug: write, info: write, warn: write, error: write };
}

export const anAudit = (given: Partial<AuditContext> = {}): AuditContext => ({
  at: testStart,
  actor: "admin",
  address: "192.0.2.1",
  ...given,
});

export const aPrincipal = (role: Role, enterprises: readonly string[] | "all", id = "someone"): Principal => ({
  kind: "user",
  id: userId(id),
  role,
  scope: enterprises === "all" ? "all" : new Set(enterprises.map(enterpriseId)),
  tokenScopes: null,
});

export const anEnterprise = (id: string, given: Partial<Enterprise> = {}): Enterprise => ({
  id: enterpriseId(id),
  name: `Enterprise ${id}`,
  nameEn: null,
  chain: null,
  trade: null,
  demo: false,
  ...given,
});

export const aPoint = (meter: string, quantity: Quantity, given: Partial<Point> = {}): Point =>
  aCorePoint(quantity, { meterId: meterId(meter), enterpriseId: enterpriseId("A"), ...given });

export function aMeter(id: string, owner: string, given: Partial<Meter> = {}): Meter {
  return {
    id: meterId(id),
    name: `Meter ${id}`,
    nameEn: null,
    enterpriseId: enterpriseId(owner),
    kind: "electricity",
    intervalS: 60,
    parentId: null,
    zoneId: null,
    workshop: null,
    dataSource: null,
    points: [aPoint(id, "activePower", { enterpriseId: enterpriseId(owner) })],
    ...given,
  };
}

export const aDevice = (id: string, owner: string, meters: readonly string[] = []): Device => ({
  id: deviceId(id),
  enterpriseId: enterpriseId(owner),
  meterIds: meters.map(meterId),
  protocol: "mqtt",
  isEnabled: true,
});

export const aLimitRule = (id: string, points: readonly string[], given: Partial<LimitRule> = {}): LimitRule => ({
  id,
  name: `Rule ${id}`,
  kind: "limit",
  points: points.map(pointId),
  severity: "P2",
  enabled: true,
  onDelayS: 0,
  offDelayS: 0,
  above: 100,
  below: null,
  deadband: 5,
  ...given,
});

export const aTransition = (
  type: "raised" | "cleared",
  {
    rule,
    point,
    owner,
    raisedAt,
    at = raisedAt,
  }: { rule: string; point: string; owner: string; raisedAt: number; at?: number },
): AlertChange => ({
  transition: {
    type,
    alertId: `${rule}~${point}~${raisedAt.toString(36)}`,
    ruleId: rule,
    pointId: pointId(point),
    raisedAt,
    at,
    value: 123.5,
    limit: 100,
  },
  enterpriseId: enterpriseId(owner),
  severity: "P2",
  late: false,
  recalculated: false,
});

export const aCommit = (sequence: number, given: Partial<IngestCommit> = {}): IngestCommit => ({
  position: { journalId: "journal-1", sequence, segment: 1, offset: sequence * 100 },
  quarantined: [],
  books: [],
  alerts: [],
  ruleStates: [],
  clock: { upMs: sequence * 1000, lastTickAt: testStart },
  heard: [],
  audits: [],
  commandNews: [],
  ...given,
});
