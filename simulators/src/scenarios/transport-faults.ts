import { hours, minutes, seconds } from "@smart-park/core";
import { sequence } from "../seeded-noise.ts";
import {
  dayFrom,
  electricity,
  electricityPoints,
  inMessages,
  moments,
  shuffled,
  toObject,
  used,
  type Scenario,
  type Step,
} from "./scenario.ts";

/** Faults of clocks, gateways and networks on the way from the meter. */

const silentMs = minutes(2);

export const silence: Scenario = {
  name: "silence",
  summary: "live readings every 5 s for half a minute, two minutes of silence, then half a minute more (in real time)",
  plan({ seed, now }) {
    const read = electricity(seed, now);
    const burst = (offset: number): Step[] =>
      [0, 1, 2, 3, 4, 5].map((i) => ({
        afterMs: offset + seconds(5 * i),
        kind: "now",
        values: (at) => toObject(at, read(at)).values,
      }));
    const silentFrom = seconds(25);
    return {
      meterKind: "electricity",
      intervalS: 5,
      points: electricityPoints,
      steps: [...burst(0), ...burst(silentFrom + silentMs)],
      faults: [
        {
          kind: "silence",
          from: now + silentFrom,
          to: now + silentFrom + silentMs,
          detail: "times as planned; the run's real start is in startedAt",
          expected: "a silence rule of less than 120 s raises one alert and clears it",
        },
      ],
      trueConsumption: {},
    };
  },
};

export const clockSkew: Scenario = {
  name: "clock-skew",
  summary: "a meter whose clock is 3 minutes slow, then right, then half an hour fast",
  plan({ seed, now }) {
    const from = dayFrom(now);
    const read = electricity(seed, from);
    const slow = moments(now - hours(2), now - hours(1) - minutes(1)).map((ts) => toObject(ts - minutes(3), read(ts)));
    const right = moments(now - hours(1), now - minutes(10)).map((ts) => toObject(ts, read(ts)));
    const fast = moments(now - minutes(9), now).map((ts) => toObject(ts + minutes(30), read(ts)));
    return {
      meterKind: "electricity",
      intervalS: 60,
      points: electricityPoints,
      steps: [...inMessages(slow), ...inMessages(right), ...inMessages(fast)],
      faults: [
        {
          kind: "slow clock",
          from: now - hours(2),
          to: now - hours(1),
          detail: "−3 min",
          expected: "stored under the meter's own time",
        },
        {
          kind: "fast clock",
          from: now - minutes(9),
          to: now,
          detail: "+30 min",
          // Readings of the last minutes lie more than ten minutes ahead of any receipt within the next ten.
          expected: "quarantine future_timestamp",
        },
      ],
      trueConsumption: { activeEnergyImport: used(read, now - hours(2), now - minutes(10)) },
      quarantined: { future_timestamp: 2 * fast.length },
    };
  },
};

export const duplicates: Scenario = {
  name: "duplicates",
  summary: "six hours of readings, each sent one to four times",
  plan({ seed, now }) {
    const from = now - hours(6);
    const read = electricity(seed, from);
    const random = sequence(seed);
    const repeated = moments(from, now).flatMap((ts) =>
      Array.from({ length: 1 + Math.floor(4 * random()) }, () => toObject(ts, read(ts))),
    );
    const extra = repeated.length - moments(from, now).length;
    return {
      meterKind: "electricity",
      intervalS: 60,
      points: electricityPoints,
      steps: inMessages(repeated, 7),
      faults: [
        {
          kind: "duplicates",
          from,
          to: now,
          detail: `${2 * extra} values sent again`,
          expected: "each stored once, the rest counted as duplicate",
        },
      ],
      trueConsumption: { activeEnergyImport: used(read, from, now) },
    };
  },
};

export const shuffle: Scenario = {
  name: "shuffle",
  summary: "six hours of readings kept back by a gateway and sent late, in a random order",
  plan({ seed, now }) {
    const from = now - hours(6);
    const read = electricity(seed, from);
    const objects = shuffled(
      moments(from, now).map((ts) => toObject(ts, read(ts))),
      seed,
    );
    return {
      meterKind: "electricity",
      intervalS: 60,
      points: electricityPoints,
      steps: inMessages(objects, 25),
      faults: [
        {
          kind: "shuffle",
          from,
          to: now,
          detail: "order of arrival is random",
          expected: "consumption as if they had come in order",
        },
      ],
      trueConsumption: { activeEnergyImport: used(read, from, now) },
    };
  },
};

const floodMessages = 5_000;

export const flood: Scenario = {
  name: "flood",
  summary: "5,000 single-reading messages as fast as they are acknowledged",
  plan({ seed, now }) {
    const step = seconds(10);
    const from = now - (floodMessages - 1) * step;
    const read = electricity(seed, from);
    return {
      meterKind: "electricity",
      intervalS: 10,
      points: electricityPoints,
      steps: inMessages(
        moments(from, now, step).map((ts) => toObject(ts, read(ts))),
        1,
      ),
      faults: [
        {
          kind: "flood",
          from,
          to: now,
          detail: `${floodMessages} messages at once`,
          expected: "slowed down to the device's rate, nothing acknowledged is lost",
        },
      ],
      trueConsumption: { activeEnergyImport: used(read, from, now) },
    };
  },
};

/** Payload and the reason for which a correct platform keeps it in quarantine. */
const malformedPayloads: readonly (readonly [payload: string, reason: string])[] = [
  ["", "malformed"],
  ["not json", "malformed"],
  ['{"ts": 1, "values": {"activePower": 1', "malformed"],
  ['{"values": {"activePower": NaN}}', "non_finite"],
  ['{"values": {"activePower": "12"}}', "non_finite"],
  ['{"values": [1, 2]}', "malformed"],
  ['{"ts": "yesterday", "values": {"activePower": 1}}', "malformed"],
  ['{"ts": "2026-02-31T00:00:00Z", "values": {"activePower": 1}}', "malformed"],
  ["[[[[[[[[[[[[1]]]]]]]]]]]]", "too_large"],
  ["null", "malformed"],
  ['{"values": {"unheardOf": 1}}', "unknown_quantity"],
];

export const malformed: Scenario = {
  name: "malformed",
  summary: "an hour of good readings with bad payloads between them",
  plan({ seed, now }) {
    const from = now - hours(1);
    const read = electricity(seed, from);
    const good = inMessages(
      moments(from, now).map((ts) => toObject(ts, read(ts))),
      4,
    );
    const bad = malformedPayloads.map(([payload]): Step => ({ afterMs: 0, kind: "raw", payload }));
    const quarantined: Record<string, number> = {};
    for (const [, reason] of malformedPayloads) quarantined[reason] = (quarantined[reason] ?? 0) + 1;
    return {
      meterKind: "electricity",
      intervalS: 60,
      points: electricityPoints,
      steps: shuffled([...good, ...bad], seed),
      faults: malformedPayloads.map(([payload, reason]) => ({
        kind: "malformed",
        from,
        to: now,
        detail: payload,
        expected: `acknowledged, quarantine ${reason}; the good readings are stored`,
      })),
      trueConsumption: { activeEnergyImport: used(read, from, now) },
      quarantined,
    };
  },
};
