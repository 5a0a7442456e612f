import { hours, minutes } from "@smart-park/core";
import {
  dayFrom,
  electricity,
  electricityPoints,
  flowOf,
  inMessages,
  moments,
  momentWithin,
  round,
  toObject,
  used,
  type Scenario,
} from "./scenario.ts";

/** Faults of the meter or of what it measures: what it sends is well formed. */

export const normalDay: Scenario = {
  name: "normal-day",
  summary: "24 hours of an electricity meter, one reading a minute, nothing wrong",
  plan({ seed, now }) {
    const read = electricity(seed, dayFrom(now));
    const times = moments(dayFrom(now), now);
    return {
      meterKind: "electricity",
      intervalS: 60,
      points: electricityPoints,
      steps: inMessages(times.map((ts) => toObject(ts, read(ts)))),
      faults: [],
      trueConsumption: { activeEnergyImport: used(read, dayFrom(now), now) },
    };
  },
};

export const leak: Scenario = {
  name: "leak",
  summary: "six days of a water meter, every 15 minutes; a leak of 3 m³/h begins three nights ago at 01:30 (+08:00)",
  plan({ seed, now }) {
    const from = now - hours(144);
    const base = flowOf("processWater", 8, seed);
    const leakFrom = Math.floor((now + hours(8) - hours(72)) / hours(24)) * hours(24) + hours(1.5) - hours(8);
    const lost = (at: number): number => (3 * Math.max(0, at - leakFrom)) / hours(1);
    const volume = (at: number): number => round(base.total(at) - base.total(from) + lost(at) + 500, 3);
    const flow = (at: number): number => round(base.at(at) + (at >= leakFrom ? 3 : 0), 2);
    const times = moments(from, now, minutes(15));
    return {
      meterKind: "water",
      intervalS: 900,
      points: [{ quantity: "waterFlow" }, { quantity: "waterVolume" }],
      steps: inMessages(times.map((ts) => ({ ts, values: { waterFlow: flow(ts), waterVolume: volume(ts) } }))),
      faults: [
        {
          kind: "leak",
          from: leakFrom,
          to: now,
          detail: `${round(lost(now), 1)} m³ lost at 3 m³/h`,
          expected: "night flow about 3 m³/h above the nights before",
        },
      ],
      trueConsumption: { waterVolume: round(volume(now) - volume(from), 3) },
    };
  },
};

export const spike: Scenario = {
  name: "spike",
  summary: "a normal day with five single readings of power 40 times too high; the register is right",
  plan({ seed, now }) {
    const from = dayFrom(now);
    const read = electricity(seed, from);
    const spikes = [0, 1, 2, 3, 4].map((i) =>
      momentWithin(seed, i, from + hours(4.5 * i), from + hours(4.5 * (i + 1))),
    );
    const objects = moments(from, now).map((ts) => {
      const { power, register } = read(ts);
      return toObject(ts, { power: spikes.includes(ts) ? round(power * 40 + 1000, 1) : power, register });
    });
    return {
      meterKind: "electricity",
      intervalS: 60,
      // The meter's range makes a spike implausible, so it is kept as suspect.
      points: [{ quantity: "activePower", min: 0, max: 400 }, { quantity: "activeEnergyImport" }],
      steps: inMessages(objects),
      faults: spikes.map((at) => ({
        kind: "spike",
        from: at,
        to: at,
        detail: "activePower × 40 + 1000 kW",
        expected: "stored as suspect, not in means; consumption unchanged",
      })),
      trueConsumption: { activeEnergyImport: used(read, from, now) },
    };
  },
};

export const stuck: Scenario = {
  name: "stuck",
  summary: "a normal day in which power and register freeze for four hours and then jump to the truth",
  plan({ seed, now }) {
    const from = dayFrom(now);
    const read = electricity(seed, from);
    const stuckFrom = momentWithin(seed, 9, from + hours(6), from + hours(14));
    const stuckTo = stuckFrom + hours(4);
    const shown = (ts: number): number => (ts >= stuckFrom && ts < stuckTo ? stuckFrom : ts);
    return {
      meterKind: "electricity",
      intervalS: 60,
      points: electricityPoints,
      steps: inMessages(moments(from, now).map((ts) => toObject(ts, read(shown(ts))))),
      faults: [
        {
          kind: "stuck",
          from: stuckFrom,
          to: stuckTo,
          detail: "all values repeat",
          expected: "the total over the stuck time is right, its distribution is not",
        },
      ],
      trueConsumption: { activeEnergyImport: used(read, from, now) },
    };
  },
};

export const rollOver: Scenario = {
  name: "roll-over",
  summary: "a normal day in which a register of 10,000 kWh passes its end and goes on from 0",
  plan({ seed, now }) {
    const from = dayFrom(now);
    const modulus = 10_000;
    const read = electricity(seed, from, modulus - 150);
    const wrapped = moments(from, now).map((ts) => {
      const { power, register } = read(ts);
      return toObject(ts, { power, register: round(register % modulus, 2) });
    });
    const at = moments(from, now).find((ts) => read(ts).register >= modulus) ?? now;
    return {
      meterKind: "electricity",
      intervalS: 60,
      points: [{ quantity: "activePower" }, { quantity: "activeEnergyImport", modulus, ratedPerHour: 400 }],
      steps: inMessages(wrapped),
      faults: [
        {
          kind: "roll-over",
          from: at,
          to: at,
          detail: "register modulo 10,000 kWh",
          expected: "consumption as if nothing happened",
        },
      ],
      trueConsumption: { activeEnergyImport: used(read, from, now) },
    };
  },
};

export const meterSwap: Scenario = {
  name: "meter-swap",
  summary:
    "a normal day in which the meter is replaced: the old register ends at about 54,000 kWh, the new one starts at 0",
  plan({ seed, now }) {
    const from = dayFrom(now);
    const read = electricity(seed, from, 54_321);
    const swapAt = momentWithin(seed, 3, from + hours(8), from + hours(16));
    const removed = read(swapAt).register;
    const objects = moments(from, now).map((ts) => {
      const { power, register } = read(ts);
      return toObject(ts, { power, register: ts < swapAt ? register : round(register - removed, 2) });
    });
    return {
      meterKind: "electricity",
      intervalS: 60,
      points: electricityPoints,
      steps: inMessages(objects),
      faults: [
        {
          kind: "meter-swap",
          from: swapAt,
          to: swapAt,
          detail: `old register ${removed} kWh, new one from 0`,
          expected: "no spike and nothing negative; at most the use of the minute of the swap is missing",
        },
      ],
      trueConsumption: { activeEnergyImport: used(read, from, now) },
    };
  },
};
