import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceId, DeviceIdentity, EnterpriseId, MeterId } from "@smart-park/core";
import { decidePublish, decideWill, isClientIdOf, mayReceive, maySubscribe } from "./access.ts";
import { admit, type ConnectRequest } from "./admission.ts";

const identity: DeviceIdentity = {
  deviceId: "gw-1" as DeviceId,
  enterpriseId: "cement" as EnterpriseId,
  meterIds: new Set(["m-1" as MeterId]),
  isService: false,
};
const owners = new Map([
  ["m-1", "cement"],
  ["m-3", "cement"],
  ["m-9", "pharma"],
]);
const meterOwner = (meterId: string): EnterpriseId | null => (owners.get(meterId) as EnterpriseId | undefined) ?? null;

const segment = fc.constantFrom(
  ...["park", "cement", "pharma", "m-1", "m-3", "m-9", "m-new", "telemetry", "status", "command", "reply"],
  ...[
    "+",
    "#",
    "$SYS",
    "$share",
    "",
    "v1",
    "devices",
    "me",
    "CEMENT",
    "cement ",
    "m-1\u0000",
    "__proto__",
    "..",
    "%2b",
  ],
);
const anyTopic = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join("/"));

const topicOf = (bytes: number): string => `park/cement/m-1/`.padEnd(bytes, "x");
const levels = (count: number): string => Array.from({ length: count }, () => "x").join("/");

describe("topic rights", () => {
  it("never lets a device publish for another enterprise or another device's meter", () => {
    fc.assert(
      fc.property(anyTopic, fc.boolean(), (topic, retain) => {
        const verdict = decidePublish(identity, { topic, retain, payloadBytes: 10 }, meterOwner);
        if (verdict.kind === "refused" || !topic.startsWith("park/")) return;
        const [, enterpriseId, meterId = "", channel] = topic.split("/");
        const isFree = meterId === "m-1" || meterOwner(meterId) === null; // any other word is an unknown meter
        expect([enterpriseId, isFree, channel === "command"]).toEqual(["cement", true, false]);
        if (retain) expect(channel).toBe("status");
      }),
      { numRuns: 5000 },
    );
  });

  it("lets a device that waits say telemetry alone, kept apart, and hear nothing", () => {
    const none = { enterpriseId: "" as EnterpriseId, meterIds: new Set<MeterId>() };
    const waiting = { ...identity, ...none, isWaiting: true };
    fc.assert(
      fc.property(anyTopic, fc.boolean(), (topic, retain) => {
        const { kind } = decidePublish(waiting, { topic, retain, payloadBytes: 10 }, meterOwner);
        expect(["refused", "waiting"]).toContain(kind);
        if (kind === "waiting") expect([topic.endsWith("/telemetry"), retain]).toEqual([true, false]);
        expect([maySubscribe(waiting, topic), mayReceive(waiting, topic)]).toEqual([false, false]);
      }),
      { numRuns: 5000 },
    );
  });

  it("lets a device hear one kind of topic only, its own commands, and a service nothing outside the park", () => {
    fc.assert(
      fc.property(anyTopic, (topic) => {
        const isOwnCommand = topic === "park/cement/m-1/command";
        expect([maySubscribe(identity, topic), mayReceive(identity, topic)]).toEqual([isOwnCommand, isOwnCommand]);
        if (maySubscribe({ ...identity, isService: true }, topic)) expect(topic.split("/")[0]).toBe("park");
      }),
      { numRuns: 5000 },
    );
  });

  const verdictOn = (topic: string, { retain = false, payloadBytes = 10 } = {}): string => {
    const verdict = decidePublish(identity, { topic, retain, payloadBytes }, meterOwner);
    return verdict.kind === "refused" ? verdict.reason : verdict.kind;
  };

  it.each([
    ["a topic of 255 bytes", topicOf(255), "unknown_topic"],
    ["a topic of 256 bytes", topicOf(256), "unknown_topic"],
    ["a topic of 257 bytes", topicOf(257), "malformed_topic"],
    ["a topic of 257 bytes in fewer characters", `park/${"表".repeat(84)}`, "malformed_topic"],
    ["9 levels", levels(9), "unknown_topic"],
    ["10 levels", levels(10), "unknown_topic"],
    ["11 levels", levels(11), "malformed_topic"],
    ["bytes that were no UTF-8", "park/cement/m-1/\ufffd", "malformed_topic"],
  ])("judges %s", (_name, topic, expected) => expect(verdictOn(topic)).toBe(expected));

  it.each([
    [4095, "message"],
    [4096, "message"],
    [4097, "retained_size"],
  ])("judges a retained status of %i bytes", (payloadBytes, expected) =>
    expect(verdictOn("park/cement/m-1/status", { retain: true, payloadBytes })).toBe(expected),
  );

  it.each([
    [1023, null],
    [1024, null],
    [1025, "will"],
  ])("judges a will of %i bytes", (payloadBytes, expected) =>
    expect(decideWill(identity, { topic: "park/cement/m-1/status", retain: true, payloadBytes }, meterOwner)).toBe(
      expected,
    ),
  );

  it.each([
    [63, true],
    [64, true],
    [65, false],
  ])("judges a client id of %i characters", (length, expected) =>
    expect(isClientIdOf("gw-1", "gw-1:".padEnd(length, "x"))).toBe(expected),
  );

  it("binds client ids to the device", () => {
    const ids = [
      "gw-1",
      "gw-1:a",
      "gw-1:",
      "gw-10",
      "gw-1a",
      "gw",
      ":gw-1",
      "gw-2:gw-1",
      `gw-1:${"x".repeat(60)}`,
      "gw-1:ä",
    ];
    expect(ids.filter((id) => isClientIdOf("gw-1", id))).toEqual(["gw-1", "gw-1:a", "gw-1:"]);
  });
});

describe("admission", () => {
  const directory = {
    authenticate: (username: string, password: string | null) =>
      (password === null ? username === "secret" : username === "gw-1" && password === "secret") ? identity : null,
    authenticateStation: () => null,
    current: () => identity,
    meterOwner,
    reload: () => undefined,
  };
  const request = (change: Partial<ConnectRequest>): ConnectRequest => ({
    ...{ clientId: "gw-1", clean: true, keepalive: 60, username: "gw-1", password: Buffer.from("secret") },
    ...change,
  });

  it.each([
    { name: "a lasting session becomes a clean one", change: { clean: false }, expected: { clean: true } },
    { name: "no keep-alive becomes 300 s", change: { keepalive: 0 }, expected: { keepalive: 300 } },
    { name: "a keep-alive of 9 s becomes 10 s", change: { keepalive: 9 }, expected: { keepalive: 10 } },
    { name: "one of 10 s stays", change: { keepalive: 10 }, expected: { keepalive: 10 } },
    { name: "one of 600 s stays", change: { keepalive: 600 }, expected: { keepalive: 600 } },
    { name: "one of 601 s becomes 600 s", change: { keepalive: 601 }, expected: { keepalive: 600 } },
  ])("$name", ({ change, expected }) => {
    const connect = request(change);
    expect(admit(connect, directory).ok).toBe(true);
    expect(connect).toMatchObject(expected);
  });

  it("gives ThingsBoard firmware a client id of its own device, always the same for the same name", () => {
    const login = { username: "secret", password: undefined };
    const [first, again, other] = ["gw-2", "gw-2", "x"].map((clientId) => request({ ...login, clientId }));
    for (const connect of [first, again, other]) expect(admit(connect!, directory).ok).toBe(true);
    expect(first!.clientId).toMatch(/^gw-1:tb:[0-9a-f]{16}$/);
    expect([again!.clientId === first!.clientId, other!.clientId === first!.clientId]).toEqual([true, false]);
  });

  it("never names a token in what it reports", () => {
    const admission = admit(request({ username: "some-token", password: Buffer.alloc(0) }), directory);
    expect(admission).toMatchObject({ ok: false, returnCode: 4, actor: "(token)" });
  });
});
