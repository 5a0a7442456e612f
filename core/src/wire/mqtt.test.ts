import { describe, expect, it } from "vitest";
import { meterBatchMessage, telemetryMessage, thingsboardMessage } from "./mqtt.ts";

const isTelemetry = (message: unknown): boolean => telemetryMessage.safeParse(message).success;

describe("a message on a park topic", () => {
  it.each([
    [{ ts: 1_795_415_000_000, values: { activePower: 7 } }],
    [{ ts: "2026-11-23T14:23:05+08:00", values: { activePower: 7 }, flag: "N" }],
    [{ values: { activePower: 7 } }],
    [{ values: {} }],
    [[{ values: { activePower: 7 } }, { values: { activePower: 8 } }]],
    [[]],
    [{ values: { activePower: 7 }, firmware: "1.2" }],
  ])("%j is one", (message) => {
    expect(isTelemetry(message)).toBe(true);
  });

  it.each([
    [{ activePower: 7 }],
    [{ values: { activePower: "7" } }],
    [{ values: { activePower: null } }],
    [{ values: { activePower: Infinity } }],
    [{ ts: "yesterday", values: { activePower: 7 } }],
    [{ ts: null, values: { activePower: 7 } }],
    [{ values: { activePower: 7 }, flag: "123456789" }],
    [[{ values: { activePower: 7 } }, 5]],
    [Array(1001).fill({ values: {} })],
    [null],
    [7],
  ])("%j is none", (message) => {
    expect(isTelemetry(message)).toBe(false);
  });
});

describe("the ThingsBoard dialect", () => {
  it("takes values alone, stamped values, and lists of both", () => {
    for (const message of [
      { activePower: 7 },
      { ts: 1, values: { activePower: 7 } },
      [{ activePower: 7 }, { ts: 1, values: {} }],
    ])
      expect(thingsboardMessage.safeParse(message).success).toBe(true);
    expect(thingsboardMessage.safeParse({ activePower: "7" }).success).toBe(false);
  });

  it("takes a batch by meter", () => {
    expect(meterBatchMessage.safeParse({ M1: { values: { a: 1 } }, M2: [{ values: { a: 1 } }] }).success).toBe(true);
    expect(meterBatchMessage.safeParse({ M1: 5 }).success).toBe(false);
    expect(meterBatchMessage.safeParse([{ values: { a: 1 } }]).success).toBe(false);
  });
});
