import { alertUnit, isDefaultRule, levelOfAlert, limitBehind, systemPrincipal, tokenState } from "@smart-park/core";
import type {
  Alert,
  AlertEvent,
  Catalog,
  Command,
  DatedGasState,
  DatedMultiplier,
  Device,
  Entered,
  Enterprise,
  EpochMs,
  Meter,
  ParkTime,
  Registry,
  Point,
  RegisterChange,
  StoredRule,
  TokenEntry,
  User,
  WatchTarget,
} from "@smart-park/core";
import type { AlertBody, AlertRuleBody, CommandBody, EnterpriseBody, MeterBody } from "@smart-park/core/wire";

/** Domain objects as the wire carries them. Times become ISO 8601 with the park's offset. */

const isoOrNull = (time: ParkTime, at: number | null): string | null => (at === null ? null : time.toIso(at));

export const toEnterpriseBody = (enterprise: Enterprise, meterCount: number): EnterpriseBody => ({
  id: enterprise.id,
  name: enterprise.name,
  nameEn: enterprise.nameEn,
  chain: enterprise.chain,
  trade: enterprise.trade ?? null,
  demo: enterprise.demo,
  meterCount,
});

function toPointBody(point: Point, time: ParkTime): MeterBody["points"][number] {
  const { id, meterId, enterpriseId, quantity, unit, kind, multiplier, valueSide, modulus, ratedPerHour } = point;
  const { stampAt, min, max } = point;
  const plain = { id, meterId, enterpriseId, quantity, unit, kind, multiplier, valueSide, modulus, ratedPerHour };
  const { multipliers = [], registerChanges = [], gasStates = [] } = point;
  return {
    ...plain,
    multiplierFrom: isoOrNull(time, point.multiplierFrom),
    stampAt,
    min,
    max,
    ...(multipliers.length > 0 && { multipliers: multipliers.map((dated) => toMultiplierBody(dated, time)) }),
    ...(gasStates.length > 0 && { gasStates: gasStates.map((dated) => toGasStateBody(dated, time)) }),
    ...(registerChanges.length > 0 && {
      registerChanges: registerChanges.map((change) => toRegisterChangeBody(change, time)),
    }),
  };
}

export const toGasStateBody = (state: DatedGasState, time: ParkTime) => ({
  ...state,
  from: isoOrNull(time, state.from),
});

export const toMultiplierBody = ({ from, value }: DatedMultiplier, time: ParkTime) => ({
  from: isoOrNull(time, from),
  value,
});

export const toRegisterChangeBody = (
  { at, endReading, startReading, modulus = null }: RegisterChange,
  time: ParkTime,
) => ({ at: time.toIso(at), endReading, startReading, modulus });

export const toEnteredBody = ({ by, at }: Entered, time: ParkTime) => ({ by, at: time.toIso(at) });

export function toMeterBody(meter: Meter, time: ParkTime): MeterBody {
  const {
    id,
    name,
    nameEn,
    enterpriseId,
    kind,
    intervalS,
    parentId,
    zoneId,
    workshop,
    dataSource,
    purpose = null,
    beginsAt = null,
  } = meter;
  const plain = { id, name, nameEn, enterpriseId, kind, intervalS, parentId, zoneId, workshop, dataSource, purpose };
  return {
    ...plain,
    ...(beginsAt !== null && { beginsAt: time.toIso(beginsAt) }),
    points: meter.points.map((point) => toPointBody(point, time)),
  };
}

export const toDeviceBody = (device: Device) => ({
  id: device.id,
  enterpriseId: device.enterpriseId,
  meterIds: [...device.meterIds],
  protocol: device.protocol,
  ...(device.mn === undefined ? {} : { mn: device.mn }),
  enabled: device.isEnabled,
});

/** `lockedUntil`: while wrong passwords hold the account up somewhere. */
export const toUserBody = (user: User, time: ParkTime, lockedUntil: number | null = null) => ({
  id: user.id,
  username: user.id,
  name: user.name,
  role: user.role,
  enterpriseIds: user.enterpriseIds === null ? null : [...user.enterpriseIds],
  enabled: user.isEnabled,
  mustChangePassword: user.mustChangePassword,
  passwordChangedAt: isoOrNull(time, user.passwordChangedAt),
  lastSignInAt: isoOrNull(time, user.lastSignInAt),
  lastSeenAt: isoOrNull(time, user.lastSeenAt),
  lockedUntil: isoOrNull(time, lockedUntil),
});

export const toTokenBody = (token: TokenEntry, time: ParkTime, now: EpochMs) => ({
  id: token.id,
  name: token.name,
  scopes: [...token.scopes],
  enterpriseId: token.enterpriseId,
  createdAt: time.toIso(token.createdAt),
  expiresAt: isoOrNull(time, token.expiresAt),
  createdBy: token.createdBy,
  lastUsedAt: isoOrNull(time, token.lastUsedAt),
  state: tokenState(token, now),
});

export const toRuleBody = ({
  rule: { covers = null, template = null, ...rule },
  version,
}: StoredRule): AlertRuleBody => ({
  ...rule,
  covers,
  ...(covers && { coveredPoints: rule.points.length }),
  points: covers ? [] : [...rule.points],
  template,
  default: isDefaultRule({ id: rule.id, template }),
  version,
});

/** Alerts of one answer: what limits are registered is asked once, and only when there is an alert to tell of. */
export function alertBodies({ registry, time }: { registry: Registry; time: ParkTime }): (alert: Alert) => AlertBody {
  let targets: readonly WatchTarget[] | null = null;
  return (alert) => {
    targets ??= registry.watchTargets(systemPrincipal); // those of an alert's point are its owner's, as the alert is
    return toAlertBody(alert, registry.current(), { time, targets });
  };
}

function toAlertBody(
  alert: Alert,
  catalog: Catalog,
  { time, targets }: { time: ParkTime; targets: readonly WatchTarget[] },
): AlertBody {
  const { id, ruleId, ruleName, enterpriseId, severity, kind, state, assignee, value, limit, late, recalculated } =
    alert;
  const { suppressed } = alert;
  const unit = alert.unit ?? alertUnit(kind, catalog.point(alert.pointId)?.unit ?? "");
  const acknowledged = alert.acknowledged && { ...alert.acknowledged, at: time.toIso(alert.acknowledged.at) };
  return {
    id,
    ruleId,
    ruleName,
    point: alert.pointId,
    enterpriseId,
    severity,
    kind,
    state,
    acknowledged,
    assignee,
    level: levelOfAlert(id),
    shelvedUntil: isoOrNull(time, alert.shelvedUntil),
    raisedAt: time.toIso(alert.raisedAt),
    clearedAt: isoOrNull(time, alert.clearedAt),
    value,
    limit,
    limitBehind: limitBehind(alert, targets, unit),
    unit,
    late,
    recalculated,
    subject: alert.subject,
    suppressed: suppressed && {
      ...suppressed,
      until: time.toIso(suppressed.until),
      announcedAt: isoOrNull(time, suppressed.announcedAt),
    },
    groupId: alert.groupId,
    repeats: alert.repeats,
  };
}

export const toAlertEventBody = ({ at, by, action, note, photoId = null }: AlertEvent, time: ParkTime) => ({
  at: time.toIso(at),
  by,
  action,
  note,
  photoId,
});

export const toWatchTargetBody = (target: WatchTarget, catalog: Catalog, time: ParkTime) => ({
  id: target.id,
  kind: target.kind,
  point: target.pointId,
  limit: target.limit,
  lowerLimit: target.lowerLimit ?? null,
  decimals: target.decimals ?? null,
  referenceOxygen: target.referenceOxygen ?? null,
  unit: target.kind === "demand" ? "kW" : (catalog.point(target.pointId)?.unit ?? ""),
  title: target.title,
  source: target.source,
  effectiveFrom: time.toIso(target.effectiveFrom),
  status: target.status,
});

/** Bytes from outside as text; what is not UTF-8 shows as replacement characters. Cut at 64 KiB. */
export function toText(payload: Uint8Array): string {
  const shown = payload.subarray(0, 65_536);
  return new TextDecoder().decode(shown) + (shown.length < payload.length ? "…" : "");
}

export const toCommandBody = (command: Command, time: ParkTime): CommandBody => ({
  id: command.id,
  deviceId: command.deviceId,
  meterId: command.meterId,
  enterpriseId: command.enterpriseId,
  command: command.name,
  params: { ...command.params },
  state: command.state,
  createdAt: time.toIso(command.createdAt),
  createdBy: command.createdBy,
  expiresAt: time.toIso(command.expiresAt),
  sentAt: isoOrNull(time, command.sentAt),
  deliveredAt: isoOrNull(time, command.deliveredAt),
  endedAt: isoOrNull(time, command.endedAt),
  answer: command.answer && {
    at: time.toIso(command.answer.at),
    ok: command.answer.isOk,
    detail: command.answer.detail,
    result: command.answer.result,
  },
});
