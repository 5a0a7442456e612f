import { expect, it } from "vitest";
import { sparkPath } from "./spark-path.ts";

const x = (index: number): number => index * 10;
const y = (value: number): number => 20 - value;

it.each([
  ["one stroke through neighbours", [1, 2, 3], 1, "M0.0 19.0L10.0 18.0L20.0 17.0"],
  ["a gap where nothing came", [1, null, 3, 4], 1, "M0.0 19.0M20.0 17.0L30.0 16.0"],
  ["no gap within the meter's own interval", [1, null, 3, null, null, 6], 2, "M0.0 19.0L20.0 17.0M50.0 14.0"],
  ["nothing at all", [null, null], 1, ""],
] as const)("a small chart draws %s", (_name, values, reach, path) => {
  expect(sparkPath(values, x, y, reach)).toBe(path);
});
