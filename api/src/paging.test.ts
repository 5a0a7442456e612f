import { describe, expect, it } from "vitest";
import { pageOf } from "./paging.ts";

const items = ["a", "c", "e", "g"].map((id) => ({ id }));
const page = (given: readonly { id: string }[], query: { limit?: number; cursor?: string }) => {
  const { items: shown, nextCursor } = pageOf(given, query);
  return [shown.map(({ id }) => id).join(""), nextCursor];
};

describe("pages of a list", () => {
  it("follow each other to the end", () => {
    expect(page(items, {})).toEqual(["aceg", null]);
    expect(page(items, { limit: 3 })).toEqual(["ace", "e"]);
    expect(page(items, { limit: 3, cursor: "e" })).toEqual(["g", null]);
    expect(page(items, { limit: 3, cursor: "g" })).toEqual(["", null]);
  });

  it("go on behind an item that was removed meanwhile", () => {
    expect(page(items, { limit: 2, cursor: "d" })).toEqual(["eg", null]);
    expect(page(items, { limit: 2, cursor: "z" })).toEqual(["", null]);
  });
});
