import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atMostEvery, joinExpositions } from "./exposition.ts";

const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

describe("figures of two processes in one text", () => {
  it("stand under one heading where both use the same name", () => {
    const app = [
      "# HELP cpu Time.",
      "# TYPE cpu counter",
      'cpu{role="app"} 2',
      "",
      "# HELP up Is up.",
      "# TYPE up gauge",
    ];
    const edge = [
      "# HELP cpu Time.",
      "# TYPE cpu counter",
      'cpu{role="edge"} 3',
      "",
      "# HELP n N.",
      "# TYPE n gauge",
      "n 1",
    ];
    expect(joinExpositions([text([...app, "up 1"]), text(edge)])).toBe(
      text([
        ...["# HELP cpu Time.", "# TYPE cpu counter", 'cpu{role="app"} 2', 'cpu{role="edge"} 3', ""],
        ...["# HELP up Is up.", "# TYPE up gauge", "up 1", "", "# HELP n N.", "# TYPE n gauge", "n 1"],
      ]),
    );
  });

  it("are the first one's alone when the other does not answer", () => {
    const own = text(["# HELP up Is up.", "# TYPE up gauge", "up 0"]);
    expect(joinExpositions([own, ""])).toBe(own);
  });

  it("lose no value, whatever names they share", () => {
    const family = fc.record({ name: fc.constantFrom("a", "b", "c", "d"), value: fc.nat() });
    const texts = fc.array(fc.uniqueArray(family, { selector: ({ name }) => name }), { maxLength: 3 });
    fc.assert(
      fc.property(texts, (given) => {
        const toText = (families: (typeof given)[number]) =>
          families.map(({ name, value }) => `# HELP ${name} x\n# TYPE ${name} gauge\n${name} ${value}\n`).join("\n");
        const lines = joinExpositions(given.map(toText)).split("\n");
        const values = given.flat().map(({ name, value }) => `${name} ${value}`);
        expect(lines.filter((line) => /^[a-d]/.test(line)).toSorted()).toEqual(values.toSorted());
        const names = new Set(given.flat().map(({ name }) => name));
        expect(lines.filter((line) => line.startsWith("# TYPE"))).toHaveLength(names.size);
      }),
    );
  });
});

describe("reading at most every so often", () => {
  it("gives all who ask meanwhile the same answer", async () => {
    let reads = 0;
    const often = atMostEvery(60_000, async () => (reads += 1));
    expect(await Promise.all([often(), often(), often()])).toEqual([1, 1, 1]);
    const always = atMostEvery(0, async () => (reads += 1));
    expect([await always(), await always()]).toEqual([2, 3]);
  });
});
