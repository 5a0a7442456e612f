import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { journaledTexts, startEdgeUnderTest, type EdgeUnderTest } from "../support/edge-under-test.ts";
import { frame, pingFrame, subscribeAllFrame, subscribeFrame } from "../support/mqtt-frames.ts";
import { RawMqtt } from "../support/raw-mqtt.ts";

/** Who is asked: two devices of one enterprise, one of another, and an internal subscriber. */
const devices = {
  "gw-1": { secret: "secret", enterpriseId: "cement", meterIds: ["m-1", "m-2"] },
  "gw-2": { secret: "secret", enterpriseId: "cement", meterIds: ["m-3"] },
  "gw-9": { secret: "secret", enterpriseId: "pharma", meterIds: ["m-9"] },
  screen: { secret: "secret", enterpriseId: "", meterIds: [], isService: true },
};
type Identity = keyof typeof devices;
const identities = Object.keys(devices) as Identity[]; // the keys of the table above

/** A topic and the outcome each identity may expect, written down as the table is made, not asked of the product. */
interface Row {
  readonly topic: string;
  /** Identities that may publish it, by what becomes of it. */
  readonly telemetry: readonly Identity[];
  readonly message: readonly Identity[];
  readonly retain: readonly Identity[];
  readonly subscribe: readonly Identity[];
}

const nobody = { telemetry: [], message: [], retain: [], subscribe: [] } as const;
const inPark = (topic: string): boolean => topic.split("/")[0] === "park";
const isFilter = (topic: string): boolean =>
  topic !== "" &&
  Buffer.byteLength(topic) <= 256 &&
  !/[\u0000-\u001f\u007f-\u009f\ufffd]/u.test(topic) &&
  topic.split("/").length <= 10 &&
  topic
    .split("/")
    .every(
      (part, i, all) => part !== "" && (!/[+#]/.test(part) || part === "+" || (part === "#" && i === all.length - 1)),
    );

/** For topics that belong to no device: services may listen below park/, nobody may speak. */
const closed = (topic: string): Row => ({
  ...nobody,
  topic,
  subscribe: inPark(topic) && isFilter(topic) ? ["screen"] : [],
});

const owners: readonly { enterprise: string; meter: string; owner: Identity | null; stranger: readonly Identity[] }[] =
  [
    { enterprise: "cement", meter: "m-1", owner: "gw-1", stranger: [] },
    { enterprise: "cement", meter: "m-2", owner: "gw-1", stranger: [] },
    { enterprise: "cement", meter: "m-3", owner: "gw-2", stranger: [] },
    { enterprise: "pharma", meter: "m-9", owner: "gw-9", stranger: [] },
    // Registered, but under another enterprise.
    { enterprise: "cement", meter: "m-9", owner: null, stranger: [] },
    { enterprise: "pharma", meter: "m-1", owner: null, stranger: [] },
    // Registered nowhere: taken from the enterprise's own devices, for quarantine.
    { enterprise: "cement", meter: "new-1", owner: null, stranger: ["gw-1", "gw-2"] },
    { enterprise: "pharma", meter: "new-2", owner: null, stranger: ["gw-9"] },
    { enterprise: "cement", meter: "M-1", owner: null, stranger: ["gw-1", "gw-2"] },
    { enterprise: "food", meter: "m-1", owner: null, stranger: [] },
  ];

const ownRows: Row[] = owners.flatMap(({ enterprise, meter, owner, stranger }) => {
  const may = owner === null ? stranger : [owner];
  const kept = owner === null ? [] : [owner];
  const topic = (channel: string): string => `park/${enterprise}/${meter}/${channel}`;
  return [
    { ...nobody, topic: topic("telemetry"), telemetry: may, subscribe: ["screen"] },
    { ...nobody, topic: topic("status"), message: may, retain: kept, subscribe: ["screen"] },
    { ...nobody, topic: topic("reply"), message: may, subscribe: ["screen"] },
    { ...nobody, topic: topic("command"), subscribe: [...kept, "screen"] },
  ] satisfies Row[];
});

const everyDevice = ["gw-1", "gw-2", "gw-9"] as const;
const thingsboardRows: Row[] = [
  { ...nobody, topic: "v1/devices/me/telemetry", telemetry: everyDevice },
  { ...nobody, topic: "v1/gateway/telemetry", telemetry: everyDevice },
  ...["v1/devices/me/attributes", "v1/gateway/attributes", "v1/gateway/connect", "v1/gateway/disconnect"].map(
    (topic): Row => ({ ...nobody, topic, message: everyDevice }),
  ),
];

const closedRows: Row[] = [
  ...["#", "+", "+/#", "+/+/+/+", "/", "//", "park", "park/", "park//m-1/telemetry", "/park/cement/m-1/telemetry"],
  ...[
    "park/#",
    "park/+/+/telemetry",
    "park/cement/#",
    "park/cement/+/command",
    "park/+/m-1/command",
    "park/#/telemetry",
  ],
  ...["park/cement/m-1", "park/cement/m-1/", "park/cement/m-1/Telemetry", "PARK/cement/m-1/telemetry"],
  ...["park/cement/m-1/telemetry/", "park/cement/m-1/telemetry/x", "park/cement/m-1/+", "park/cement/m-1/#"],
  ...["park/cement/m+/telemetry", "park/cement/m#/telemetry", "park/cement/m-1/command#", "park/cement /m-1/telemetry"],
  ...["park/cement/../telemetry", "park/cement/m-1%2ftelemetry", "park/Cement/m-1/telemetry"],
  ...[
    "$SYS/#",
    "$SYS/broker/clients",
    "$SYS/x/new/clients",
    "$SYS/x/disconnect/clients",
    "$share/a/park/#",
    "$queue/park/#",
  ],
  ...[
    "$share/g/park/cement/m-1/command",
    "$park/cement/m-1/telemetry",
    "park/$SYS/m-1/telemetry",
    "park/cement/$x/status",
  ],
  ...["v1/devices/me/rpc/request/+", "v1/devices/gw-1/telemetry", "v2/devices/me/telemetry", "v1/devices/me", "v1/#"],
  ...["constructor", "__proto__", "park/__proto__/m-1/telemetry", "park/cement/__proto__x/command", "toString/x"],
  ...[
    "park/水泥/m-1/telemetry",
    "park/cement/表/command",
    "park/cement/m-1/telemetry\u0001",
    "park/cement/\ufffd/status",
  ],
  ...["a".repeat(257), `park/${"a/".repeat(9)}a`, "park/a/b/c/d/e/f/g/h/i", `park/cement/${"m".repeat(49)}/telemetry`],
  ...Array.from({ length: 12 }, (_, n) => "x/".repeat(n) + "x"),
  ...Array.from({ length: 40 }, (_, n) => `park/food/m-${n}/telemetry`),
  ...Array.from({ length: 40 }, (_, n) => `park/food/m-${n}/command`),
  ...Array.from({ length: 32 }, (_, n) => `other/cement/m-${n}/telemetry`),
].map(closed);

const rows = [...ownRows, ...thingsboardRows, ...closedRows];

let park: EdgeUnderTest;
beforeAll(async () => {
  park = await startEdgeUnderTest({ devices });
});
afterAll(() => park.stop());

const options = (id: Identity) => ({ clientId: id, username: id, password: "secret" });
const connect = (id: Identity): Promise<RawMqtt> => RawMqtt.connect(park.port, options(id));

/** True when it was acknowledged, false when the connection was closed instead. */
async function isTaken(client: RawMqtt, topic: string, payload: string, retain = false): Promise<boolean> {
  const before = client.acknowledged.length;
  client.publish({ topic, payload, qos: 1, retain });
  return client
    .until(() => client.acknowledged.length > before)
    .then(
      () => true,
      () => false,
    );
}

/** Publishes each row's topic; opens a new connection after each refusal. Gives the topics that were taken. */
async function takenOf(id: Identity, retain: boolean): Promise<string[]> {
  const taken: string[] = [];
  let client = await connect(id);
  for (const { topic } of rows) {
    if (await isTaken(client, topic, `${id} ${topic}`, retain)) taken.push(topic);
    else client = await connect(id);
  }
  client.socket.destroy();
  return taken;
}

const topicsWhere = (isWanted: (row: Row) => boolean): string[] => rows.filter(isWanted).map(({ topic }) => topic);

describe(`${rows.length} topics`, () => {
  it("are enough of them", () => expect(new Set(rows.map(({ topic }) => topic)).size).toBeGreaterThanOrEqual(200));

  describe.each(identities)("and %s", (id) => {
    it("publishes exactly what it may", async () => {
      expect(await takenOf(id, false)).toEqual(
        topicsWhere(({ telemetry, message }) => telemetry.includes(id) || message.includes(id)),
      );
    });

    it("leaves retained messages exactly where it may", async () => {
      const isStatus = (topic: string): boolean => topic.endsWith("/status");
      expect(await takenOf(id, true)).toEqual(
        topicsWhere(({ topic, message }) => isStatus(topic) && message.includes(id)),
      );
      const late = await connect("screen");
      late.socket.write(subscribeFrame(1, "park/#"));
      // What an unknown meter would have retained was delivered and forgotten.
      const left = topicsWhere(({ retain }) => retain.includes(id));
      await vi.waitFor(() => expect(late.heard).toEqual(expect.arrayContaining(left)));
      const kept = new Set(topicsWhere(({ retain }) => retain.length > 0));
      expect(late.heard.filter((topic) => !kept.has(topic))).toEqual([]);
      late.socket.destroy();
    });

    it("leaves a will exactly where it may", async () => {
      const allowed: string[] = [];
      for (const { topic } of rows) {
        const client = await RawMqtt.open(park.port);
        client.socket.write(withWill(options(id), topic));
        await client.until(() => client.returnCode !== null).catch(() => undefined);
        if (client.returnCode === 0) allowed.push(topic);
        client.socket.write(Buffer.from([0xe0, 0])); // a proper goodbye: the will is not sent
        client.socket.end();
        await client.closed;
      }
      const isStatus = (topic: string): boolean => topic.endsWith("/status");
      expect(allowed).toEqual(topicsWhere(({ topic, message }) => isStatus(topic) && message.includes(id)));
    });

    it("hears exactly what it may", async () => {
      const granted: string[] = [];
      for (const { topic } of rows) {
        // A service may listen to few filters at a time, so each is asked on a connection of its own.
        const client = await connect(id);
        client.socket.write(Buffer.concat([subscribeFrame(1, topic), pingFrame]));
        await client.until(() => client.granted.length > 0).catch(() => undefined);
        if (client.granted[0] === 0) granted.push(topic);
        client.socket.destroy();
      }
      expect(granted).toEqual(topicsWhere(({ subscribe }) => subscribe.includes(id)));
    });
  });

  it("reach the journal when they are telemetry of who may send it, and no others do", async () => {
    const expected = identities.flatMap((id) =>
      topicsWhere(({ telemetry }) => telemetry.includes(id)).map((topic) => `${id} ${topic}`),
    );
    expect((await journaledTexts(park.journalFolder)).toSorted()).toEqual(expected.toSorted());
  });
});

/** Commands to all meters that are registered: what a subscription could bring. */
const commands = ["cement/m-1", "cement/m-2", "cement/m-3", "pharma/m-9"].map((meter) => `park/${meter}/command`);
const mayHear = (id: Identity, filter: string): boolean =>
  id === "screen" ? inPark(filter) : rows.some((row) => row.topic === filter && row.subscribe.includes(id));
const commandsOf = ({ heard }: RawMqtt): string[] => heard.filter((topic) => commands.includes(topic));

describe.each(identities)("the subscriptions of %s", (id) => {
  /** Filters that broaden each other when one of them is taken for the other. */
  const mixed = [...commands, "park/#", "#", "park/+/+/command", "$SYS/#", "park/cement/m-1/telemetry"];
  const expected = mixed.map((filter) => (mayHear(id, filter) ? 1 : 0x80));

  it("are judged one by one in a packet of many, and what was refused brings nothing", async () => {
    const client = await connect(id);
    client.socket.write(subscribeAllFrame(1, mixed));
    await client.until(() => client.granted.length === mixed.length);
    expect(client.granted).toEqual(expected);
    await Promise.all(commands.map((topic) => park.order(topic, "now")));
    await heardAll(client);
    expect(new Set(commandsOf(client))).toEqual(new Set(commands.filter((topic) => mayHear(id, topic))));
    client.socket.destroy();
  });

  it("end with the connection, though the session was to last: nothing waits for the next one", async () => {
    const before = await RawMqtt.connect(park.port, { ...options(id), isLasting: true });
    before.socket.write(subscribeAllFrame(1, mixed));
    await before.until(() => before.granted.length === mixed.length);
    before.socket.destroy();
    await vi.waitFor(async () => expect(await park.order("park/cement/m-1/command", "nobody")).toBe(false));
    for (const topic of commands) await park.order(topic, "while away");
    const after = await RawMqtt.connect(park.port, { ...options(id), isLasting: true });
    for (const topic of commands) await park.order(topic, "when back");
    await heardAll(after);
    expect(commandsOf(after)).toEqual([]);
    after.socket.destroy();
  });

  it("are cut within 5 s when it is shut out, and bring nothing any more", async () => {
    const client = await connect(id);
    client.socket.write(subscribeAllFrame(1, mixed));
    await client.until(() => client.granted.length === mixed.length);
    park.directory.devices.set(id, { ...devices[id], isEnabled: false });
    const startedAt = performance.now();
    await park.registryChanged();
    for (const topic of commands) await park.order(topic, "too late");
    await client.closed;
    expect(performance.now() - startedAt).toBeLessThan(5000);
    park.directory.devices.set(id, devices[id]);
    await park.registryChanged();
    expect(commandsOf(client)).toEqual([]);
  });
});

/** What was on its way before an answer to a ping has arrived with it. */
async function heardAll(client: RawMqtt): Promise<void> {
  const answers = (): number => client.packetTypes.filter((type) => type === 0xd0).length;
  const before = answers();
  client.socket.write(pingFrame);
  await client.until(() => answers() > before);
}

describe("a meter that goes to another device", () => {
  it("is no longer heard by the one that had it, which stays connected", async () => {
    const topic = "park/cement/m-2/command";
    const client = await connect("gw-1");
    client.socket.write(subscribeAllFrame(1, [topic, "park/cement/m-1/command"]));
    await client.until(() => client.granted.length === 2);
    park.directory.devices.set("gw-1", { ...devices["gw-1"], meterIds: ["m-1"] });
    await park.registryChanged();
    await park.order(topic, "not yours");
    await park.order("park/cement/m-1/command", "yours");
    await client.until(() => client.heard.length > 0);
    expect(client.heard).toEqual(["park/cement/m-1/command"]);
    expect(await isTaken(client, "park/cement/m-2/telemetry", "mine no more")).toBe(true);
    park.directory.devices.set("gw-1", devices["gw-1"]);
    await park.registryChanged();
    client.socket.destroy();
  });
});

describe("a device that was disabled", () => {
  it("is cut, leaves no will, finds nothing kept for it and cannot come back", async () => {
    const listener = await connect("screen");
    listener.socket.write(subscribeFrame(1, "park/cement/m-3/status"));
    await listener.until(() => listener.granted.length === 1);
    const client = await RawMqtt.open(park.port);
    client.socket.write(withWill(options("gw-2"), "park/cement/m-3/status"));
    await client.until(() => client.returnCode === 0);
    const heardBefore = listener.packetTypes.length;
    park.directory.devices.set("gw-2", { ...devices["gw-2"], isEnabled: false });
    await park.registryChanged();
    await client.closed;
    await expect(connect("gw-2")).rejects.toThrow("refused with 4");
    park.directory.devices.set("gw-2", devices["gw-2"]);
    await park.registryChanged();
    const back = await connect("gw-2");
    expect(await isTaken(back, "park/cement/m-3/telemetry", "back")).toBe(true);
    expect(back.packetTypes).toEqual([0x20]);
    expect(listener.packetTypes.slice(heardBefore)).toEqual([]);
    await vi.waitFor(() => expect(park.audit.map(({ action }) => action)).toContain("mqtt.cut"));
  });
});

/** CONNECT with a will of QoS 1. */
function withWill(who: ReturnType<typeof options>, topic: string): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  };
  const header = Buffer.concat([text("MQTT"), Buffer.from([4, 0xc2 | 0x04 | 0x08, 0, 60])]);
  const body = [text(who.clientId), text(topic), text("gone"), text(who.username), text(who.password)];
  return frame(0x10, header, ...body);
}
