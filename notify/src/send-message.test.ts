import { createHmac } from "node:crypto";
import {
  emptyCatalog,
  ParkTime,
  type ChannelKind,
  type EnterpriseId,
  type MeterId,
  type Message,
  type Notice,
  type PointId,
  type SendingChannel,
} from "@smart-park/core";
import { afterEach, describe, expect, it } from "vitest";
import { defaultTimeouts } from "./config.ts";
import { parseAllowList } from "./net/address-guard.ts";
import { createSender, type SenderDeps } from "./send-message.ts";
import { startHttpReceiver, startSmtpReceiver, type Mood, type Receiver } from "./testing/receivers.ts";

const now = Date.UTC(2026, 10, 26, 4);
const key = "signing-key-1";
const notice: Notice = {
  transition: "raised",
  alertId: "r~m.activePower~1",
  ruleName: "功率超限",
  kind: "limit",
  severity: "P1",
  pointId: "m.activePower" as PointId,
  enterpriseId: "A" as EnterpriseId,
  value: 120,
  limit: 100,
  raisedAt: now,
  clearedAt: null,
  late: false,
  isLookedAfter: false,
  shelvedUntil: null,
  subject: null,
  unit: null,
  escalatedTo: [],
};
const message: Message = { key: "key-1", kind: "single", deliveries: [{ key: "key-1", kind: "raised", notice }] };

const senderWith = (given: Partial<SenderDeps> = {}) =>
  createSender({
    resolve: async () => ["127.0.0.1"],
    allow: parseAllowList(["127.0.0.1"]),
    timeouts: defaultTimeouts,
    catalog: { current: () => emptyCatalog, onChange: () => () => undefined },
    time: new ParkTime("Asia/Shanghai"),
    clock: { now: () => now },
    publish: async () => true,
    ...given,
  });

function channelTo(kind: ChannelKind, port: number): SendingChannel {
  const plain = { id: kind, name: kind, enterpriseId: null, language: "zh", isEnabled: true, secretNames: [] } as const;
  if (kind === "email") {
    const settings = {
      kind,
      host: "mail.park.example",
      port,
      security: "none",
      from: "p@park.example",
      username: null,
    } as const;
    return { ...plain, settings, secrets: {} };
  }
  if (kind === "mqtt")
    return { ...plain, settings: { kind, enterpriseId: "A" as EnterpriseId, meterId: "b1" as MeterId }, secrets: {} };
  const secrets = { url: `http://receiver.example:${port}/hook?token=t`, signingKey: key };
  return { ...plain, settings: { kind, host: "receiver.example" }, secrets };
}

let receiver: Receiver | undefined;
afterEach(async () => {
  await receiver?.stop();
});
const start = (kind: ChannelKind) => (kind === "email" ? startSmtpReceiver() : startHttpReceiver());
const address = (kind: ChannelKind) => (kind === "email" ? "li@park.example" : "");

describe.each(["email", "webhook", "wecom", "dingtalk", "feishu"] as const)("%s", (kind) => {
  const trial = async (mood: Mood) => {
    receiver = await start(kind);
    receiver.moods.splice(0, 1, mood);
    const patience = mood === "hang" ? { timeouts: { connectMs: 200, totalMs: 300 } } : {};
    return senderWith(patience)(channelTo(kind, receiver.port), address(kind), message);
  };

  it("is taken, with the key by which a repeat is known", async () => {
    expect(await trial("take")).toMatchObject({ ok: true });
    expect(receiver?.received).toMatchObject([{ key: "key-1" }]);
  });

  it.each([
    ["a refusal is final", "refuse", { ok: false, isFinal: true, isChannelDown: false }],
    ["a failure is tried again", "fail", { ok: false, isFinal: false, isChannelDown: true }],
    ["one that is busy is tried again", "busy", { ok: false, isFinal: false, isChannelDown: true }],
    ["one that hangs is given up in time", "hang", { ok: false, isFinal: false, isChannelDown: true }],
    ["one that cuts the connection is tried again", "reset", { ok: false, isFinal: false, isChannelDown: true }],
  ] as const)("%s", async (_name, mood, expected) => {
    expect(await trial(mood)).toMatchObject(expected);
  });

  it("nobody there is tried again", async () => {
    receiver = await start(kind);
    const { port } = receiver;
    await receiver.stop();
    expect(await senderWith()(channelTo(kind, port), address(kind), message)).toMatchObject({
      ok: false,
      isFinal: false,
    });
  });

  it("an address inside that nobody allowed gets nothing", async () => {
    receiver = await start(kind);
    const guarded = senderWith({ allow: parseAllowList([]) });
    expect(await guarded(channelTo(kind, receiver.port), address(kind), message)).toMatchObject({ ok: false });
    expect(receiver.received).toEqual([]);
  });

  it("details never hold the address or a key", async () => {
    for (const mood of ["take", "refuse", "reset"] as const) {
      const { detail } = await trial(mood);
      expect(detail).not.toMatch(/token|signing|receiver\.example/);
      await receiver?.stop();
    }
  });
});

describe("the formats", () => {
  const sendTo = async (kind: ChannelKind) => {
    receiver = await start(kind);
    await senderWith()(channelTo(kind, receiver.port), address(kind), message);
    const [got] = receiver.received;
    if (got === undefined) throw new Error("nothing came");
    return got;
  };

  it("a webhook is signed over time and body", async () => {
    const { headers, text } = await sendTo("webhook");
    const timestamp = String(headers["x-park-timestamp"]);
    const signature = createHmac("sha256", key).update(`${timestamp}.${text}`).digest("hex");
    expect(headers["x-park-signature"]).toBe(`v1=${signature}`);
    expect(Number(timestamp)).toBe(now / 1000);
    expect(JSON.parse(text)).toMatchObject({
      key: "key-1",
      count: 1,
      alerts: [{ transition: "raised", severity: "P1" }],
    });
  });

  it("DingTalk gets time and signature in the query, Feishu in the body", async () => {
    const ding = new URL((await sendTo("dingtalk")).url, "http://x");
    const sign = createHmac("sha256", key).update(`${now}\n${key}`).digest("base64");
    expect(Object.fromEntries(ding.searchParams)).toEqual({ token: "t", timestamp: String(now), sign });
    await receiver?.stop();
    const feishu = JSON.parse((await sendTo("feishu")).text);
    const feishuSign = createHmac("sha256", `${now / 1000}\n${key}`).digest("base64");
    expect(feishu).toMatchObject({ timestamp: String(now / 1000), sign: feishuSign, msg_type: "text" });
    expect(feishu.content.text).toContain("功率超限");
  });

  it("WeCom text stays within 2,048 bytes and names the key", async () => {
    receiver = await startHttpReceiver();
    const long = { ...notice, ruleName: "很长的规则名称".repeat(200) };
    const big: Message = { ...message, deliveries: [{ key: "key-1", kind: "raised", notice: long }] };
    await senderWith()(channelTo("wecom", receiver.port), "", big);
    const body = JSON.parse(receiver.received[0]?.text ?? "{}");
    expect(body.msgtype).toBe("text");
    expect(Buffer.byteLength(body.text.content)).toBeLessThanOrEqual(2048);
    expect(body.text.content).not.toContain("\uFFFD");
  });

  it.each(["dingtalk", "feishu"] as const)(
    "%s stays within 20,000 bytes of request, marks and line ends counted",
    async (kind) => {
      receiver = await startHttpReceiver();
      const long = { ...notice, ruleName: '"规则"\n'.repeat(9000) };
      const big: Message = { ...message, deliveries: [{ key: "key-1", kind: "raised", notice: long }] };
      await senderWith()(channelTo(kind, receiver.port), "", big);
      const { text } = receiver.received[0] ?? { text: "" };
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
      expect(Buffer.byteLength(text)).toBeGreaterThan(15_000);
      expect(text).not.toContain("\uFFFD");
    },
  );

  const minute = 60_000;
  it.each([
    ["wecom", 45_009, "api freq out of limit", { isFinal: false, waitMs: minute }],
    ["wecom", -1, "system busy", { isFinal: false, waitMs: 0 }],
    ["wecom", 40_058, "exceed max length", { isFinal: true }],
    ["dingtalk", 130_101, "send too fast, exceed 20 times per minute", { isFinal: false, waitMs: 10 * minute }],
    ["dingtalk", 310_000, "sign not match", { isFinal: true }],
    ["dingtalk", 460_101, "message too long, exceed 20000 bytes", { isFinal: true }],
    ["feishu", 11_232, "frequency limited", { isFinal: false, waitMs: 0 }],
    ["feishu", 9499, "Bad Request", { isFinal: true }],
    ["feishu", 19_021, "sign match fail or timestamp is not within one hour", { isFinal: true }],
    ["feishu", 19_022, "Ip Not Allowed", { isFinal: true }],
    ["feishu", 19_024, "Key Words Not Found", { isFinal: true }],
  ] as const)(
    "%s has not taken what it answers with status 200 and code %i, %s",
    async (kind, code, words, expected) => {
      const answer = kind === "feishu" ? { code, msg: words, data: {} } : { errcode: code, errmsg: words };
      receiver = await startHttpReceiver(JSON.stringify(answer));
      const result = await senderWith()(channelTo(kind, receiver.port), "", message);
      expect(result).toMatchObject({ ok: false, ...expected });
    },
  );

  it("a redirect is not followed", async () => {
    receiver = await startHttpReceiver();
    receiver.moods.splice(0, 1, "redirect");
    const answer = await senderWith()(channelTo("webhook", receiver.port), "", message);
    expect(answer).toMatchObject({ ok: false, isFinal: true });
    expect(receiver.received.map(({ url }) => url)).toEqual(["/hook?token=t"]);
  });

  it.each(["webhook", "wecom", "dingtalk", "feishu"] as const)(
    "a %s receiver that would speak another protocol is answered for, and holds nobody up",
    async (kind) => {
      receiver = await startHttpReceiver();
      receiver.moods.splice(0, 1, "upgrade");
      const answer = await senderWith()(channelTo(kind, receiver.port), "", message);
      expect(answer).toMatchObject({ ok: false, isFinal: true, detail: expect.stringContaining("101") });
    },
  );

  it.each([
    [64 * 1024 - 1, "HTTP 200"],
    [64 * 1024, "HTTP 200"],
    [64 * 1024 + 1, "the answer is too long"],
  ])("of an answer of %i bytes becomes: %s", async (bytes, detail) => {
    receiver = await startHttpReceiver("x".repeat(bytes));
    expect(await senderWith()(channelTo("webhook", receiver.port), "", message)).toMatchObject({ detail });
  });

  it("an endless answer is cut, other protocols are not spoken", async () => {
    receiver = await startHttpReceiver("x".repeat(70_000));
    const channel = channelTo("webhook", receiver.port);
    expect(await senderWith()(channel, "", message)).toMatchObject({ ok: false, detail: "the answer is too long" });
    expect(await senderWith()({ ...channel, secrets: { url: "file:///etc/passwd" } }, "", message)).toMatchObject({
      ok: false,
    });
  });

  it("a beacon hears its order on its command topic; without one connected it is tried again", async () => {
    const orders: [string, string][] = [];
    const publish = async (topic: string, payload: string) => (orders.push([topic, payload]), orders.length > 1);
    const send = senderWith({ publish });
    expect(await send(channelTo("mqtt", 0), "", message)).toMatchObject({ ok: false, isFinal: false });
    expect(await send(channelTo("mqtt", 0), "", message)).toMatchObject({ ok: true });
    expect(orders[0]?.[0]).toBe("park/A/b1/command");
    expect(JSON.parse(orders[1]?.[1] ?? "{}")).toMatchObject({
      command: "beacon",
      key: "key-1",
      state: "raised",
      severity: "P1",
    });
  });
});
