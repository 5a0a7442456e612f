// Loaded into every process of a platform under test (`--import`): each minute or so it writes what the process holds.
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const folder = process.env.PARK_TEST_PROBE;
const everyMs = Number(process.env.PARK_TEST_PROBE_MS ?? 30_000);
const resolutionMs = 10;

// Processes that tsx starts for itself have no role to speak of.
if (isMainThread && folder !== undefined && process.argv[1]?.endsWith("main.ts")) {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc");
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  setInterval(() => {
    const loopP99Ms = delay.percentile(99) / 1e6 - resolutionMs;
    const loopMostMs = delay.max / 1e6 - resolutionMs;
    collectGarbage();
    const { heapUsed, rss } = process.memoryUsage();
    const sample = {
      role: process.env.ROLES ?? "supervisor",
      atMs: performance.now(),
      heapMib: heapUsed / 2 ** 20,
      residentMib: rss / 2 ** 20,
      loopP99Ms,
      loopMostMs,
      handles: process.getActiveResourcesInfo().filter((name) => name !== "Timeout" && name !== "Immediate").length,
      files: readdirSync("/proc/self/fd").length,
    };
    appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(sample)}\n`);
    // What collecting garbage for this sample took is not the process's own delay.
    setTimeout(() => delay.reset(), 2 * resolutionMs);
  }, everyMs).unref();
}
