import { correctToOxygen, hours, minutes, days } from "@smart-park/core";
import { hj212Commands as commands, toDataTime } from "@smart-park/core/hj212";
import { seedOf, smoothNoise } from "../seeded-noise.ts";

/** What a simulated outlet sends: kind of message and data. */
export interface OutletFrame {
  readonly cn: string;
  readonly data: string;
}

/** Of a cement kiln, % (GB 4915-2013). */
const referenceOxygen = 10;
const gases = { a21002: 210, a21026: 42, a34013: 10 } as const;

const around = (name: string, seed: number, at: number, base: number, share: number): number =>
  base * (1 + share * smoothNoise(seedOf(`${name} ${seed}`), at, minutes(20)));

/** The moment's values, with HJ 212's codes: flow m³/s, oxygen %, temperature ℃, three gases mg/m³ as measured and corrected. */
export function realTimeFrame(seed: number, at: number): OutletFrame {
  return { cn: commands.realTime, data: toData(seed, at, at, ["Rtd", "ZsRtd"]) };
}

/** Means of a period, stamped with its beginning; the model is smooth, so its middle stands for the mean. */
export function meanFrame(kind: "minute" | "hour" | "day", seed: number, start: number): OutletFrame {
  const length = { minute: minutes(1), hour: hours(1), day: days(1) }[kind];
  return { cn: commands[kind], data: toData(seed, start, start + length / 2, ["Avg", "ZsAvg"]) };
}

function toData(seed: number, stamp: number, at: number, [field, corrected]: readonly [string, string]): string {
  const oxygen = around("oxygen", seed, at, 9.4, 0.08);
  const others = {
    a19001: oxygen,
    a00000: around("flow", seed, at, 114, 0.04),
    a01012: around("heat", seed, at, 96, 0.03),
  };
  const groups = Object.entries(others).map(([code, value]) => `${code}-${field}=${value.toFixed(2)},${code}-Flag=N`);
  for (const [code, base] of Object.entries(gases)) {
    const value = around(code, seed, at, base, 0.2);
    const zs = correctToOxygen(value, oxygen, referenceOxygen) ?? value;
    groups.push(`${code}-${field}=${value.toFixed(2)},${code}-${corrected}=${zs.toFixed(2)},${code}-Flag=N`);
  }
  return [`DataTime=${toDataTime(stamp)}`, ...groups].join(";");
}
