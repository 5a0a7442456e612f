// nightly: 1 min
import type { ReadingsBody } from "@smart-park/core/wire";
import { expect, it, vi } from "vitest";
import { Crowd, type Told } from "../support/crowd.ts";
import { loadDevices } from "../support/load-devices.ts";
import { report } from "../support/report.ts";
import { startRunningPark, type RunningPark } from "../support/running-park.ts";
import { isNightly, sized } from "../support/size.ts";

const devices = loadDevices(20);
/** More than the machine keeps up with, so that every window is full when the signal comes. */
const perSecond = sized(10_000, 20_000);
const leastAcknowledged = sized(2000, 50_000);

const countOf = ({ acknowledged }: Told): number => acknowledged.reduce((sum, numbers) => sum + numbers.length, 0);

/** Numbers of the acknowledged messages of one connection whose readings are not stored. */
async function missing(park: RunningPark, index: number, acknowledged: readonly number[]): Promise<number[]> {
  const range = `from=${Date.now() - 3_600_000}&to=${Date.now() + 60_000}&step=raw`;
  const point = `${devices[index]?.meterId}.activeEnergyImport`;
  const { rows } = await park.admin.get<ReadingsBody>(`/points/${point}/readings?${range}`);
  const stored = new Set(rows.map(({ value }) => value));
  return acknowledged.filter((n) => !stored.has(n));
}

it("SIGTERM under full load ends with 0, and everything acknowledged is there at the next start", async () => {
  const park = await startRunningPark(devices);
  const order = { port: park.run.mqtt, devices, connections: devices.length, perSecond, window: 50 };
  const crowd = new Crowd({ ...order, payload: "readings" });
  await crowd.gathered();
  await vi.waitFor(async () => expect(countOf(await crowd.ask())).toBeGreaterThan(leastAcknowledged), 60_000);

  const signalledAt = performance.now();
  expect(await park.end("SIGTERM")).toBe(0);
  const seconds = (performance.now() - signalledAt) / 1000;
  const told = await crowd.ask();
  await crowd.stop();
  report("stop under load", { "ended after s": seconds, acknowledged: countOf(told) });

  const again = await park.again();
  await again.balanced();
  const lost = await Promise.all(told.acknowledged.map((numbers, index) => missing(again, index, numbers)));
  expect(lost).toEqual(devices.map(() => []));
  await again.finish();
  if (isNightly) expect(seconds).toBeLessThanOrEqual(10);
});
