import { commandRequest } from "@smart-park/core/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readParams } from "./params.ts";

describe("parameters of a command", () => {
  it("are refused here exactly when the server would refuse them", () => {
    const texts = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.dictionary(fc.string({ maxLength: 20 }), fc.jsonValue()).map((value) => JSON.stringify(value)),
      fc.nat(5000).map((length) => JSON.stringify({ text: "字".repeat(length) })),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const params: unknown = JSON.parse(text);
        const request = commandRequest.safeParse({ command: "restart", params });
        expect(readParams(text).ok).toBe(request.success);
      }),
    );
  });

  it.each([
    { text: "", read: { ok: true, params: {} } },
    { text: ' {"seconds": 30} ', read: { ok: true, params: { seconds: 30 } } },
    { text: "{seconds: 30}", read: { ok: false, reason: "notObject" } },
    { text: "[30]", read: { ok: false, reason: "notObject" } },
    { text: "null", read: { ok: false, reason: "notObject" } },
    { text: JSON.stringify({ text: "字".repeat(1400) }), read: { ok: false, reason: "tooLong" } },
  ])("typed as $text", ({ text, read }) => {
    expect(readParams(text)).toEqual(read);
  });
});
