import type { AlertBody, BooksBody, ReadingsBody } from "@smart-park/core/wire";
import { expect, it, vi } from "vitest";
import { addMeter, connectDevice, startTestPlatform } from "../support/test-platform.ts";

it("a restart keeps readings, alerts, devices, people and books", async () => {
  const first = await startTestPlatform();
  const device = await addMeter(first.admin, { enterprise: "steel", meter: "M1", device: "gw1" });
  await first.admin.post("/alert-rules", { kind: "limit", name: "上限", points: ["M1.activePower"], above: 10 });
  const client = await connectDevice(first.mqttUrl, device);
  const at = Date.now() - 1000;
  await client.publishAsync(
    "park/steel/M1/telemetry",
    JSON.stringify({ ts: at, values: { activePower: 50, activeEnergyImport: 1 } }),
    { qos: 1 },
  );
  await client.endAsync();
  await vi.waitFor(
    async () => expect((await first.admin.get<{ items: unknown[] }>("/alerts")).items).toHaveLength(1),
    10_000,
  );
  const before = {
    alerts: await first.admin.get<{ items: AlertBody[] }>("/alerts"),
    books: (await first.admin.get<BooksBody>("/books")).enterprises,
  };

  const second = await first.restart();
  try {
    const range = `from=${at}&to=${at + 1}&step=raw`;
    expect((await second.admin.get<ReadingsBody>(`/points/M1.activePower/readings?${range}`)).rows).toHaveLength(1);
    expect(await second.admin.get("/alerts")).toEqual(before.alerts);
    expect((await second.admin.get<BooksBody>("/books")).enterprises).toEqual(before.books);
    const again = await connectDevice(second.mqttUrl, device);
    await again.publishAsync("park/steel/M1/telemetry", JSON.stringify({ ts: at + 500, values: { activePower: 51 } }), {
      qos: 1,
    });
    await again.endAsync();
    await vi.waitFor(async () => {
      const { rows } = await second.admin.get<ReadingsBody>(
        `/points/M1.activePower/readings?from=${at}&to=${at + 1000}&step=raw`,
      );
      expect(rows.map((row) => row.value)).toEqual([50, 51]);
    }, 10_000);
  } finally {
    await second.stop();
  }
});
