import type { DeviceId, EnterpriseId, Logger } from "@smart-park/core";
import { openJournalWriter } from "../writer.ts";

/** Child process of the kill test: appends numbered records for ever and reports each one that was acknowledged. */
const [directory = "", first = "0"] = process.argv.slice(2);
const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const writer = await openJournalWriter({
  directory,
  segmentBytes: 16 * 1024,
  maxBytes: 1024 * 1024 * 1024,
  reserveBytes: 0,
  logger: silent,
  clock: { now: () => Date.now() },
});

async function appendOne(number: number): Promise<void> {
  await writer.append({
    source: "mqtt",
    receivedAt: Date.now(),
    sender: "gw-1" as DeviceId,
    enterpriseId: "cement" as EnterpriseId,
    topic: "park/cement/m-1/telemetry",
    payload: Buffer.from(`reading ${number}`),
  });
  process.send?.(number);
}

for (let number = Number(first); ; number += 20)
  await Promise.all(Array.from({ length: 20 }, (_, offset) => appendOne(number + offset)));
