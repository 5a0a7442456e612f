import type { OverviewBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startHttpReceiver, type Receiver } from "../../notify/src/testing/receivers.ts";
import { addMeter, connectDevice, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

let park: TestPlatform;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startHttpReceiver();
  receiver.moods.splice(0, 1, "refuse");
  park = await startTestPlatform({ PARK_NOTIFY_ALLOW: "127.0.0.1" });
});
afterAll(async () => {
  await park.stop();
  await receiver.stop();
});

it("an alert that its receiver refuses for good is named on the overview, and not told over the failing channel", async () => {
  const device = await addMeter(park.admin, { enterprise: "mill", meter: "m1", device: "gw" });
  const config = {
    kind: "webhook",
    url: `http://127.0.0.1:${receiver.port}/hook`,
    signingKey: "signing-key-of-a-test",
  };
  await park.admin.post("/channels", { id: "hook", name: "值班", config });
  await park.admin.post("/subscriptions", { channelId: "hook" });
  await park.admin.post("/alert-rules", { kind: "limit", points: ["m1.activePower"], above: 100, severity: "P1" });
  const overview = () => park.admin.get<OverviewBody>("/overview");
  expect((await overview()).deadLetters).toEqual({ count: 0, newestAt: null });

  const client = await connectDevice(park.mqttUrl, device);
  const reading = JSON.stringify({ ts: Date.now(), values: { activePower: 200 } });
  await client.publishAsync("park/mill/m1/telemetry", reading, { qos: 1 });
  await client.endAsync();
  await receiver.count(1);

  await vi.waitFor(
    async () => {
      const { deadLetters } = await overview();
      expect(deadLetters.count).toBe(1);
      expect(Math.abs(Date.now() - Date.parse(deadLetters.newestAt ?? ""))).toBeLessThan(60_000);
    },
    { timeout: 20_000, interval: 500 },
  );
  const { items } = await park.admin.get<{ items: { state: string; attempts: number }[] }>("/deliveries?state=dead");
  expect(items).toMatchObject([{ state: "dead", attempts: 1 }]);
  expect(receiver.received).toHaveLength(1);
});
