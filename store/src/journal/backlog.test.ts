import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { journalStart, type DeviceId, type EnterpriseId, type JournalRecord } from "@smart-park/core";
import { bytesBetween } from "./backlog.ts";
import { openJournalReader } from "./reader.ts";
import { openJournalWriter } from "./writer.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => 1_790_000_000_000 };
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "backlog-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const aRecord = (payload: string): JournalRecord => ({
  source: "mqtt",
  receivedAt: 1_790_000_000_000,
  sender: "gw-1" as DeviceId,
  enterpriseId: "cement" as EnterpriseId,
  topic: "park/cement/m-1/telemetry",
  payload: Buffer.from(payload),
});

it("a writer's figures and the bytes not yet read agree with what is in its files", async () => {
  const sizes = { segmentBytes: 1000, maxBytes: 100_000, reserveBytes: 0 };
  const writer = await openJournalWriter({ directory, ...sizes, logger: silent, clock });
  for (let n = 0; n < 30; n += 1) await writer.append(aRecord(`reading ${n}`));
  const stats = writer.stats();
  expect(stats).toMatchObject({
    records: 30,
    pendingRecords: 0,
    pendingBytes: 0,
    oldestPendingMs: 0,
    failedCommits: 0,
  });
  expect(stats.commits.counts.reduce((sum, count) => sum + count)).toBe(30);
  const reader = await openJournalReader({ directory, keepBytes: 0, logger: silent });
  const entries = await reader.read(journalStart, 100, 1 << 20);
  const end = writer.position();
  const headerBytes = 64;
  expect(await bytesBetween(directory, journalStart, end)).toBe(stats.bytes + end.segment * headerBytes);
  expect(stats.segments).toBe(end.segment);
  const left = await Promise.all(entries.map(({ position }) => bytesBetween(directory, position, end)));
  expect(left).toEqual(left.toSorted((a, b) => b - a));
  expect(new Set(left).size).toBe(30);
  expect(left.at(-1)).toBe(0);
  expect(await bytesBetween(join(directory, "gone"), journalStart, journalStart)).toBe(0);
  await reader.stop();
  await writer.stop();
});
