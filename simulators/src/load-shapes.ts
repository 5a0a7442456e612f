import { weekMs, type Profile } from "./profile.ts";
import { hourMs } from "./rate.ts";
import { randomAt } from "./seeded-noise.ts";

export const loadShapeNames = [
  "continuous",
  "kiln",
  "dayShift",
  "twoShift",
  "coldStore",
  "office",
  "streetLight",
  "sewage",
  "processWater",
  "batchSteam",
  "storageCharge",
  "storageDischarge",
] as const;
export type LoadShapeName = (typeof loadShapeNames)[number];

const weeks = 8;
const stepMs = hourMs / 4;

/** Level (about 1 at full load) by weekday (0 = Monday) and local hour. */
const shapes: Record<LoadShapeName, (weekday: number, hour: number) => number> = {
  continuous: () => 1,
  kiln: (weekday, hour) => (weekday === 2 && hour >= 9 && hour < 11 ? 0.55 : 1),
  dayShift: (weekday, hour) => (weekday === 6 ? 0.12 : shift(hour, 8, 18, 0.15)) * (weekday === 5 ? 0.7 : 1),
  twoShift: (weekday, hour) => (weekday === 6 ? 0.2 : shift(hour, 7, 23, 0.25)),
  coldStore: (_, hour) => 0.85 + 0.15 * Math.sin(((hour - 9) / 24) * 2 * Math.PI),
  office: (weekday, hour) => (weekday > 4 ? 0.15 : shift(hour, 8, 18, 0.12)),
  streetLight: (_, hour) => (hour < 6 || hour >= 18.5 ? 1 : 0.02),
  sewage: (_, hour) =>
    0.9 + 0.2 * Math.sin(((hour - 7) / 24) * 2 * Math.PI) + 0.12 * Math.sin(((hour - 5) / 12) * 2 * Math.PI),
  processWater: (weekday, hour) => (weekday === 6 ? 0.25 : shift(hour, 6, 22, 0.18)),
  batchSteam: (weekday, hour) => (weekday === 6 ? 0.1 : shift(hour, 6, 21, 0.08) * (hour % 3 < 2 ? 1.1 : 0.75)),
  storageCharge: (_, hour) => (hour < 6 || (hour >= 12 && hour < 14) ? 1 : 0),
  storageDischarge: (_, hour) => (hour >= 16 && hour < 22 ? 1 : 0),
};

/** Full load between two hours with an hour of ramp before and after and a dip at noon, `idle` else. */
function shift(hour: number, from: number, to: number, idle: number): number {
  const ramp = Math.min(1, Math.max(0, hour - from + 1)) * Math.min(1, Math.max(0, to + 1 - hour));
  const noon = hour >= 12 && hour < 13 ? 0.75 : 1;
  return idle + (1 - idle) * ramp * noon;
}

/** Storage follows its schedule exactly, so that it ends each day as it began. */
const isNoisy = (name: LoadShapeName): boolean => !name.startsWith("storage");

/** Eight weeks of an invented but usual load, each quarter hour ± 6 %, each day ± 4 %; the same for the same seed. */
export function loadShape(name: LoadShapeName, seed: number): Profile {
  const perDay = (24 * hourMs) / stepMs;
  const means = Float64Array.from({ length: (weeks * weekMs) / stepMs }, (_, index) => {
    const day = Math.floor(index / perDay);
    const level = shapes[name](day % 7, (index % perDay) / 4);
    if (!isNoisy(name)) return level;
    return level * (1 + 0.12 * (randomAt(seed, index) - 0.5) + 0.08 * (randomAt(seed, -1 - day) - 0.5));
  });
  return { stepMs, origin: Date.UTC(2018, 0, 1), means };
}
