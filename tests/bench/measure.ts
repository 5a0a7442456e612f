import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { loadDevices } from "../support/load-devices.ts";
import type { BrokerUnderTest } from "./brokers.ts";
import type { FromLoad, LoadOrder, LoadResult } from "./load-messages.ts";
import { cpuSeconds, residentMib } from "../support/process-usage.ts";

export interface Load {
  readonly connections: number;
  readonly window: number;
  readonly perSecond: number | null;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Measurement extends LoadResult {
  readonly perSecond: number;
  readonly brokerCores: number;
  readonly residentMib: number;
}

const payloadBytes = 150;

/** Starts the broker afresh, loads it from a process of its own, and stops it. */
export async function measure(broker: BrokerUnderTest, load: Load): Promise<Measurement> {
  const running = await broker.start();
  try {
    const order = { ...load, port: running.port, devices: loadDevices(load.connections), payloadBytes };
    let cpuBefore = 0;
    const result = await generate(order, () => (cpuBefore = cpuSeconds(running.pid)));
    const brokerCores = (cpuSeconds(running.pid) - cpuBefore) / result.seconds;
    const perSecond = result.messages / result.seconds;
    return { ...result, perSecond, brokerCores, residentMib: residentMib(running.pid) };
  } catch (cause) {
    throw new Error(`${broker.name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    await running.stop();
  }
}

function generate(order: LoadOrder, onMeasuring: () => void): Promise<LoadResult> {
  const child = fork(fileURLToPath(new URL("load-generator.ts", import.meta.url)), {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    execArgv: ["--import", "tsx"],
  });
  child.send(order);
  const result = new Promise<LoadResult>((resolve, reject) => {
    child.on("message", (message: FromLoad) => {
      if (message.type === "measuring") onMeasuring();
      else if (message.type === "measured") resolve(message.result);
      else reject(new Error(message.reason));
    });
    child.on("exit", () => reject(new Error("the load generator ended early")));
  });
  return result.finally(async () => {
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
}
