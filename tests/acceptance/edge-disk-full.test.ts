import { describe, expect, it, vi } from "vitest";
import { journaledTexts, startEdgeUnderTest } from "../support/edge-under-test.ts";
import { RawMqtt } from "../support/raw-mqtt.ts";
import { canMount, mountSmallDisk } from "../support/small-disk.ts";

const rounds = 10;
const topic = "park/cement/m-1/telemetry";
const devices = { "gw-1": { secret: "secret", enterpriseId: "cement", meterIds: ["m-1"] } };

const reason = canMount() ? "" : " (needs the right to mount a file system)";

/** Publishes numbered texts one by one; the first one that is not acknowledged ends it. */
async function publishUntilRefused(port: number, from: number, most: number): Promise<string[]> {
  const client = await RawMqtt.connect(port, { clientId: "gw-1", username: "gw-1", password: "secret" });
  const acknowledged: string[] = [];
  for (let n = from; n < from + most; n += 1) {
    const payload = `${n}:${"7".repeat(60_000)}`;
    client.publish({ topic, payload, qos: 1 });
    const isTaken = await client
      .until(() => client.acknowledged.length > n - from)
      .then(
        () => true,
        () => false,
      );
    if (!isTaken) break;
    acknowledged.push(payload);
  }
  client.socket.destroy();
  return acknowledged;
}

describe.skipIf(reason !== "")(`a full disk${reason}`, () => {
  it(`stops acknowledgements and nothing else, ${rounds} times, and needs no restart`, async () => {
    const disk = mountSmallDisk(64);
    if (disk === null) throw new Error("the small disk could not be mounted again");
    const park = await startEdgeUnderTest({ devices, folder: disk.folder, segmentBytes: 512 * 1024 });
    const acknowledged: string[] = [];
    let next = 0;
    try {
      for (let round = 0; round < rounds; round += 1) {
        disk.fill(1024 * 1024);
        const taken = await publishUntilRefused(park.port, next, 100);
        expect(taken.length).toBeLessThan(100);
        acknowledged.push(...taken);
        next += 100;
        disk.clear();
        await vi.waitFor(
          async () => {
            const again = await publishUntilRefused(park.port, next, 1);
            next += 1;
            acknowledged.push(...again);
            expect(again).toHaveLength(1);
          },
          { timeout: 10_000, interval: 50 },
        );
      }
      const kept = new Set(await journaledTexts(park.journalFolder));
      expect(acknowledged.filter((text) => !kept.has(text))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(rounds);
    } finally {
      await park.stop();
      disk.unmount();
    }
  });
});
