import { join } from "node:path";
import { startEdge } from "@smart-park/broker";
import type { JournalWriter, Logger } from "@smart-park/core";
import { openJournalWriter, realDisk, type JournalDisk, type JournalFile } from "@smart-park/store/journal";
import { DeviceTable } from "./device-table.ts";
import type { EdgeChildOrder } from "./edge-process.ts";

/** Child process: edge with its journal, which can be told where to die, and to acknowledge too early. */
const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => Date.now() };
const order = JSON.parse(process.argv[2] ?? "{}") as EdgeChildOrder;
let isReady = false;
let passes = 0;

/** Dies at once, as by a power cut for the process, when the named point is passed for the ordered time since it was ready. */
function dieAt(point: NonNullable<EdgeChildOrder["dieAt"]>["point"]): void {
  if (!isReady || order.dieAt?.point !== point) return;
  passes += 1;
  if (passes >= order.dieAt.pass) process.kill(process.pid, "SIGKILL");
}

function watchSyncs(file: JournalFile): JournalFile {
  const write = file.write.bind(file) as (...args: unknown[]) => ReturnType<JournalFile["write"]>;
  const watched = async (...args: unknown[]): ReturnType<JournalFile["write"]> => {
    const result = await write(...args);
    dieAt("after sync");
    return result;
  };
  return Object.assign(file, { write: watched });
}

const disk: JournalDisk = { ...realDisk, openDurable: async (path) => watchSyncs(await realDisk.openDurable(path)) };
const real = await openJournalWriter(
  {
    ...{ directory: join(order.folder, "journal"), segmentBytes: 1 << 20, maxBytes: 1 << 30, reserveBytes: 0 },
    ...{ logger: silent, clock },
  },
  disk,
);

async function withDeaths(durable: Promise<void>): Promise<void> {
  dieAt("after append");
  if (!order.acknowledgesFirst) await durable;
  else setImmediate(() => setImmediate(() => dieAt("after acknowledgement")));
  dieAt("before acknowledgement");
}

const journal: JournalWriter = {
  append: (record) => withDeaths(real.append(record)),
  appendAll: (records) => withDeaths(real.appendAll(records)),
  appendRun: (run) => withDeaths(real.appendRun(run)),
  position: () => real.position(),
  problem: () => real.problem(),
  onCommit: (listener) => real.onCommit(listener),
  stop: () => real.stop(),
};
const edge = await startEdge(
  {
    ...{ mqtt: { host: "127.0.0.1", port: 0 }, ws: null, mqtts: null, linkPath: join(order.folder, "edge.sock") },
    hj212: { host: "127.0.0.1", port: 0 },
    ...{ deviceRate: 0, deviceBurst: 0, enterpriseRate: 0 },
  },
  { journal, directory: new DeviceTable(order.devices), audit: () => undefined, clock, logger: silent },
);
isReady = true;
process.send?.({ port: edge.ports.mqtt, hj212Port: edge.ports.hj212 });
process.once("disconnect", () => process.exit(0));
