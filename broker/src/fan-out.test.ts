import fc from "fast-check";
import { expect, it } from "vitest";
import { FanOut } from "./fan-out.ts";

/** The words of the standard [MQTT 3.1.1 §4.7], as an independent check. */
const matches = (filter: string, topic: string): boolean =>
  new RegExp(
    `^${filter.replace(/[.$]/g, "\\$&").replaceAll("+", "[^/]*").replace(/\/#$/, "(/.*)?").replace(/^#$/, ".*")}$`,
  ).test(topic);

const segments = fc.array(fc.constantFrom("park", "a", "b", "$SYS"), { minLength: 1, maxLength: 4 });
const topic = segments.map((parts) => parts.join("/"));
const filter = fc
  .tuple(fc.array(fc.constantFrom("park", "a", "b", "$SYS", "+"), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([parts, hasRest]) => [...parts, ...(hasRest ? ["#"] : [])].join("/"));

it("delivers to exactly the filters that match, and to none after they are gone", () => {
  fc.assert(
    fc.property(fc.uniqueArray(filter, { maxLength: 6 }), topic, (filters, published) => {
      const fanOut = new FanOut();
      const heard: string[] = [];
      const listeners = filters.map((one) => [one, () => heard.push(one)] as const);
      for (const [one, listener] of listeners) fanOut.on(one, listener);
      fanOut.emit({ topic: published });
      expect(heard.toSorted()).toEqual(filters.filter((one) => matches(one, published)).toSorted());
      for (const [one, listener] of listeners) fanOut.removeListener(one, listener);
      heard.length = 0;
      fanOut.emit({ topic: published });
      expect(heard).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
