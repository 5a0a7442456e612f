import { describe, expect, it } from "vitest";
import { compareLanguages, unknownKeys, unusedKeys } from "./check.ts";

describe("texts in two languages", () => {
  it("are complete when both have the same keys and placeholders", () => {
    expect(compareLanguages({ a: { b: "{{n}} 秒" } }, { a: { b: "{{n}} s" } })).toEqual([]);
  });

  it("are refused when one lacks a key, a text or a placeholder", () => {
    expect(compareLanguages({ a: "x", b: "{{n}}", c: "x" }, { a: "x", b: "n", c: " ", d: "x" })).toHaveLength(3);
    expect(compareLanguages({ a: "x" }, {})).toHaveLength(1);
  });

  it("are refused when a page uses a key that does not exist, plain or built from a value", () => {
    const sources = [["page.tsx", 't("a.b"); t("a.gone"); t(`kind.${kind}`); t(`none.${kind}`)']] as const;
    expect(unknownKeys({ a: { b: "x" }, kind: { water: "x" } }, sources)).toHaveLength(2);
  });

  it("are refused when no page shows them, and plural forms count as one", () => {
    const sources = [["page.tsx", 't("a.count", { count })']] as const;
    expect(unusedKeys({ a: { count_one: "x", count_other: "y", old: "z" } }, sources)).toEqual(["a.old"]);
  });
});
