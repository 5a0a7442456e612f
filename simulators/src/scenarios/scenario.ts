import { hours, minutes, type MeterKind } from "@smart-park/core";
import type { pointRequest } from "@smart-park/core/wire";
import type { z } from "zod";
import type { TelemetryObject } from "../gateway.ts";
import { loadShape, type LoadShapeName } from "../load-shapes.ts";
import { mapProfile, normalised, profileRate } from "../profile.ts";
import type { Rate } from "../rate.ts";
import { randomAt, sequence } from "../seeded-noise.ts";

/** One MQTT message, sent `afterMs` after the start (divided by the speed). */
export type Step =
  | { readonly afterMs: number; readonly kind: "telemetry"; readonly objects: readonly TelemetryObject[] }
  /** Stamped with the moment at which it is sent. */
  | { readonly afterMs: number; readonly kind: "now"; readonly values: (at: number) => Record<string, number> }
  | { readonly afterMs: number; readonly kind: "raw"; readonly payload: string };

/** Something the scenario did on purpose. Times are epoch ms; `expected` says what a correct platform makes of it. */
export interface Fault {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly detail: string;
  readonly expected: string;
}

export interface ScenarioPlan {
  readonly meterKind: MeterKind;
  readonly intervalS: number;
  readonly points: readonly z.input<typeof pointRequest>[];
  readonly steps: readonly Step[];
  readonly faults: readonly Fault[];
  /** What really flowed between the first and the last reading, whatever the register shows. */
  readonly trueConsumption: Readonly<Record<string, number>>;
  /** Messages that a correct platform puts into quarantine, by reason. */
  readonly quarantined?: Readonly<Record<string, number>>;
}

export interface ScenarioContext {
  readonly seed: number;
  /** Event times end here (a whole minute, at most now). */
  readonly now: number;
}

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  plan(context: ScenarioContext): ScenarioPlan;
}

const stepMs = minutes(1);
export const dayFrom = (now: number): number => now - hours(24);

/** A seeded flow of a usual shape, local hours at +08:00. */
export function flowOf(load: LoadShapeName, mean: number, seed: number): Rate {
  const profile = mapProfile(normalised(loadShape(load, seed)), (value) => value * mean);
  return profileRate(profile, { utcOffsetMs: hours(8), seed, ripple: 0.08 });
}

/** An electricity meter of about 80 kW whose register stands at `start` when the scenario begins. */
export function electricity(
  seed: number,
  from: number,
  start = 1_000,
): (at: number) => { power: number; register: number } {
  const rate = flowOf("dayShift", 80, seed);
  const zero = rate.total(from) - start;
  return (at) => ({ power: round(rate.at(at), 1), register: round(rate.total(at) - zero, 2) });
}

export const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;

/** Every `step` from `from` to `to`, both included. */
export const moments = (from: number, to: number, step: number = stepMs): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

/** Objects in messages of at most `size`, all at once. */
export const inMessages = (objects: readonly TelemetryObject[], size = 60): Step[] =>
  Array.from({ length: Math.ceil(objects.length / size) }, (_, i) => ({
    afterMs: 0,
    kind: "telemetry",
    objects: objects.slice(i * size, (i + 1) * size),
  }));

export const electricityPoints: ScenarioPlan["points"] = [
  { quantity: "activePower" },
  { quantity: "activeEnergyImport" },
];

/** A seeded order of the same items. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = sequence(seed);
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** A seeded moment within a part of the range, on a whole step. */
export function momentWithin(seed: number, index: number, from: number, to: number): number {
  return from + Math.floor((randomAt(seed, index) * (to - from)) / stepMs) * stepMs;
}

/** One reading of the electricity meter. */
export const toObject = (ts: number, { power, register }: { power: number; register: number }) => ({
  ts,
  values: { activePower: power, activeEnergyImport: register },
});

/** What the register counted between two moments. */
export const used = (read: (at: number) => { register: number }, from: number, to: number): number =>
  round(read(to).register - read(from).register, 2);
