import { expect, it } from "vitest";
import { clockSkew } from "./clock-skew.ts";

const receivedAt = "2026-11-26T08:00:00+08:00";
const now = Date.parse(receivedAt);

it.each([
  { name: "a clock that is right", payload: { ts: now, values: {} }, expected: 0 },
  { name: "one that is late", payload: { ts: "2026-11-26T07:59:26+08:00", values: {} }, expected: -34_000 },
  { name: "the newest of several", payload: [{ ts: now - 900_000 }, { ts: now + 5000 }], expected: 5000 },
  { name: "a message without a time", payload: { values: {} }, expected: null },
  { name: "a time that is none", payload: { ts: "yesterday" }, expected: null },
])("tells how far off a device's clock is: $name", ({ payload, expected }) => {
  expect(clockSkew({ receivedAt, payload: JSON.stringify(payload) })).toBe(expected);
});

it("makes nothing of what is no JSON", () => {
  expect(clockSkew({ receivedAt, payload: "{oops" })).toBeNull();
});
