import { meterBatchMessage, messageLimits, telemetryMessage, thingsboardMessage } from "@smart-park/core/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { aRecord, deviceId, enterpriseId, noon } from "../testing/park.ts";
import { decode } from "./index.ts";

const parkTopic = (payload: unknown) => decode(aRecord({ payload }));
const device = (payload: unknown) => decode(aRecord({ payload, topic: "v1/devices/me/telemetry" }));
const gateway = (payload: unknown) => decode(aRecord({ payload, topic: "v1/gateway/telemetry" }));
const http = (payload: unknown) =>
  decode(
    aRecord({ payload, source: "http", topic: "http", sender: deviceId("loader"), enterpriseId: enterpriseId("") }),
  );

const value = (quantity: string, number: number, more: object = {}) => ({
  meter: "kiln",
  quantity,
  observedAt: noon,
  value: number,
  quality: "good",
  isStampedByPlatform: false,
  ...more,
});

describe("a message on a park topic", () => {
  it("gives each value at the meter's own time", () => {
    const ts = "2026-11-23T13:59:50+08:00";
    expect(parkTopic({ ts, values: { activePower: 7, activeEnergyImport: 12.5 } })).toEqual({
      values: [
        value("activePower", 7, { observedAt: noon - 10_000 }),
        value("activeEnergyImport", 12.5, { observedAt: noon - 10_000 }),
      ],
      refusals: [],
    });
  });

  it("takes epoch milliseconds and arrays", () => {
    const { values, refusals } = parkTopic([
      { ts: noon - 20, values: { activePower: 1 } },
      { ts: noon - 10, values: { activePower: 2 } },
    ]);
    expect(values.map((v) => [v.observedAt, v.value])).toEqual([
      [noon - 20, 1],
      [noon - 10, 2],
    ]);
    expect(refusals).toEqual([]);
  });

  it("stamps a message without a time with the time of receipt, and says so", () => {
    expect(parkTopic({ values: { activePower: 7 } }).values).toEqual([
      value("activePower", 7, { isStampedByPlatform: true }),
    ]);
  });

  it.each([
    { flag: undefined, quality: "good" },
    { flag: "N", quality: "good" },
    { flag: "D", quality: "bad" },
    { flag: "C", quality: "bad" },
    { flag: "", quality: "bad" },
    { flag: "n", quality: "bad" },
  ])("flag $flag is $quality", ({ flag, quality }) => {
    expect(parkTopic({ ts: noon, values: { activePower: 7 }, flag }).values).toEqual([
      value("activePower", 7, { quality }),
    ]);
  });

  it.each([
    { name: "not UTF-8", payload: Uint8Array.of(0x7b, 0xff, 0x7d), detail: "not UTF-8" },
    { name: "not JSON", payload: "hello", detail: /^not JSON/ },
    { name: "empty", payload: "", detail: /^not JSON/ },
    { name: "a number", payload: "42", detail: /an object with values/ },
    { name: "null", payload: "null", detail: /an object with values/ },
    { name: "without values", payload: { ts: noon, activePower: 7 }, detail: /values is not an object/ },
    { name: "values as a list", payload: { values: [1] }, detail: /values is not an object/ },
  ])("$name is malformed and counts one", ({ payload, detail }) => {
    expect(parkTopic(payload)).toEqual({
      values: [],
      refusals: [{ reason: "malformed", detail: expect.stringMatching(detail), count: 1 }],
    });
  });

  it.each(["yesterday", "2026-02-31T00:00:00Z", "2026-11-23 06:00:00", "2026-11-23T06:00:00", null, true, {}, 9e15])(
    "the time %j is no time, and all its values are refused",
    (ts) => {
      const { values, refusals } = parkTopic({ ts, values: { activePower: 7, activeEnergyImport: 8 } });
      expect(values).toEqual([]);
      expect(refusals).toEqual([{ reason: "malformed", detail: expect.stringMatching(/is not a time/), count: 2 }]);
    },
  );

  it.each([
    { text: "1e999", reason: "non_finite" },
    { text: "-1e999", reason: "non_finite" },
    { text: "NaN", reason: "non_finite" },
    { text: "nan", reason: "non_finite" },
    { text: "-Infinity", reason: "non_finite" },
    { text: "-inf", reason: "non_finite" },
    { text: '"NaN"', reason: "non_finite" },
    { text: '"4e+05"', reason: "non_finite" },
    { text: "null", reason: "non_finite" },
    { text: "true", reason: "non_finite" },
    { text: '{"v":1}', reason: "malformed" },
    { text: "[1]", reason: "malformed" },
  ])("the value $text is refused and the good one beside it kept", ({ text, reason }) => {
    const decoded = parkTopic(`{"ts":${noon},"values":{"a NaN":1,"bad":${text},"activePower":7}}`);
    expect(decoded.values).toEqual([value("a NaN", 1), value("activePower", 7)]);
    expect(decoded.refusals).toEqual([{ reason, detail: expect.stringMatching(/^bad: /), count: 1 }]);
  });

  it("does not take NaN inside a text for a number, nor cut words that begin like it", () => {
    expect(parkTopic(`{"values":{"x\\"NaN":NaN}}`).refusals[0]?.detail).toContain('x"NaN');
    expect(parkTopic(`{"values":{"x":nano}}`).refusals[0]?.reason).toBe("malformed");
  });

  it("keeps the good objects of a list around a broken one", () => {
    const { values, refusals } = parkTopic([{ ts: noon, values: { a: 1 } }, "junk", { ts: noon, values: { b: 2 } }]);
    expect(values).toEqual([value("a", 1), value("b", 2)]);
    expect(refusals).toEqual([{ reason: "malformed", detail: expect.any(String), count: 1 }]);
  });

  it("leaves names of prototypes what they are: unknown quantities", () => {
    const { values } = parkTopic('{"ts":1,"values":{"__proto__":1,"constructor":2,"toString":3}}');
    expect(values.map((v) => v.quantity)).toEqual(["__proto__", "constructor", "toString"]);
  });

  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`q${i}`, i]));
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  it.each([
    { name: "objects", atLimit: Array(1000).fill({ values: { a: 1 } }), above: Array(1001).fill({ values: { a: 1 } }) },
    {
      name: "values",
      atLimit: Array(50).fill({ values: many(200) }),
      above: [...Array<unknown>(50).fill({ values: many(200) }), { values: { a: 1 } }],
    },
    { name: "keys", atLimit: { values: many(256) }, above: { values: many(257) } },
    {
      name: "length of a name",
      atLimit: { values: { ["x".repeat(1024)]: 1 } },
      above: { values: { ["x".repeat(1025)]: 1 } },
    },
    {
      name: "length of a text",
      atLimit: { values: { a: 1 }, note: "x".repeat(1024) },
      above: { values: { a: 1 }, note: "x".repeat(1025) },
    },
    { name: "depth", atLimit: { values: { a: 1 }, x: nested(7) }, above: { values: { a: 1 }, x: nested(8) } },
  ])("accepts a message at the limit of $name and refuses the one above as a whole", ({ atLimit, above }) => {
    expect(parkTopic(atLimit).refusals).toEqual([]);
    expect(parkTopic(above)).toEqual({
      values: [],
      refusals: [{ reason: "too_large", detail: expect.any(String), count: 1 }],
    });
  });

  it("survives a message that is nested as deep as a packet allows", () => {
    expect(parkTopic("[".repeat(120_000) + "]".repeat(120_000)).refusals[0]?.reason).toBe("too_large");
    expect(parkTopic(`{"values":{"a":NaN,"x":"${'\\"'.repeat(60_000)}`).refusals[0]?.reason).toBe("malformed");
  });
});

describe("the ThingsBoard dialect", () => {
  it("takes values alone, stamped values, and lists of both, of the device's only meter", () => {
    const named = { meter: null };
    expect(device({ activePower: 7 }).values).toEqual([
      value("activePower", 7, { ...named, isStampedByPlatform: true }),
    ]);
    expect(device({ ts: noon - 5, values: { activePower: 7 } }).values).toEqual([
      value("activePower", 7, { ...named, observedAt: noon - 5 }),
    ]);
    expect(device([{ ts: noon, values: { activePower: 7 } }, { activePower: 8 }]).values).toHaveLength(2);
  });

  it("takes a gateway's meters by their ids, and an HTTP batch likewise", () => {
    const payload = {
      kiln: [{ ts: noon, values: { activePower: 7 } }],
      mill: { ts: noon, values: { activePower: 8 } },
    };
    for (const dialect of [gateway, http])
      expect(dialect(payload)).toEqual({
        values: [value("activePower", 7), value("activePower", 8, { meter: "mill" })],
        refusals: [],
      });
  });

  it("keeps the good meters of a batch around a broken one", () => {
    const { values, refusals } = gateway({ kiln: 5, mill: { ts: noon, values: { activePower: 8 } } });
    expect(values).toEqual([value("activePower", 8, { meter: "mill" })]);
    expect(refusals).toEqual([{ reason: "malformed", detail: expect.any(String), count: 1 }]);
  });

  it("refuses a batch that is no list of meters, and takes one of 300 meters", () => {
    expect(gateway([1]).refusals).toHaveLength(1);
    expect(http(7).refusals).toHaveLength(1);
    const meters = Array.from({ length: 300 }, (_, i) => [`m${i}`, { values: { activePower: i } }]);
    expect(http(Object.fromEntries(meters)).values).toHaveLength(300);
  });
});

describe("other topics", () => {
  it("status and replies are no telemetry and leave no trace", () => {
    expect(decode(aRecord({ topic: "park/cement/kiln/status", payload: "online" }))).toEqual({
      values: [],
      refusals: [],
    });
  });
  it("anything else is kept as malformed", () => {
    expect(decode(aRecord({ topic: "a/b" })).refusals).toHaveLength(1);
  });
});

const anyTime = fc.oneof(
  fc.constantFrom("2026-11-23T06:00:00Z", "2026-11-23T14:00:00.5+08:00", "2026-13-01T00:00:00Z", "", "5"),
  fc.integer({ min: 0, max: 4e12 }),
  fc.constantFrom(null, 1e16, true),
);
const anyNumber = fc.oneof({ weight: 6, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) }, fc.integer());
const anyValue = fc.oneof(
  { weight: 8, arbitrary: anyNumber },
  { weight: 1, arbitrary: fc.constantFrom<unknown>("5", null, true, [], {}, "x") },
);
const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text !== "__proto__");
const anyValues = fc.oneof(
  { weight: 8, arbitrary: fc.dictionary(name, anyNumber, { maxKeys: 4 }) },
  { weight: 2, arbitrary: fc.dictionary(name, anyValue, { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 5, "x", []) },
);
const anyObject = fc.record(
  {
    ts: anyTime,
    values: anyValues,
    flag: fc.constantFrom<unknown>("N", "D", "", "123456789", 5),
    extra: fc.anything(),
  },
  { requiredKeys: [] },
);
const anyFlat = fc.dictionary(name, anyValue, { maxKeys: 4 });
const oneOrMany = (item: fc.Arbitrary<unknown>) => fc.oneof(item, fc.array(item, { maxLength: 4 }));
const anyMessage = oneOrMany(fc.oneof({ weight: 5, arbitrary: anyObject }, anyFlat, fc.constantFrom<unknown>(null, 1)));
const anyBatch = fc.oneof(fc.dictionary(name, anyMessage, { maxKeys: 3 }), anyMessage);

describe("the hand-written check", () => {
  it.each([
    { name: "of a park topic", dialect: parkTopic, schema: telemetryMessage, messages: anyMessage },
    { name: "of a ThingsBoard device", dialect: device, schema: thingsboardMessage, messages: anyMessage },
    { name: "of a gateway", dialect: gateway, schema: meterBatchMessage, messages: anyBatch },
  ])("$name refuses nothing exactly when the wire schema accepts the message", ({ dialect, schema, messages }) => {
    const read: z.ZodType = schema;
    fc.assert(
      fc.property(messages, (message) => {
        const json: unknown = JSON.parse(JSON.stringify(message) ?? "null");
        const { values, refusals } = dialect(json);
        fc.pre(!refusals.some((refusal) => refusal.reason === "too_large"));
        expect({ json, isClean: refusals.length === 0 }).toEqual({ json, isClean: read.safeParse(json).success });
        expect(values.every((v) => Number.isFinite(v.value))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("never throws and never gives a value that is not finite, whatever the bytes", () => {
    const topics = ["park/cement/kiln/telemetry", "v1/devices/me/telemetry", "v1/gateway/telemetry", "x"];
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(bytes, fc.constantFrom(...topics), (payload, topic) => {
        const { values, refusals } = decode(aRecord({ payload, topic }));
        expect(values.every((v) => Number.isFinite(v.value))).toBe(true);
        expect(refusals.every((refusal) => refusal.count > 0)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("states its limits where the wire schemas do", () => {
    expect(messageLimits).toEqual({ objects: 1000, values: 10_000, depth: 8, keys: 256, stringLength: 1024 });
  });
});
