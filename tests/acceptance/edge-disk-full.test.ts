import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { journaledTexts, startEdgeUnderTest } from "../support/edge-under-test.ts";
import { RawMqtt } from "../support/raw-mqtt.ts";

const rounds = 10;
const topic = "park/cement/m-1/telemetry";
const devices = { "gw-1": { secret: "secret", enterpriseId: "cement", meterIds: ["m-1"] } };

/** A folder on a file system of its own of 64 MiB; null where this user may not mount one. */
function mountSmallDisk(): { folder: string; unmount: () => void } | null {
  const folder = mkdtempSync(join(tmpdir(), "edge-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    folder,
    unmount: () => {
      spawnSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const disk = mountSmallDisk();
disk?.unmount();
const reason = disk === null ? " (needs the right to mount a file system)" : "";

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

describe.skipIf(disk === null)(`a full disk${reason}`, () => {
  it(`stops acknowledgements and nothing else, ${rounds} times, and needs no restart`, async () => {
    const { folder, unmount } = mountSmallDisk() ?? { folder: "", unmount: () => undefined };
    const park = await startEdgeUnderTest({ devices, folder, segmentBytes: 512 * 1024 });
    const ballast = join(folder, "ballast");
    const acknowledged: string[] = [];
    let next = 0;
    try {
      for (let round = 0; round < rounds; round += 1) {
        const { bavail, bsize } = statfsSync(folder);
        writeFileSync(ballast, Buffer.alloc(Math.max(bavail * bsize - 1024 * 1024, 0)));
        const taken = await publishUntilRefused(park.port, next, 100);
        expect(taken.length).toBeLessThan(100);
        acknowledged.push(...taken);
        next += 100;
        rmSync(ballast);
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
      unmount();
    }
  });
});
