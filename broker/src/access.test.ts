import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceId, DeviceIdentity, EnterpriseId, MeterId } from "@smart-park/core";
import { decidePublish, isClientIdOf, mayReceive, maySubscribe } from "./access.ts";
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

  it.each([
    { name: "ten levels", topic: "park/cement/m-1/telemetry", kind: "telemetry" },
    {
      name: "a retained status above 4 KiB",
      topic: "park/cement/m-1/status",
      retain: true,
      bytes: 4097,
      kind: "refused",
    },
    { name: "a retained status of 4 KiB", topic: "park/cement/m-1/status", retain: true, bytes: 4096, kind: "message" },
    { name: "more than 256 bytes", topic: `park/cement/m-1/${"x".repeat(250)}`, kind: "refused" },
    { name: "bytes that were no UTF-8", topic: "park/cement/m-1/\ufffd", kind: "refused" },
  ])("judges $name", ({ topic, retain = false, bytes = 10, kind }) => {
    expect(decidePublish(identity, { topic, retain, payloadBytes: bytes }, meterOwner).kind).toBe(kind);
  });

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
    { name: "a short keep-alive becomes 10 s", change: { keepalive: 1 }, expected: { keepalive: 10 } },
    { name: "a long keep-alive becomes 600 s", change: { keepalive: 65535 }, expected: { keepalive: 600 } },
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
