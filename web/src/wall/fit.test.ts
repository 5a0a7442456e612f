import { describe, expect, it } from "vitest";
import { fit } from "./fit.ts";

describe("what is designed for 1920 × 1080", () => {
  it.each([
    ["fills the screen it is made for", 1920, 1080, "normal", 1],
    ["doubles on 4K", 3840, 2160, "normal", 2],
    ["shrinks to a laptop", 1366, 768, "normal", 768 / 1080],
    ["stands between bars on 4:3", 1024, 768, "normal", 1024 / 1920],
    ["takes its own shape upright", 1080, 1920, "tall", 1],
    ["takes its own shape on 21:9", 3440, 1440, "wide", 1440 / 1080],
    ["survives a window without height", 800, 0, "wide", 0],
  ] as const)("%s", (_what, width, height, shape, scale) => {
    const fitted = fit(width, height);
    expect(fitted.shape).toBe(shape);
    expect(fitted.scale).toBeCloseTo(scale, 2);
  });
});
