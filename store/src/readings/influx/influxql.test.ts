import type { PointId } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import { generationOf } from "./generation.ts";
import { createDatabase, deleteBody, quoteIdentifier, quoteString, selectBefore, selectRange } from "./influxql.ts";
import { toLine, toLineStart } from "./write.ts";

const point = "m'1\\.heat" as PointId;

describe("text in statements", () => {
  it.each([
    { text: "plain-1.heat", quoted: "'plain-1.heat'" },
    { text: "a' OR '1'='1", quoted: "'a\\' OR \\'1\\'=\\'1'" },
    { text: "end\\", quoted: "'end\\\\'" },
    { text: "\\' OR 1=1", quoted: "'\\\\\\' OR 1=1'" },
    { text: '"; DROP', quoted: "'\"; DROP'" },
  ])("is quoted: $text", ({ text, quoted }) => expect(quoteString(text)).toBe(quoted));

  it("is refused with control characters", () => {
    expect(() => quoteString("a\nb")).toThrow(RangeError);
    expect(() => quoteIdentifier("a\u0000b")).toThrow(RangeError);
  });

  it("names databases", () => expect(createDatabase('p"; DROP \\')).toBe('CREATE DATABASE "p\\"; DROP \\\\"'));

  it("makes whole statements, also for ranges without ends", () => {
    expect(selectRange(point, -Infinity, 1.5, 10)).toBe(
      "SELECT v, q FROM reading WHERE pt = 'm\\'1\\\\.heat' AND time >= '1679-10-12T23:59:59.999Z'" +
        " AND time < '1970-01-01T00:00:00.002Z' ORDER BY time ASC LIMIT 10",
    );
    expect(selectBefore(point, Infinity)).toContain("time < '2260-03-21T00:00:00.001Z' ORDER BY time DESC LIMIT 1");
  });

  it("makes a deletion of 2.x end before the end of the range", () => {
    expect(deleteBody('a"b' as PointId, 0, 1000)).toEqual({
      start: "1970-01-01T00:00:00.000Z",
      stop: "1970-01-01T00:00:00.999999999Z",
      predicate: '_measurement="reading" AND pt="a\\"b"',
    });
  });
});

describe("line protocol", () => {
  it("has the point as its only tag, a float and an integer", () => {
    const start = toLineStart("a b,c=d.heat" as PointId);
    expect(toLine(start, { at: 1000, value: 5, quality: 2 })).toBe("reading,pt=a\\ b\\,c\\=d.heat v=5,q=2i 1000");
  });
});

describe("the generation of an InfluxDB", () => {
  it.each([
    { version: "1.6.7~rc0", write: "v1", isOne: true, remove: "influxql" },
    { version: "1.8.10", write: "v2", isOne: true, remove: "influxql" },
    { version: "v2.7.12", write: "v2", isOne: false, remove: "api" },
    { version: "3.1.0", write: "v2", isOne: false, remove: null },
  ])("is known from its version $version", (generation) =>
    expect(generationOf(generation.version)).toEqual(generation),
  );

  it("is unknown without one", () => expect(generationOf("nginx")).toBeNull());
});
