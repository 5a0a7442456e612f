import { days, ParkTime, type Quantity } from "@smart-park/core";
import { loadShape } from "./load-shapes.ts";
import type { FlowSpec, LevelSpec, ModelSpec } from "./model-spec.ts";
import type { ParkFile, ParkMeter } from "./park-file.ts";
import { mapProfile, normalised, profileRate, rotated, type Profile } from "./profile.ts";
import { added, hourMs, meanOver, onlyIn, replacement, scaled, type Rate } from "./rate.ts";
import { randomAt, seedOf, smoothNoise } from "./seeded-noise.ts";
import { shapeOf, type SeriesLibrary } from "./series.ts";
import { demandSegments, leakSegments, outletFaultFrom, outletLevel, type StoryTimes } from "./stories.ts";

/** Values of one meter by quantity, rounded as its display shows them. */
export type Values = Record<string, number>;

/** A simulated meter: a pure function of time. */
export interface MeterModel {
  /** What it shows at an instant. */
  valuesAt(at: number): Values;
  /** History of an interval that starts at `at`: gauges as the interval's mean, registers as they stood at its start. */
  valuesOver(at: number, lengthMs: number): Values;
}

/** One quantity of a meter. */
interface Signal {
  readonly at: (at: number) => number;
  readonly over: (at: number, lengthMs: number) => number;
}

/** Registers of the demo were zero on this day (plus a start reading of their own). */
const registersSince = Date.UTC(2023, 0, 1);
/** Stories that repeat are laid out this far ahead of the last known one. */
const horizonMs = days(3660);
const ripple = 0.06;
const shareWobble = 0.07;

interface ModelOptions {
  readonly timeZone: string;
  readonly stories: StoryTimes;
  readonly library: SeriesLibrary;
}

/** Builds all meters of a park: deterministic, without clock and randomness. */
export function buildModels(park: ParkFile, options: ModelOptions): Map<string, MeterModel> {
  const builder = new ModelBuilder(park, options);
  const models = new Map(park.meters.map((meter) => [meter.id, builder.model(meter)]));
  options.library.forgetRows();
  return models;
}

class ModelBuilder {
  readonly #park: ParkFile;
  readonly #stories: StoryTimes;
  readonly #utcOffsetMs: number;
  readonly #library: SeriesLibrary;
  readonly #meters: ReadonlyMap<string, ParkMeter>;
  readonly #profiles = new Map<string, Profile>();

  constructor(park: ParkFile, { timeZone, stories, library }: ModelOptions) {
    this.#park = park;
    this.#stories = stories;
    this.#library = library;
    // The zone's winter offset all year round: a register must not run backwards when clocks change.
    this.#utcOffsetMs = new ParkTime(timeZone).offsetAt(registersSince);
    this.#meters = new Map(park.meters.map((meter) => [meter.id, meter]));
  }

  model(meter: ParkMeter): MeterModel {
    const signals = this.#signals(meter);
    const shown = meter.points.map(({ quantity }) => {
      const signal = signals[quantity];
      if (!signal) throw new RangeError(`${meter.id}: its model does not make ${quantity}`);
      return { quantity, signal, scale: 10 ** decimalsOf(quantity) };
    });
    const collect = (read: (signal: Signal) => number): Values =>
      Object.fromEntries(
        shown.map(({ quantity, signal, scale }) => [quantity, Math.round(read(signal) * scale) / scale]),
      );
    return {
      valuesAt: (at) => collect((signal) => signal.at(at)),
      valuesOver: (at, lengthMs) => collect((signal) => signal.over(at, lengthMs)),
    };
  }

  #signals(meter: ParkMeter): Partial<Record<Quantity, Signal>> {
    const { model } = meter;
    switch (model.kind) {
      case "electricity":
        return this.#electricity(meter, model);
      case "flow":
        return { ...this.#flow(meter, this.#rate(meter.id, model.flow)), ...this.#feedIn(meter, model) };
      case "storage":
        return this.#storage(meter, model);
      case "levels":
        return this.#levels(meter, model);
    }
  }

  #electricity(meter: ParkMeter, model: ModelSpec & { kind: "electricity" }): Partial<Record<Quantity, Signal>> {
    const power = this.#rate(meter.id, model.flow);
    const reactive = this.#reactive(meter.id, model, power);
    const seed = seedOf(meter.id);
    const volts = (phase: number): Signal =>
      spot((at) => model.phaseVolts * (1 + 0.012 * smoothNoise(seed + phase, at, 7 * 60_000)));
    const apparent = (p: number, q: number): number => Math.max(Math.hypot(p, q), 1e-9);
    const both = (read: (p: number, q: number) => number): Signal => ({
      at: (at) => read(power.at(at), reactive.at(at)),
      over: (at, length) => read(meanOver(power, at, length), meanOver(reactive, at, length)),
    });
    const amps = both((p, q) => (apparent(p, q) * 1000) / (3 * model.phaseVolts));
    return {
      activePower: flow(power),
      activeEnergyImport: register(power, startReading(meter.id)),
      reactivePower: flow(reactive),
      reactiveEnergyImport: register(reactive, startReading(`${meter.id}q`)),
      powerFactor: both((p, q) => p / apparent(p, q)),
      voltageA: volts(1),
      voltageB: volts(2),
      voltageC: volts(3),
      currentA: amps,
      currentB: amps,
      currentC: amps,
      frequency: spot((at) => 50 + 0.03 * smoothNoise(7, at, 60_000)),
    };
  }

  /** The steel series brings its own measured reactive power; all others keep a fixed ratio with a ripple of its own. */
  #reactive(meterId: string, model: ModelSpec & { kind: "electricity" }, power: Rate): Rate {
    const { flow: spec } = model;
    if (!("series" in spec) || spec.series !== "steel") return scaled(power, model.tanPhi);
    const profile = mapProfile(this.#library.steelReactive(), (value) => value * spec.mean);
    return this.#rateOf(rotated(profile, spec.shiftWeeks), `${meterId}q`);
  }

  /** The register of the exchanged meter began anew at 0. */
  #flow(meter: ParkMeter, rate: Rate): Partial<Record<Quantity, Signal>> {
    const counted = register(rate, startReading(meter.id));
    const { exchangeAt } = this.#stories;
    const isExchanged = exchangeAt !== null && meter.id === this.#park.stories.exchange.meterId;
    return flowSignals(meter, rate, isExchanged ? exchanged(counted, rate, exchangeAt) : counted);
  }

  #feedIn(meter: ParkMeter, model: ModelSpec & { kind: "flow" }): Partial<Record<Quantity, Signal>> {
    const { flow: spec, usedOnSiteKw } = model;
    if (usedOnSiteKw === undefined) return {};
    const above = mapProfile(this.#profile(meter.id, spec), (mean) => mean - usedOnSiteKw);
    return { activeEnergyExport: register(this.#rateOf(above, meter.id), startReading(`${meter.id}x`)) };
  }

  #storage(meter: ParkMeter, model: ModelSpec & { kind: "storage" }): Partial<Record<Quantity, Signal>> {
    const efficiency = 0.92;
    const charge = this.#rateOf(scaledProfile(loadShape("storageCharge", 0), 0.9 * model.powerKw), meter.id, 0);
    const chargedPerDay = charge.total(days(1)) - charge.total(0);
    const shape = normalised(loadShape("storageDischarge", 0));
    const given = mapProfile(shape, (value) => (value * chargedPerDay * efficiency) / 24);
    const discharge = this.#rateOf(given, meter.id, 0);
    // At local midnight the battery stands where the day's schedule begins.
    const midnight = -this.#utcOffsetMs;
    const stored = (at: number): number =>
      (charge.total(at) - charge.total(midnight)) * efficiency - (discharge.total(at) - discharge.total(midnight));
    return {
      activePower: difference(charge, discharge),
      activeEnergyImport: register(charge, startReading(meter.id)),
      activeEnergyExport: register(discharge, startReading(`${meter.id}x`)),
      stateOfCharge: spot((at) => 12 + (100 * stored(at)) / model.capacityKwh),
    };
  }

  #levels(meter: ParkMeter, model: ModelSpec & { kind: "levels" }): Partial<Record<Quantity, Signal>> {
    const signals: Partial<Record<string, Signal>> = {};
    for (const [quantity, spec] of Object.entries(model.levels)) {
      const seed = seedOf(`${meter.id}.${quantity}`);
      const usual =
        "series" in spec
          ? this.#rateOf(scaledProfile(this.#library.profile(spec.series), spec.scale), `${meter.id}.${quantity}`, 0.02)
              .at
          : (at: number): number => level(spec, seed, at + this.#utcOffsetMs);
      signals[quantity] = spot(this.#withFault(meter.id, quantity, usual));
    }
    return signals;
  }

  #withFault(meterId: string, quantity: string, usual: (at: number) => number): (at: number) => number {
    const { outlet } = this.#park.stories;
    const { outletRuns } = this.#stories;
    if (meterId !== outlet.meterId || quantity !== outlet.quantity || outletRuns.length === 0) return usual;
    const faults = outletRuns.map((runAt) => ({ runAt, usual: usual(runAt), limit: outlet.limit }));
    return (at) => {
      const fault = faults.findLast(({ runAt }) => outletFaultFrom(runAt) <= at);
      const risen = fault ? outletLevel(fault, at) : null;
      return risen === null ? usual(at) : risen * (1 + 0.004 * smoothNoise(seedOf(meterId), at, 60_000));
    };
  }

  #rate(meterId: string, spec: FlowSpec): Rate {
    if ("sumOf" in spec) return this.#sumOf(meterId, spec);
    const base = this.#rateOf(this.#profile(meterId, spec), meterId);
    const { leak, demand } = this.#park.stories;
    const { leakFrom } = this.#stories;
    if (meterId === leak.meterId && Number.isFinite(leakFrom))
      return added(base, onlyIn(leakSegments(leakFrom, leak.flow, leakFrom + horizonMs)));
    if (meterId === demand.meterId || meterId === demand.carriedBy) return added(base, this.#demandPeaks());
    return base;
  }

  #sumOf(meterId: string, { sumOf, loss }: Extract<FlowSpec, { sumOf: unknown }>): Rate {
    const parts = sumOf.map((id) => {
      const part = this.#meters.get(id);
      if (!part || !("flow" in part.model)) throw new RangeError(`${meterId}: ${id} has no flow to add`);
      return this.#rate(id, part.model.flow);
    });
    return scaled(parts.reduce(added), 1 + loss);
  }

  /** What the demand peaks add to the main meter; one sub-meter carries the same. */
  #demandPeaks(): Rate {
    const { meterId, declaredKw } = this.#park.stories.demand;
    const main = this.#meters.get(meterId);
    if (main?.model.kind !== "electricity") throw new RangeError(`${meterId} is not an electricity meter`);
    const base = this.#rateOf(this.#profile(meterId, main.model.flow), meterId);
    return replacement(
      base,
      this.#stories.demandRuns.flatMap((runAt) => demandSegments(base, declaredKw, runAt)),
    );
  }

  #rateOf(profile: Profile, name: string, rippleShare = ripple): Rate {
    return profileRate(profile, { utcOffsetMs: this.#utcOffsetMs, seed: seedOf(name), ripple: rippleShare });
  }

  /** Without stories: what sub-meters share. */
  #profile(meterId: string, spec: FlowSpec): Profile {
    const known = this.#profiles.get(meterId);
    if (known) return known;
    const profile = this.#buildProfile(meterId, spec);
    this.#profiles.set(meterId, profile);
    return profile;
  }

  #buildProfile(meterId: string, spec: FlowSpec): Profile {
    if ("load" in spec) return withMeanOf(loadShape(spec.load, seedOf(meterId)), spec.mean);
    if ("series" in spec) return scaledProfile(shapeOf(this.#library, spec.series, spec.shiftWeeks), spec.mean);
    if ("sumOf" in spec) throw new RangeError(`${meterId} is a sum: nothing is shared out of it`);
    const parent = this.#meters.get(spec.of);
    if (!parent || !("flow" in parent.model)) throw new RangeError(`${meterId}: ${spec.of} has no flow to share`);
    const seed = seedOf(meterId);
    return mapProfile(
      this.#profile(parent.id, parent.model.flow),
      (mean, index) => mean * spec.share * (1 + shareWobble * (2 * randomAt(seed, index >> 2) - 1)),
    );
  }
}

const scaledProfile = (profile: Profile, factor: number): Profile => mapProfile(profile, (mean) => mean * factor);

const withMeanOf = (profile: Profile, mean: number): Profile => scaledProfile(normalised(profile), mean);

const startReading = (name: string): number => Math.floor(randomAt(seedOf(name), 0) * 1000);

const flow = (rate: Rate): Signal => ({ at: rate.at, over: (at, length) => meanOver(rate, at, length) });

const register = (rate: Rate, start: number): Signal => {
  const zero = rate.total(registersSince) - start;
  const read = (at: number): number => rate.total(at) - zero;
  return { at: read, over: read };
};

function exchanged({ at: old }: Signal, rate: Rate, exchangeAt: number): Signal {
  const zero = rate.total(exchangeAt);
  const read = (at: number): number => (at < exchangeAt ? old(at) : rate.total(at) - zero);
  return { at: read, over: read };
}

const difference = (a: Rate, b: Rate): Signal => ({
  at: (at) => a.at(at) - b.at(at),
  over: (at, length) => meanOver(a, at, length) - meanOver(b, at, length),
});

const spot = (read: (at: number) => number): Signal => ({ at: read, over: (at, length) => read(at + length / 2) });

function flowSignals(
  { id, kind }: Pick<ParkMeter, "id" | "kind">,
  rate: Rate,
  counted: Signal,
): Partial<Record<Quantity, Signal>> {
  const [momentary, start] = [flow(rate), startReading(id)];
  switch (kind) {
    case "water":
      return {
        waterFlow: momentary,
        waterVolume: counted,
        pressure: spot((at) => 320 + 12 * smoothNoise(start, at, hourMs)),
      };
    case "gas":
      return { gasFlow: momentary, gasVolume: counted };
    case "steam":
      return {
        steamFlow: momentary,
        steamMass: counted,
        pressure: spot((at) => 800 + 15 * smoothNoise(start, at, hourMs)),
        temperature: spot((at) => 184 + 2 * smoothNoise(start + 1, at, hourMs)),
      };
    case "pv":
      return { pvPower: momentary, pvEnergy: counted };
    default:
      throw new RangeError(`a ${kind} meter has no single flow`);
  }
}

function level(spec: LevelSpec, seed: number, local: number): number {
  const hour = (local / hourMs) % 24;
  const daily = spec.day * Math.cos(((hour - spec.peakHour) / 12) * Math.PI);
  const slow = spec.wander * smoothNoise(seed, local, 5 * hourMs);
  const quick = spec.jitter * smoothNoise(seed + 1, local, 90_000);
  return Math.max(spec.min, spec.base + daily + slow + quick);
}

/** Decimals a meter's display has. */
function decimalsOf(quantity: Quantity): number {
  switch (quantity) {
    case "powerFactor":
    case "frequency":
    case "waterFlow":
    case "ph":
    case "ammoniaNitrogen":
    case "totalPhosphorus":
    case "totalNitrogen":
    case "steamFlow":
    case "oxygen":
    case "activeEnergyImport":
    case "activeEnergyExport":
    case "reactiveEnergyImport":
    case "pvEnergy":
      return 2;
    case "waterVolume":
    case "gasVolume":
    case "steamMass":
      return 3;
    case "flueGasFlow":
      return 0;
    default:
      return 1;
  }
}
