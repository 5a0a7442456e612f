import { describe, expect, it, vi } from "vitest";
import { silentLogger } from "../readings/contract-batch.ts";
import { WorkerCalls } from "./worker-calls.ts";

type Calls = { say: { request: string; response: string } };

/** A thread that answers what it is told, fails at "fail" and dies at "die". */
const code = `
  import { parentPort as port } from "node:worker_threads";
  port.postMessage({ ready: "up" });
  port.on("message", (message) => {
    if (message === null) return port.close();
    if (message.request === "die") process.exit(1);
    if (message.request === "fail") return port.postMessage({ failure: "no", isDamaged: false });
    port.postMessage({ event: "heard" });
    port.postMessage({ response: message.request });
  });`;
const start = async (maxWaitingCost = 10) => {
  const seen = { ready: 0, events: 0 };
  const calls = await WorkerCalls.start<Calls, string, string>({
    name: "the test thread",
    entry: new URL(`data:text/javascript,${encodeURIComponent(code)}`),
    workerData: null,
    maxWaitingCost,
    onReady: () => seen.ready++,
    onEvent: () => seen.events++,
    logger: silentLogger,
  });
  return { calls, seen };
};

describe("calls to a store thread", () => {
  it("are answered in order", async () => {
    const { calls, seen } = await start();
    expect(await Promise.all(["a", "b", "c"].map((word) => calls.call("say", word)))).toEqual(["a", "b", "c"]);
    expect(seen).toEqual({ ready: 1, events: 3 });
    await calls.stop();
    await expect(calls.call("say", "late")).rejects.toMatchObject({ code: "store_unavailable" });
  });

  it("fail one by one when the thread cannot do them", async () => {
    const { calls } = await start();
    await expect(calls.call("say", "fail")).rejects.toMatchObject({ code: "store_unavailable", isRetryable: true });
    expect(await calls.call("say", "next")).toBe("next");
    await calls.stop();
  });

  it("are refused when too much waits", async () => {
    const { calls } = await start();
    const first = calls.call("say", "a", { cost: 10 });
    await expect(calls.call("say", "b")).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await first).toBe("a");
    expect(await calls.call("say", "large", { cost: 99 })).toBe("large");
    await calls.stop();
  });

  it("are rejected when the thread dies, and work again after it was started anew", async () => {
    const { calls, seen } = await start();
    const lost = [calls.call("say", "die"), calls.call("say", "waiting")];
    for (const call of lost) await expect(call).rejects.toMatchObject({ code: "store_unavailable", isRetryable: true });
    await vi.waitFor(() => expect(calls.isUp).toBe(true), { timeout: 10_000 });
    expect(await calls.call("say", "again")).toBe("again");
    expect(seen.ready).toBe(2);
    await calls.stop();
  });
});
