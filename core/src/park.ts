import type { Quantity } from "./quantity.ts";

declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

export type EnterpriseId = Brand<string, "EnterpriseId">;
export type MeterId = Brand<string, "MeterId">;
export type DeviceId = Brand<string, "DeviceId">;
export type UserId = Brand<string, "UserId">;
/** `{meterId}.{quantity}`: one quantity at one meter, one time series. */
export type PointId = Brand<string, "PointId">;

/** Ids of enterprises, meters, devices and users. */
export const idPattern = /^[A-Za-z0-9_-]{1,48}$/;

/** The point id of a quantity at a meter. */
export const toPointId = (meterId: MeterId, quantity: Quantity): PointId => `${meterId}.${quantity}` as PointId;

export const meterKinds = [
  "electricity",
  "water",
  "gas",
  "steam",
  "heat",
  "emission",
  "environment",
  "pv",
  "storage",
] as const;
export type MeterKind = (typeof meterKinds)[number];

export const meterPurposes = [
  "reusedWater",
  "circulatedCooling",
  "coolingMakeUp",
  "wastewater",
  "charging",
  "forOthers",
  "sold",
  "selfMade",
] as const;
/**
 * What a meter's use is for, where that changes what it counts as. reusedWater: cascaded or recycled; circulatedCooling:
 * circulated cooling water, reused too; coolingMakeUp: fresh water for it; wastewater: what leaves; charging: charging piles;
 * forOthers: what a utility hands on to others or takes in from them, and which is counted there (转供, 代收);
 * sold: energy that was its owner's and is handed over to others (外供): deducted in its owner's energy and carbon;
 * selfMade: energy that its owner makes of another one, as steam of coal (自产), and that counts as that one already.
 */
export type MeterPurpose = (typeof meterPurposes)[number];

/** counter = cumulative register, gauge = momentary value. */
export type PointKind = "gauge" | "counter";

export interface Enterprise {
  readonly id: EnterpriseId;
  readonly name: string;
  readonly nameEn: string | null;
  /** Industrial chain of the park's plan, e.g. 水泥. */
  readonly chain: string | null;
  /** Trade (行业), a code of GB/T 4754, e.g. C3011 or 30; null or left out = not entered. */
  readonly trade?: string | null;
  /** True for invented enterprises; screens then say 演示数据. */
  readonly demo: boolean;
}

/** CT ratio × PT ratio and since when it holds (epoch ms); null = since ever. */
export interface DatedMultiplier {
  readonly from: number | null;
  readonly value: number;
}

/** State of the gas in a meter that counts working m³ (工况), and since when (epoch ms); null = since ever. */
export interface DatedGasState {
  readonly from: number | null;
  /** Pressure above that of the air, kPa. */
  readonly gaugeKPa: number;
  readonly celsius: number;
}

/** A recorded change of the meter, or a reading taken of the register: both in the point's unit. */
export interface RegisterChange {
  readonly at: number;
  /** Last reading of the old register, null when nobody took it: the use up to the change is then missing, not zero. */
  readonly endReading: number | null;
  /** First reading of the new register; null when not known. */
  readonly startReading: number | null;
  /** Capacity of the new register when it differs. */
  readonly modulus?: number | null;
}

export interface Point {
  readonly id: PointId;
  readonly meterId: MeterId;
  readonly enterpriseId: EnterpriseId;
  readonly quantity: Quantity;
  /** Any unit convertible to the quantity's base unit; readings are kept in it, as sent. */
  readonly unit: string;
  readonly kind: PointKind;
  /** CT ratio × PT ratio; applied to consumption when `valueSide` is secondary. */
  readonly multiplier: number;
  /** Since when `multiplier` holds (epoch ms), null = always. */
  readonly multiplierFrom: number | null;
  /** All multipliers over time, in any order; takes the place of `multiplier` and `multiplierFrom`. */
  readonly multipliers?: readonly DatedMultiplier[];
  /** Of a gas register that counts working m³; in any order. Left out: it counts Nm³ itself. */
  readonly gasStates?: readonly DatedGasState[];
  /** Recorded changes of the meter behind this point, in any order. */
  readonly registerChanges?: readonly RegisterChange[];
  readonly valueSide: "primary" | "secondary";
  /** Register capacity in `unit`; the register wraps to 0 on reaching it. */
  readonly modulus: number | null;
  /** Largest plausible use per hour, in `unit`; decides between roll-over and backward run. */
  readonly ratedPerHour: number | null;
  /** Whether a stamp names the end or the start of the interval that a gauge value describes. */
  readonly stampAt: "end" | "start";
  /** Plausible range in `unit`; outside it a reading is kept as suspect. */
  readonly min: number | null;
  readonly max: number | null;
  /** Expected time between readings, seconds (the meter's). */
  readonly intervalS: number;
}

export interface Meter {
  readonly id: MeterId;
  readonly name: string;
  readonly nameEn: string | null;
  readonly enterpriseId: EnterpriseId;
  readonly kind: MeterKind;
  readonly intervalS: number;
  readonly parentId: MeterId | null;
  readonly zoneId: string | null;
  readonly workshop: string | null;
  /** Where the values come from when the meter is a demo meter (name of the data set or model). */
  readonly dataSource: string | null;
  /** Left out = plain use. */
  readonly purpose?: MeterPurpose | null;
  /** Nothing that was measured before is its owner's (epoch ms); null or left out = ever. */
  readonly beginsAt?: number | null;
  readonly points: readonly Point[];
}

/** A meter that is no longer in the registry, as it was; what it counted until then still counts. */
export interface RemovedMeter extends Meter {
  readonly removedAt: number;
  /** The meter that took its place when its device moved to another enterprise. */
  readonly successor?: MeterId | null;
}

export interface Device {
  readonly id: DeviceId;
  readonly enterpriseId: EnterpriseId;
  readonly meterIds: readonly MeterId[];
  readonly protocol: "mqtt" | "hj212";
  /** By which an HJ 212 station names itself; of MQTT devices left out. */
  readonly mn?: string;
  readonly isEnabled: boolean;
}

/** Look-ups over one immutable park. Build a new one when the registry changes. */
export class Catalog {
  readonly #enterprises: ReadonlyMap<string, Enterprise>;
  readonly #meters: ReadonlyMap<string, Meter>;
  readonly #points: ReadonlyMap<string, Point>;
  /** By meter and quantity: every value of every message is looked up here, and joining the two would cost more. */
  readonly #pointsOfMeters: ReadonlyMap<string, ReadonlyMap<string, Point>>;
  readonly #devices: ReadonlyMap<string, Device>;
  readonly #removed: ReadonlyMap<string, RemovedMeter>;
  readonly #predecessors: ReadonlyMap<string, RemovedMeter>;

  constructor(park: {
    readonly enterprises: readonly Enterprise[];
    readonly meters: readonly Meter[];
    readonly devices: readonly Device[];
    readonly removedMeters?: readonly RemovedMeter[];
  }) {
    this.#enterprises = new Map(park.enterprises.map((enterprise) => [enterprise.id, enterprise]));
    this.#meters = new Map(park.meters.map((meter) => [meter.id, meter]));
    this.#points = new Map(park.meters.flatMap((meter) => meter.points.map((point) => [point.id, point] as const)));
    this.#pointsOfMeters = new Map(
      park.meters.map(({ id, points }) => [id, new Map(points.map((point) => [point.quantity, point]))]),
    );
    this.#devices = new Map(park.devices.map((device) => [device.id, device]));
    const { removedMeters = [] } = park;
    this.#removed = new Map(removedMeters.map((meter) => [meter.id, meter]));
    this.#predecessors = new Map(
      removedMeters.flatMap((meter) => (meter.successor == null ? [] : [[meter.successor, meter] as const])),
    );
  }

  enterprise = (id: string): Enterprise | undefined => this.#enterprises.get(id);
  meter = (id: string): Meter | undefined => this.#meters.get(id);
  point = (id: string): Point | undefined => this.#points.get(id);
  pointAt = (meterId: string, quantity: string): Point | undefined => this.#pointsOfMeters.get(meterId)?.get(quantity);
  device = (id: string): Device | undefined => this.#devices.get(id);
  removedMeter = (id: string): RemovedMeter | undefined => this.#removed.get(id);
  /** The meter whose place this one took when its device came from another enterprise. */
  predecessorOf = (id: string): RemovedMeter | undefined => this.#predecessors.get(id);
  enterprises = (): Iterable<Enterprise> => this.#enterprises.values();
  meters = (): Iterable<Meter> => this.#meters.values();
  points = (): Iterable<Point> => this.#points.values();
  devices = (): Iterable<Device> => this.#devices.values();
}

export const emptyCatalog = new Catalog({ enterprises: [], meters: [], devices: [] });
