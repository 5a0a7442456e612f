// nightly: 33 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { BooksBody } from "@smart-park/core/wire";
import { expect, it } from "vitest";
import { expectBalancedBooks } from "../support/balanced-books.ts";
import { Crowd } from "../support/crowd.ts";
import { loadDevices } from "../support/load-devices.ts";
import { probeEnvironment, readProbe, slopePer10Min, type ProbeSample } from "../support/probe.ts";
import { report } from "../support/report.ts";
import { startRunningPark } from "../support/running-park.ts";
import { LiveView } from "../support/test-platform.ts";

/** `PARK_TEST_SOAK_MINUTES` shortens it, to try something out. */
const soakMinutes = Number(process.env.PARK_TEST_SOAK_MINUTES ?? 30);
/** Caches fill and code is compiled meanwhile; what is held then is no leak. */
const warmUpMs = (soakMinutes / 6) * 60_000;
const probeMs = 15_000;
const [messagesPerSecond, valuesPerMessage, dashboards] = [1000, 2, 5];

it(`stays level over ${soakMinutes} min at ${messagesPerSecond * valuesPerMessage} readings/s`, async () => {
  const probes = mkdtempSync(join(tmpdir(), "soak-probe-"));
  const devices = loadDevices(100);
  const park = await startRunningPark(devices, probeEnvironment(probes, probeMs));
  const load = { devices, connections: devices.length, perSecond: messagesPerSecond, window: 50 };
  const crowd = new Crowd({ port: park.run.mqtt, ...load, payload: "readings" });
  await crowd.gathered();
  const views = Array.from({ length: dashboards }, () => new LiveView(park.url, park.admin));
  // A view keeps what it is told; over half an hour that would be the test's own leak.
  for (const view of views) view.socket.onAny(() => view.events.splice(0, view.events.length - 10));
  await delay(soakMinutes * 60_000); // time itself is what is tested here
  const { acknowledged, latency } = await crowd.ask();
  for (const view of views) view.socket.disconnect();
  await crowd.stop();

  const sent = acknowledged.reduce((sum, numbers) => sum + numbers.length, 0);
  const books = await expectBalancedBooks(park.admin, 120_000);
  report("soak", {
    messages: sent,
    "PUBACK p50 ms": latency.p50Ms,
    "p99 ms": latency.p99Ms,
    "most ms": latency.mostMs,
  });
  const levels = [...readProbe(probes)].map(([role, samples]) => levelOf(role, samples));
  for (const { role, ...figures } of levels) report(role, figures);
  await park.finish();
  rmSync(probes, { recursive: true, force: true });

  expect(storedOf(books)).toBeGreaterThanOrEqual(sent * valuesPerMessage);
  expect(sent).toBeGreaterThan(0.95 * messagesPerSecond * soakMinutes * 60);
  for (const { role, ...level } of levels) {
    expect({ role, isHeapLevel: level["heap MiB/10 min"] <= 1 }).toEqual({ role, isHeapLevel: true });
    expect({ role, isLoopFree: level["loop p99 ms"] <= 100 }).toEqual({ role, isLoopFree: true });
    expect({ role, gained: Math.max(0, level["handles gained"] - 5) }).toEqual({ role, gained: 0 });
  }
});

const storedOf = ({ enterprises }: BooksBody): number => enterprises.reduce((sum, { stored }) => sum + stored, 0);

function levelOf(role: string, all: readonly ProbeSample[]) {
  const samples = all.filter(({ atMs }) => atMs > warmUpMs);
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  const third = Math.ceil(samples.length / 3);
  const gained = (figure: (sample: ProbeSample) => number): number =>
    median(samples.slice(-third).map(figure)) - median(samples.slice(0, third).map(figure));
  return {
    role,
    samples: samples.length,
    "heap MiB/10 min": slopePer10Min(samples, ({ heapMib }) => heapMib),
    "heap MiB": samples.at(-1)?.heapMib ?? 0,
    "resident MiB/10 min": slopePer10Min(samples, ({ residentMib }) => residentMib),
    "resident MiB": samples.at(-1)?.residentMib ?? 0,
    "loop p99 ms": median(samples.map(({ loopP99Ms }) => loopP99Ms)),
    "worst loop p99 ms": Math.max(...samples.map(({ loopP99Ms }) => loopP99Ms)),
    "handles gained": gained(({ handles }) => handles),
    "files gained": gained(({ files }) => files),
  };
}
