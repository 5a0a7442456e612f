import { describe, expect, it } from "vitest";
import { errorCatalogue, ParkError, type ErrorCode } from "./errors.ts";
import { qualities, qualityCode, qualityOf } from "./reading.ts";

describe("errors raised on purpose", () => {
  it("only what may pass by itself is worth another try, unless said otherwise", () => {
    // Keys of a const object: exactly its codes.
    for (const code of Object.keys(errorCatalogue) as ErrorCode[])
      expect({ code, isRetryable: new ParkError(code).isRetryable }).toEqual({
        code,
        isRetryable: errorCatalogue[code].status === 503,
      });
    expect(new ParkError("conflict", "busy", { isRetryable: true })).toMatchObject({
      message: "busy",
      isRetryable: true,
    });
  });
  it("keeps what caused it", () => {
    const cause = new Error("disk");
    expect(new ParkError("store_unavailable", undefined, { cause })).toMatchObject({
      cause,
      message: "The reading store does not answer",
    });
  });
});

describe("quality codes", () => {
  it("lead back to their quality; an unknown one is bad", () => {
    for (const quality of qualities) expect(qualityOf(qualityCode(quality))).toBe(quality);
    expect([qualityOf(9), qualityOf(-1)]).toEqual(["bad", "bad"]);
  });
});
