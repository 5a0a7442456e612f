import { expect, it } from "vitest";
import { QuarantineRows } from "./quarantine-rows.ts";
import { aRecord, enterpriseId } from "./testing/park.ts";

const refusal = { reason: "malformed", detail: "no JSON", count: 1, enterpriseId: enterpriseId("cement") } as const;

it.each([
  [9, [1, 1, 1, 1, 1, 1, 1, 1, 1]],
  [10, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  [11, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]],
])("of %i refused messages of a device in a second none is lost: rows of %j", (count, expected) => {
  const rows = new QuarantineRows();
  for (let n = 0; n < count; n += 1) rows.add(aRecord({ payload: "junk" }), refusal);
  expect(rows.toList().map((row) => row.count)).toEqual(expected);
});

it.each([
  [64 * 1024 - 1, false],
  [64 * 1024, false],
  [64 * 1024 + 1, true],
])("a refused message of %i bytes is cut: %s", (bytes, isCut) => {
  const rows = new QuarantineRows();
  rows.add(aRecord({ payload: "x".repeat(bytes) }), refusal);
  const [row] = rows.toList();
  expect(row?.payload.byteLength).toBe(Math.min(bytes, 64 * 1024));
  expect(row?.detail.includes("sha256")).toBe(isCut);
});
