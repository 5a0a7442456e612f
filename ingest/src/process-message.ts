import {
  convert,
  minutes,
  days,
  type Catalog,
  type Device,
  type EnterpriseId,
  type JournalRecord,
  type Meter,
  type Point,
  type Quality,
  type QuarantineReason,
  type Reading,
  type RemovedMeter,
} from "@smart-park/core";
import { parseTopic } from "@smart-park/core/wire";
import { decode } from "./decode/index.ts";
import type { Decoded, DecodedValue, Refusal } from "./decode/decoded.ts";
import { stampOf, stationMeters } from "./station-meter.ts";

/** A device clock may run this far ahead; telemetry may come this late (history has its own way in). */
const clockLimits = { aheadMs: minutes(10), behindMs: days(7) } as const;

/** A reading, and in whose books it counts. */
export interface Accepted {
  readonly reading: Reading;
  readonly enterpriseId: EnterpriseId;
}

/** A refusal, and in whose books it counts; "" = nobody's. */
export interface AttributedRefusal extends Refusal {
  readonly enterpriseId: EnterpriseId | "";
}

export interface Processed {
  readonly accepted: readonly Accepted[];
  /** At most one per reason and enterprise. */
  readonly refusals: readonly AttributedRefusal[];
  readonly stampedByPlatform: number;
  /** Meters of other enterprises that the message named: refused like unknown ones, but put on record. */
  readonly foreignMeters: readonly string[];
}

/**
 * One message to readings and refusals. Everything is judged against the record's time of receipt, never against the
 * clock, so replaying the journal gives the same again.
 */
export function processMessage(record: JournalRecord, catalog: Catalog): Processed {
  const decoded = decode(record);
  if (record.source === "waiting") return setAside(decoded);
  const refusals = new RefusalTally();
  for (const refusal of decoded.refusals) refusals.add(record.enterpriseId, refusal);
  const accepted: Accepted[] = [];
  const foreignMeters = new Set<string>();
  let stampedByPlatform = 0;
  const meterOf = meterResolver(record, catalog);
  for (const value of decoded.values) {
    const verdict = judge(value, meterOf(value), record, catalog);
    if (verdict.ok) {
      accepted.push(verdict.accepted);
      if (value.isStampedByPlatform) stampedByPlatform += 1;
      continue;
    }
    refusals.add(verdict.enterpriseId, { reason: verdict.reason, detail: verdict.detail, count: 1 });
    if (verdict.foreignMeter !== undefined) foreignMeters.add(verdict.foreignMeter);
  }
  return { accepted, refusals: refusals.toList(), stampedByPlatform, foreignMeters: [...foreignMeters] };
}

/** All of a message from a device that nobody approved, whatever it says and of whom: somebody will look at it whole. */
function setAside({ values, refusals }: Decoded): Processed {
  const count = values.length + refusals.reduce((sum, refusal) => sum + refusal.count, 0);
  const detail = "the device waits for approval";
  const refusal = { reason: "unapproved_device", detail, count: Math.max(1, count), enterpriseId: "" } as const;
  return { accepted: [], refusals: [refusal], stampedByPlatform: 0, foreignMeters: [] };
}

type Refused = {
  readonly ok: false;
  readonly enterpriseId: EnterpriseId | "";
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly foreignMeter?: string;
};
type Resolved = { readonly ok: true; readonly meter: Meter | RemovedMeter } | Refused;
type Verdict = { readonly ok: true; readonly accepted: Accepted } | Refused;

/** Looks each meter of a message up once. */
function meterResolver(record: JournalRecord, catalog: Catalog): (value: DecodedValue) => Resolved {
  if (record.source === "hj212") return (value) => resolveStationMeter(value, record, catalog);
  const known = new Map<string | null, Resolved>();
  return ({ meter }) => {
    const found = known.get(meter) ?? resolveMeter(meter, record, catalog);
    known.set(meter, found);
    return found;
  };
}

function resolveMeter(name: string | null, record: JournalRecord, catalog: Catalog): Resolved {
  const { enterpriseId } = record;
  const device = record.source === "mqtt" ? catalog.device(record.sender) : undefined;
  if (name === null && device && device.meterIds.length > 1)
    return refuse(enterpriseId, "ambiguous_meter", `the device speaks for ${device.meterIds.length} meters`);
  const meterId = name ?? device?.meterIds[0];
  const meter = meterId === undefined ? undefined : meterAt(catalog, meterId, record.receivedAt);
  if (!meter) return unknownMeter(enterpriseId, meterId);
  const isOpenToAll = record.source === "http" && enterpriseId === "";
  // A foreign meter answers like a missing one, or its sender would learn which ids exist.
  if (!isOpenToAll && meter.enterpriseId !== enterpriseId)
    return { ...unknownMeter(enterpriseId, meterId), foreignMeter: meter.id };
  // On a park topic edge has checked the device's meters before the acknowledgement; inside a gateway's payload nobody has.
  const isGateway = record.source === "mqtt" && parseTopic(record.topic).kind === "thingsboardGateway";
  if (isGateway && device && !isBehind(device, meter))
    return refuse(enterpriseId, "foreign_meter", `meter ${meter.id} is not behind this gateway`);
  return { ok: true, meter };
}

/** A frame names no meter: it is of those that its station speaks for. */
function resolveStationMeter(value: DecodedValue, record: JournalRecord, catalog: Catalog): Resolved {
  const { enterpriseId, receivedAt, sender } = record;
  const all = (catalog.device(sender)?.meterIds ?? []).flatMap((id) => meterAt(catalog, id, receivedAt) ?? []);
  const own = all.filter((meter) => meter.enterpriseId === enterpriseId);
  const [meter, another] = stationMeters(own, value, catalog);
  if (another !== undefined)
    return refuse(enterpriseId, "ambiguous_meter", `several meters of the station have ${value.quantity}`);
  if (meter !== undefined) return { ok: true, meter };
  return own[0] === undefined
    ? unknownMeter(enterpriseId, undefined)
    : refuse(enterpriseId, "unknown_quantity", `no meter of the station has ${value.quantity}`);
}

/** The meter as it was when the message came: ingest may be behind by more than a removal or a move. */
function meterAt(catalog: Catalog, id: string, receivedAt: number): Meter | RemovedMeter | undefined {
  const meter = catalog.meter(id);
  if (meter !== undefined && receivedAt >= (meter.beginsAt ?? -Infinity)) return meter;
  const before = meter === undefined ? catalog.removedMeter(id) : catalog.predecessorOf(id);
  return before !== undefined && receivedAt < before.removedAt ? before : meter;
}

const isBehind = ({ meterIds }: Device, meter: Meter | RemovedMeter): boolean =>
  meterIds.includes(meter.id) ||
  ("removedAt" in meter && meter.successor != null && meterIds.includes(meter.successor));

const unknownMeter = (enterpriseId: EnterpriseId, meterId: string | undefined): Refused =>
  refuse(enterpriseId, "unknown_meter", `no meter ${meterId ?? "is bound to the device"}`);

/** The hot path: no closure is made for a value that is accepted. */
function judge(value: DecodedValue, resolved: Resolved, record: JournalRecord, catalog: Catalog): Verdict {
  if (!resolved.ok) return resolved;
  const { enterpriseId, id: meterId, beginsAt = null } = resolved.meter;
  const point = catalog.pointAt(meterId, value.quantity) ?? removedPoint(resolved.meter, value.quantity);
  if (!point) return refuse(enterpriseId, "unknown_quantity", `meter ${meterId} has no ${value.quantity}`);
  const observedAt = value.meanOf === undefined ? value.observedAt : stampOf(value, resolved.meter, point.stampAt);
  const { receivedAt } = record;
  // Of whoever had the device then; nobody but the park may see it.
  if (beginsAt !== null && observedAt < beginsAt)
    return refuse("", "too_old", `${bothTimes(observedAt, receivedAt)}; the meter began later`);
  if (observedAt > receivedAt + clockLimits.aheadMs)
    return refuse(enterpriseId, "future_timestamp", bothTimes(observedAt, receivedAt));
  if (observedAt < receivedAt - clockLimits.behindMs)
    return refuse(enterpriseId, "too_old", bothTimes(observedAt, receivedAt));
  const stated = value.unit === undefined ? value.value : convert(value.value, value.unit, point.unit);
  // A finite number may be none in another unit.
  if (!Number.isFinite(stated))
    return refuse(enterpriseId, "non_finite", `${value.quantity}=${value.value} ${value.unit}`);
  const quality = qualityAt(point, stated, value.quality);
  return {
    ok: true,
    accepted: { reading: { pointId: point.id, observedAt, receivedAt, value: stated, quality }, enterpriseId },
  };
}

const maxDetailLength = 200;
const refuse = (enterpriseId: EnterpriseId | "", reason: QuarantineReason, detail: string): Refused => ({
  ok: false,
  enterpriseId,
  reason,
  detail: detail.slice(0, maxDetailLength),
});

const removedPoint = (meter: Meter | RemovedMeter, quantity: string): Point | undefined =>
  "removedAt" in meter ? meter.points.find((point) => point.quantity === quantity) : undefined;

const bothTimes = (observedAt: number, receivedAt: number): string =>
  `${new Date(observedAt).toISOString()}, received ${new Date(receivedAt).toISOString()}`;

function qualityAt(point: Point, value: number, quality: Quality): Quality {
  const isOutside = (point.min !== null && value < point.min) || (point.max !== null && value > point.max);
  return isOutside && quality === "good" ? "suspect" : quality;
}

class RefusalTally {
  readonly #refusals = new Map<string, { refusal: AttributedRefusal; count: number }>();

  add(enterpriseId: EnterpriseId | "", refusal: Refusal): void {
    const key = `${refusal.reason} ${enterpriseId}`;
    const known = this.#refusals.get(key);
    if (known) known.count += refusal.count;
    else this.#refusals.set(key, { refusal: { ...refusal, enterpriseId }, count: refusal.count });
  }

  toList(): AttributedRefusal[] {
    return [...this.#refusals.values()].map(({ refusal, count }) => ({ ...refusal, count }));
  }
}
