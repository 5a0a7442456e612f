import type { AlertBody, BooksBody, LiveDelta, LiveSnapshot, ReadingsBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startInfluxd, type Influxd } from "../support/influxd.ts";
import { describeWith } from "../support/programs.ts";
import { addMeter, connectDevice, openLive, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

const stores = [{ name: "the embedded store", start: () => startTestPlatform() }];
for (const { name, start } of stores) describe(`a reading's way with ${name}`, () => wayOfAReading(start));

describeWith("influxd", "a reading's way with InfluxDB", (influxdPath) => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd(influxdPath);
  });
  afterAll(() => influxd.stop());
  wayOfAReading(() => startTestPlatform({ INFLUX_URL: influxd.url, INFLUX_BUCKET: "way" }));
});

function wayOfAReading(start: () => Promise<TestPlatform>): void {
  let park: TestPlatform;
  let device: { username: string; password: string };
  beforeAll(async () => {
    park = await start();
    device = await addMeter(park.admin, { enterprise: "steel", meter: "M1", device: "gw1" });
  });
  afterAll(() => park.stop());

  const rawRows = async (point: string) => {
    const query = `from=${Date.now() - 3_600_000}&to=${Date.now() + 60_000}&step=raw`;
    return (await park.admin.get<ReadingsBody>(`/points/${point}/readings?${query}`)).rows;
  };

  it("arrives by MQTT, is served by the API and moves on the live page", async () => {
    const live = openLive(park.url, park.admin);
    await vi.waitFor(() => expect(live.events.some((event) => event.name === "snapshot")).toBe(true), 5000);
    const client = await connectDevice(park.mqttUrl, device);
    const at = Date.now();
    await client.publishAsync("park/steel/M1/telemetry", JSON.stringify({ ts: at, values: { activePower: 812.4 } }), {
      qos: 1,
    });
    await client.endAsync();

    await vi.waitFor(async () => expect(await rawRows("M1.activePower")).toHaveLength(1), 5000);
    const [row] = await rawRows("M1.activePower");
    expect(Date.parse(row?.at ?? "")).toBe(at);
    expect(row).toMatchObject({ value: 812.4, quality: "good" });

    const snapshot = live.events.find((event) => event.name === "snapshot")?.body as LiveSnapshot;
    const index = snapshot.rows.find((candidate) => candidate.point === "M1.activePower")?.i;
    const deltas = () => live.events.filter((event) => event.name === "delta").map((event) => event.body as LiveDelta);
    await vi.waitFor(
      () => expect(deltas().some((delta) => delta.i.includes(index ?? -1) && delta.v.includes(812.4))).toBe(true),
      5000,
    );
    live.socket.disconnect();
  });

  it("keeps each instant once however often it is sent, and the last value wins", async () => {
    const client = await connectDevice(park.mqttUrl, device);
    const at = Date.now() - 120_000;
    const send = (value: number) =>
      client.publishAsync(
        "park/steel/M1/telemetry",
        JSON.stringify([{ ts: at, values: { activeEnergyImport: value } }]),
        { qos: 1 },
      );
    for (const value of [100, 100, 101]) await send(value);
    await client.endAsync();
    await vi.waitFor(async () => {
      const rows = await rawRows("M1.activeEnergyImport");
      expect(rows.map((row) => row.value)).toEqual([101]);
    }, 5000);
  });

  it("raises an alert, shows it live, and takes the acknowledgement", async () => {
    await park.admin.post("/alert-rules", {
      kind: "limit",
      name: "功率过高",
      points: ["M1.activePower"],
      above: 900,
      severity: "P2",
    });
    const live = openLive(park.url, park.admin);
    await vi.waitFor(() => expect(live.events.some((event) => event.name === "snapshot")).toBe(true), 5000);
    const client = await connectDevice(park.mqttUrl, device);
    await client.publishAsync(
      "park/steel/M1/telemetry",
      JSON.stringify({ ts: Date.now(), values: { activePower: 950 } }),
      { qos: 1 },
    );
    await client.endAsync();

    const arrived = () => live.events.find((event) => event.name === "alert")?.body as AlertBody | undefined;
    await vi.waitFor(
      () => expect(arrived()).toMatchObject({ point: "M1.activePower", value: 950, limit: 900, state: "active" }),
      5000,
    );
    const id = arrived()?.id ?? "";
    await park.admin.post(`/alerts/${encodeURIComponent(id)}/acknowledge`, { note: "正在检查" });
    const [alert] = (await park.admin.get<{ items: AlertBody[] }>("/alerts?state=active")).items;
    expect(alert).toMatchObject({ id, acknowledged: { by: "admin", note: "正在检查" } });
    live.socket.disconnect();
  });

  it("counts every value it received exactly once", async () => {
    const books = await park.admin.get<BooksBody>("/books");
    const line = books.enterprises.find((enterprise) => enterprise.id === "steel");
    expect(line).toMatchObject({
      received: 5,
      stored: 4,
      duplicate: 1,
      quarantined: 0,
      rejected: 0,
      pending: 0,
      overwritten: 1,
    });
  });
}
