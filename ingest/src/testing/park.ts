import {
  Catalog,
  type Device,
  type DeviceId,
  type Enterprise,
  type EnterpriseId,
  type JournalRecord,
  type Meter,
  type MeterId,
  type Point,
  type Quantity,
} from "@smart-park/core";
import { aPoint as aCorePoint } from "@smart-park/core/testing";

/** A park small enough to hold in one's head, with builders that give valid defaults. */

// Ids in tests are written as plain text; every one below matches idPattern.
export const enterpriseId = (id: string): EnterpriseId => id as EnterpriseId;
export const meterId = (id: string): MeterId => id as MeterId;
export const deviceId = (id: string): DeviceId => id as DeviceId;

const aPoint = (meter: string, quantity: Quantity, more: Partial<Point> = {}): Point =>
  aCorePoint(quantity, {
    meterId: meterId(meter),
    enterpriseId: enterpriseId("cement"),
    stampAt: "end",
    intervalS: 10,
    ...more,
  });

const anEnterprise = (id: string): Enterprise => ({
  id: enterpriseId(id),
  name: id,
  nameEn: null,
  chain: null,
  demo: true,
});

const aMeter = (id: string, owner: string, points: readonly Point[]): Meter => ({
  id: meterId(id),
  name: id,
  nameEn: null,
  enterpriseId: enterpriseId(owner),
  kind: "electricity",
  intervalS: 10,
  parentId: null,
  zoneId: null,
  workshop: null,
  dataSource: null,
  points: points.map((point) => ({ ...point, enterpriseId: enterpriseId(owner) })),
});

const aDevice = (id: string, owner: string, meters: readonly string[]): Device => ({
  id: deviceId(id),
  enterpriseId: enterpriseId(owner),
  meterIds: meters.map(meterId),
  protocol: "mqtt",
  isEnabled: true,
});

/**
 * Cement owns kiln (power 0…5000 kW, energy), mill (power), and a gateway for both; food owns oven (power).
 * `kilnBox` speaks for the kiln alone, `emptyBox` for nothing.
 */
export const testCatalog = new Catalog({
  enterprises: [anEnterprise("cement"), anEnterprise("food")],
  meters: [
    aMeter("kiln", "cement", [
      aPoint("kiln", "activePower", { min: 0, max: 5000 }),
      aPoint("kiln", "activeEnergyImport", { unit: "kWh", kind: "counter" }),
    ]),
    aMeter("mill", "cement", [aPoint("mill", "activePower")]),
    aMeter("yard", "cement", [aPoint("yard", "activePower")]),
    aMeter("oven", "food", [aPoint("oven", "activePower")]),
  ],
  devices: [
    aDevice("kilnBox", "cement", ["kiln"]),
    aDevice("gateway", "cement", ["kiln", "mill"]),
    aDevice("emptyBox", "cement", []),
    aDevice("ovenBox", "food", ["oven"]),
  ],
});

/** Monday 23 November 2026, 14:00 in Shanghai. */
export const noon = Date.UTC(2026, 10, 23, 6);

/** A record of the kiln's own device on the park topic; `payload` an object is written as JSON. */
export function aRecord(more: Partial<Omit<JournalRecord, "payload">> & { payload?: unknown } = {}): JournalRecord {
  const { payload = { values: { activePower: 1200 } }, ...rest } = more;
  return {
    source: "mqtt",
    receivedAt: noon,
    sender: deviceId("kilnBox"),
    enterpriseId: enterpriseId("cement"),
    topic: "park/cement/kiln/telemetry",
    ...rest,
    payload: toBytes(payload),
  };
}

/** A tick as edge writes it at its start and every ten seconds. */
export const aTick = (receivedAt: number, refused: Record<string, number> = {}, isStart = false): JournalRecord =>
  aRecord({
    source: "tick",
    receivedAt,
    sender: deviceId(""),
    enterpriseId: enterpriseId(""),
    topic: "",
    payload: { refused, ...(isStart && { isStart }) },
  });

const toBytes = (payload: unknown): Uint8Array =>
  payload instanceof Uint8Array
    ? payload
    : new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
