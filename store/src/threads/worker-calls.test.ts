import { describe, expect, it, vi } from "vitest";
import { silentLogger } from "../readings/contract-batch.ts";
import { WorkerCalls } from "./worker-calls.ts";

type Calls = { say: { request: string; response: string }; count: { request: null; response: number } };

/** A thread that answers what it is told, with how many calls came with it; fails at "fail" and dies at "die". */
const code = `
  import { parentPort as port } from "node:worker_threads";
  port.postMessage({ ready: "up" });
  port.on("message", (message) => {
    if (message === null) return port.close();
    const answers = [];
    for (const { kind, request } of message) {
      if (request === "die") {
        port.postMessage({ answers });
        process.exit(1);
      }
      if (kind === "count") answers.push({ response: message.length });
      else answers.push(request === "fail" ? { failure: "no", isDamaged: false } : { response: request });
      if (request !== "fail") port.postMessage({ event: "heard" });
    }
    port.postMessage({ answers });
  });`;
const start = async (maxWaitingCost = 10, maxAtOnce = 1) => {
  const seen = { ready: 0, events: 0 };
  const calls = await WorkerCalls.start<Calls, string, string>({
    name: "the test thread",
    entry: new URL(`data:text/javascript,${encodeURIComponent(code)}`),
    workerData: null,
    maxWaitingCost,
    maxAtOnce,
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

  it("that wait go in one message, as many as may", async () => {
    const { calls } = await start(10, 3);
    const counts = [1, 2, 3, 4, 5].map(() => calls.call("count", null));
    expect(await Promise.all(counts)).toEqual([1, 3, 3, 3, 1]);
    await calls.stop();
  });

  it("of one message have each their own answer, also when the thread dies at one of them", async () => {
    const { calls } = await start(10, 9);
    const results = await Promise.allSettled(
      ["a", "b", "fail", "c", "die", "d"].map((word) => calls.call("say", word)),
    );
    expect(results.map((result) => (result.status === "fulfilled" ? result.value : "rejected"))).toEqual([
      "a",
      "b",
      "rejected",
      "c",
      "rejected",
      "rejected",
    ]);
    await vi.waitFor(() => expect(calls.isUp).toBe(true), { timeout: 10_000 });
    expect(await calls.call("say", "again")).toBe("again");
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
