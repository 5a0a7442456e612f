import type { AlertBody, BooksBody, ReadingsBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startInfluxd, type Influxd } from "../support/influxd.ts";
import { describeWith } from "../support/programs.ts";
import { addMeter, connectDevice, LiveView, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

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

  const sendPower = async (activePower: number, ts: number) => {
    const client = await connectDevice(park.mqttUrl, device);
    await client.publishAsync("park/steel/M1/telemetry", JSON.stringify({ ts, values: { activePower } }), { qos: 1 });
    await client.endAsync();
  };

  it("arrives by MQTT, is served by the API and moves on the live page", async () => {
    const live = await new LiveView(park.url, park.admin).joined();
    const at = Date.now();
    await sendPower(812.4, at);

    await vi.waitFor(async () => expect(await rawRows("M1.activePower")).toHaveLength(1), 5000);
    const [row] = await rawRows("M1.activePower");
    expect(Date.parse(row?.at ?? "")).toBe(at);
    expect(row).toMatchObject({ value: 812.4, quality: "good" });

    await vi.waitFor(() => expect(live.values.get("M1.activePower")).toBe(812.4), 5000);
    await sendPower(813.5, at + 1);
    await vi.waitFor(() => expect(live.values.get("M1.activePower")).toBe(813.5), 5000);
    expect(live.all("delta").length).toBeGreaterThan(0);
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
    const live = await new LiveView(park.url, park.admin).joined();
    await sendPower(950, Date.now());

    const arrived = () => live.all<AlertBody>("alert")[0];
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
      received: 6,
      stored: 5,
      duplicate: 1,
      quarantined: 0,
      rejected: 0,
      pending: 0,
      overwritten: 1,
    });
  });
}
