import type { BooksBody, ReadingsBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addMeter, connectDevice, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

interface QuarantineItem {
  readonly reason: string;
  readonly topic: string;
  readonly payload: string;
}

describe("input that cannot be used", () => {
  let park: TestPlatform;
  let device: { username: string; password: string };
  beforeAll(async () => {
    park = await startTestPlatform();
    device = await addMeter(park.admin, { enterprise: "alpha", meter: "A1", device: "gwA" });
    await addMeter(park.admin, { enterprise: "beta", meter: "B1", device: "gwB" });
  });
  afterAll(() => park.stop());

  const quarantined = async () => (await park.admin.get<{ items: QuarantineItem[] }>("/quarantine")).items;
  const publish = async (topic: string, payload: string) => {
    const client = await connectDevice(park.mqttUrl, device);
    await client.publishAsync(topic, payload, { qos: 1 });
    await client.endAsync();
  };

  it("refuses a wrong password", async () => {
    await expect(connectDevice(park.mqttUrl, { ...device, password: "wrong" })).rejects.toThrow(
      /not authori[sz]ed|refused|bad user/i,
    );
  });

  it("refuses a client without credentials", async () => {
    await expect(connectDevice(park.mqttUrl, { username: "" })).rejects.toThrow();
  });

  it.each([
    ["another enterprise's meter", "park/beta/B1/telemetry"],
    ["a topic outside the park", "other/topic"],
  ])("closes the connection of a device that publishes to %s, and stores nothing", async (_, topic) => {
    const client = await connectDevice(park.mqttUrl, device);
    client.on("error", () => undefined);
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    client.publish(topic, JSON.stringify({ values: { activePower: 1 } }), { qos: 1 });
    await closed;
    const range = `from=${Date.now() - 3_600_000}&to=${Date.now() + 60_000}`;
    expect((await park.admin.get<ReadingsBody>(`/points/B1.activePower/readings?${range}&step=raw`)).rows).toEqual([]);
    await client.endAsync(true);
  });

  it("puts the refused topic on record", async () => {
    await vi.waitFor(async () => {
      const { items } = await park.admin.get<{ items: { actor: string; result: string }[] }>("/audit");
      expect(items.some((item) => item.actor === "gwA" && item.result === "denied")).toBe(true);
    }, 15_000);
  });

  it.each([
    ["malformed JSON", "park/alpha/A1/telemetry", "{not json", "malformed"],
    ["a meter nobody registered", "park/alpha/A9/telemetry", '{"values":{"activePower":1}}', "unknown_meter"],
    [
      "a clock an hour ahead",
      "park/alpha/A1/telemetry",
      `{"ts":${Date.now() + 3_600_000},"values":{"activePower":1}}`,
      "future_timestamp",
    ],
    [
      "a reading older than seven days",
      "park/alpha/A1/telemetry",
      `{"ts":${Date.now() - 8 * 86_400_000},"values":{"activePower":1}}`,
      "too_old",
    ],
  ])("acknowledges %s and keeps it in quarantine", async (_, topic, payload, reason) => {
    await publish(topic, payload);
    await vi.waitFor(async () => {
      expect(await quarantined()).toContainEqual(expect.objectContaining({ topic, payload, reason }));
    }, 5000);
  });

  it("stores the good values of a message that also names an unknown quantity", async () => {
    const at = Date.now();
    await publish("park/alpha/A1/telemetry", JSON.stringify({ ts: at, values: { activePower: 7, humidity: 3 } }));
    const range = `from=${at}&to=${at + 1}`;
    await vi.waitFor(async () => {
      const { rows } = await park.admin.get<ReadingsBody>(`/points/A1.activePower/readings?${range}&step=raw`);
      expect(rows.map((row) => row.value)).toEqual([7]);
      expect((await quarantined()).map((item) => item.reason)).toContain("unknown_quantity");
    }, 5000);
  });

  it("balances the books, refusals included", async () => {
    await vi.waitFor(async () => {
      const { enterprises } = await park.admin.get<BooksBody>("/books");
      const line = enterprises.find((enterprise) => enterprise.id === "alpha");
      // 4 messages in quarantine and 1 unknown quantity, 1 value stored, 2 publishes refused before acknowledgement
      expect(line).toMatchObject({ received: 8, stored: 1, duplicate: 0, quarantined: 5, rejected: 2, pending: 0 });
    }, 15_000);
  });
});
