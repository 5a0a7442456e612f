import { describe, expect, it } from "vitest";
import { dataStateOf } from "./data-state.ts";

const intervalS = 120;
const aged = (seconds: number, quality: "good" | "estimated" | "suspect" | "bad" = "good") =>
  dataStateOf({ at: 1_000_000_000 - seconds * 1000, quality }, intervalS, 1_000_000_000);

describe("state of a meter's data", () => {
  it("turns late after 1.5 intervals, stale after 3 and offline after 10", () => {
    expect([180, 181, 360, 361, 1200, 1201].map((seconds) => aged(seconds))).toEqual([
      "live",
      "late",
      "late",
      "stale",
      "stale",
      "offline",
    ]);
  });

  it("waits ten minutes before it calls a fast meter offline", () => {
    expect(dataStateOf({ at: 0, quality: "good" }, 5, 599_000)).toBe("stale");
    expect(dataStateOf({ at: 0, quality: "good" }, 5, 601_000)).toBe("offline");
  });

  it("says when there never was a value, and when a value is doubtful or filled in", () => {
    expect([dataStateOf(null, intervalS, 0), aged(1, "suspect"), aged(1, "bad"), aged(1, "estimated")]).toEqual([
      "none",
      "suspect",
      "suspect",
      "estimated",
    ]);
  });
});
