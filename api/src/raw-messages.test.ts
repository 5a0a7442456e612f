import { join } from "node:path";
import { StopStack, type DeviceId, type EnterpriseId, type JournalRecord, type JournalWriter } from "@smart-park/core";
import { openJournalReader, openJournalWriter } from "@smart-park/store/journal";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let journal: JournalWriter;
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const parts = new StopStack(logger);
let lastReceived = Date.now();

async function append(topic: string, payload: string, more: Partial<JournalRecord> = {}): Promise<void> {
  lastReceived += 1000;
  await journal.append({
    source: topic === "http" ? "http" : "mqtt",
    receivedAt: lastReceived,
    sender: "A-gateway" as DeviceId,
    enterpriseId: "A" as EnterpriseId,
    topic,
    payload: Buffer.from(payload),
    ...more,
  });
}

beforeAll(async () => {
  const mebibyte = 1024 * 1024;
  park = await startApiUnderTest(
    {},
    {
      messages: async (directory) => {
        const folder = join(directory, "messages");
        const limits = { segmentBytes: mebibyte, maxBytes: 4 * mebibyte, reserveBytes: 0, keepBytes: mebibyte };
        journal = await openJournalWriter({ directory: folder, ...limits, logger, clock: { now: () => Date.now() } });
        parts.add("writer", journal);
        return openJournalReader({ directory: folder, keepBytes: mebibyte, logger });
      },
    },
  );
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("anna", "enterpriseOperator", ["A"]);
  await append("park/A/A-main/telemetry", `{"values":{"activePower":1}}`);
  await append("park/A/A-water/telemetry", `{"values":{"waterVolume":1}}`);
  await append("park/A/A-main/telemetry", "not json");
  await append("v1/devices/me/telemetry", `{"activePower":2}`);
  const wholePark = `{"A-main":{"values":{"activePower":3}},"B-main":{"values":{"activePower":4}}}`;
  await append("http", wholePark, { enterpriseId: "" as EnterpriseId });
});
afterAll(async () => {
  await parts.stop();
  await park.stop();
});

describe("raw messages of a meter", () => {
  it("are those that told something about it, newest first, as they came", async () => {
    const { body } = await admin.get("/meters/A-main/messages");
    expect(body.items.map(({ payload, outcome }: { payload: string; outcome: string }) => [payload, outcome])).toEqual([
      [expect.stringContaining("B-main"), "decoded"],
      [`{"activePower":2}`, "decoded"],
      ["not json", "malformed"],
      [`{"values":{"activePower":1}}`, "decoded"],
    ]);
    expect(body.items[0]).toMatchObject({ source: "http", topic: "http", deviceId: "A-gateway", sequence: 5 });
  });

  it("hold nothing of another enterprise, even when one batch brought both", async () => {
    const { body } = await (await park.signIn("anna")).get("/meters/A-main/messages?limit=1");
    expect(body.items[0].payload).toBe(`{"A-main":{"values":{"activePower":3}}}`);
  });

  it("can be followed back in time", async () => {
    const newest = (await admin.get("/meters/A-main/messages?limit=1")).body.items[0];
    const before = encodeURIComponent(newest.receivedAt);
    const { body } = await admin.get(`/meters/A-main/messages?limit=1&before=${before}`);
    expect(body.items).toMatchObject([{ payload: `{"activePower":2}` }]);
  });

  it("show neither what edge put on record nor who else named the meter", async () => {
    const anna = await park.signIn("anna");
    const before = (await anna.get("/meters/A-main/messages")).body.items;
    await append("", `{"action":"mqtt.publish","object":"A-main"}`, { source: "audit" });
    await append("v1/gateway/telemetry", `{"B-main":{"values":{"A-main":1}}}`, { enterpriseId: "B" as EnterpriseId });
    expect((await anna.get("/meters/A-main/messages")).body.items).toEqual(before);
    const { items } = (await admin.get("/meters/A-main/messages")).body;
    expect(items.map(({ source }: { source: string }) => source)).not.toContain("audit");
    expect(items).toHaveLength(before.length + 1);
  });
});
