import { describe, expect, it } from "vitest";
import { instantSchema, meterIdSchema, nameSchema, pointIdSchema } from "./primitives.ts";

describe("ids, times and names from outside", () => {
  it.each([
    { name: "an id of 48 characters", schema: meterIdSchema, input: "x".repeat(48), output: "x".repeat(48) },
    { name: "a point id", schema: pointIdSchema, input: "M-1_a.activePower", output: "M-1_a.activePower" },
    { name: "a time with offset", schema: instantSchema, input: "1970-01-01T08:00:01+08:00", output: 1000 },
    { name: "epoch milliseconds", schema: instantSchema, input: 1000, output: 1000 },
    { name: "a name, trimmed", schema: nameSchema, input: "  1# 回转窑 ", output: "1# 回转窑" },
  ])("$name is taken", ({ schema, input, output }) => {
    expect(schema.parse(input)).toBe(output);
  });

  it.each([
    { name: "an id of 49 characters", schema: meterIdSchema, input: "x".repeat(49) },
    { name: "an empty id", schema: meterIdSchema, input: "" },
    { name: "an id with a slash", schema: meterIdSchema, input: "a/b" },
    { name: "an id with a line break at its end", schema: meterIdSchema, input: "ab\n" },
    { name: "a point id without quantity", schema: pointIdSchema, input: "M1." },
    { name: "a point id with two dots", schema: pointIdSchema, input: "M1.a.b" },
    { name: "a time without offset", schema: instantSchema, input: "2026-11-23T14:23:05" },
    { name: "a time before 1900", schema: instantSchema, input: Date.UTC(1900, 0, 1) - 1 },
    { name: "a time after 2999", schema: instantSchema, input: "3000-01-01T00:00:00Z" },
    { name: "the last time that a computer can count", schema: instantSchema, input: 8.64e15 },
    { name: "a blank name", schema: nameSchema, input: "   " },
    { name: "a name with a control character", schema: nameSchema, input: "a\u0007b" },
    { name: "a name of 121 characters", schema: nameSchema, input: "x".repeat(121) },
  ])("$name is refused", ({ schema, input }) => {
    expect(schema.safeParse(input).success).toBe(false);
  });
});
