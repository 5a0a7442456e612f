// nightly: 2 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Crowd, type Told } from "../support/crowd.ts";
import { startEdgeRole } from "../support/edge-role.ts";
import { loadDevices, registerDevices } from "../support/load-devices.ts";
import { report } from "../support/report.ts";
import { sized } from "../support/size.ts";

/** Messages a second that one enterprise may send. */
const enterpriseRate = sized(200, 2000);
const noisy = loadDevices(sized(60, 300), "noisy");
const quiet = loadDevices(10, "quiet");
const quietPerSecond = 50;
/** Far more than it may send; by day so much that in these few seconds its debt would grow to minutes. */
const floodPerSecond = sized(20, 5) * enterpriseRate;
/** What the quiet one sends meanwhile: eight seconds of flood, at night a minute. */
const quietMessages = quietPerSecond * sized(8, 60);

const countOf = ({ acknowledged }: Told): number => acknowledged.reduce((sum, numbers) => sum + numbers.length, 0);

/** Resolves when so many messages have been acknowledged. */
const answered = (crowd: Crowd, messages: number): Promise<Told> =>
  vi.waitFor(
    async () => {
      const told = await crowd.ask();
      expect(countOf(told)).toBeGreaterThanOrEqual(messages);
      return told;
    },
    { timeout: 100_000, interval: 100 },
  );

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "noisy-tenant-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("an enterprise that floods", () => {
  it("is held to its rate, while another enterprise goes on as before", async () => {
    registerDevices(folder, [...noisy, ...quiet]);
    const running = await startEdgeRole(folder, { PARK_ENTERPRISE_RATE: String(enterpriseRate) });
    const load = { port: running.port, payload: "readings" } as const;
    const quietOrder = { ...load, devices: quiet, connections: quiet.length, perSecond: quietPerSecond, window: 1000 };

    const alone = new Crowd(quietOrder);
    await alone.gathered();
    const before = await answered(alone, quietMessages / 4);
    await alone.stop();

    const flood = new Crowd({
      ...{ ...load, devices: noisy, connections: noisy.length, perSecond: floodPerSecond, window: 20_000 },
    });
    await flood.gathered();
    const startedAt = performance.now();
    const beside = new Crowd(quietOrder);
    await beside.gathered();
    const during = await answered(beside, quietMessages);
    const [seconds, flooded] = [(performance.now() - startedAt) / 1000, await flood.ask()];
    await Promise.all([flood.stop(), beside.stop()]);
    await running.stop();

    const perSecond = countOf(flooded) / seconds;
    report("noisy tenant", {
      ...{ "offered /s": floodPerSecond, "acknowledged /s": perSecond, reconnects: flooded.lost },
      ...{ "quiet p99 ms alone": before.latency.p99Ms, "quiet p99 ms beside": during.latency.p99Ms },
    });
    expect(during.lost).toBe(0);
    expect(countOf(flooded)).toBeLessThanOrEqual(enterpriseRate * (seconds + 1) * 1.1);
    expect(countOf(flooded)).toBeGreaterThan(0.8 * enterpriseRate * seconds);
  });
});
