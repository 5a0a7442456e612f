import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startEdgeProcess } from "../support/edge-process.ts";
import { describeWith } from "../support/programs.ts";
import { RawMqtt } from "../support/raw-mqtt.ts";

const messages = 300;

/** One system call; `from` and `to` are the lines of the trace where it began and where it had returned. */
interface Call {
  readonly name: string;
  readonly args: string;
  readonly from: number;
  readonly to: number;
}

/** Joins calls that others interrupted in the trace. */
function parseTrace(trace: string): Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { name: string; args: string; from: number }>();
  for (const [line, text] of trace.split("\n").entries()) {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(text) ?? [];
    const [, name = "", args = ""] = /^(\w+)\((.*)$/.exec(rest) ?? [];
    const begun = open.get(pid);
    if (rest.includes("resumed>") && begun !== undefined) {
      calls.push({ ...begun, args: begun.args + rest, to: line });
      open.delete(pid);
    } else if (rest.includes("<unfinished ...>")) open.set(pid, { name, args, from: line });
    else if (name !== "") calls.push({ name, args, from: line, to: line });
  }
  return calls;
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

/** Packet ids of the messages whose PUBACK went out before a synchronous write of them had returned, or never. */
function earlyAnswers(calls: readonly Call[]): number[] {
  const durable = new Set(
    calls.flatMap(({ name, args }) =>
      name === "openat" && args.includes("O_DSYNC") ? [/= (\d+)/.exec(args)?.[1]] : [],
    ),
  );
  const writes = calls.filter(({ name, args }) => name === "pwrite64" && durable.has(/^(\d+)/.exec(args)?.[1]));
  const answers = calls.filter(({ name }) => name === "write" || name === "writev");
  const early: number[] = [];
  for (let n = 1; n <= messages; n += 1) {
    const stored = writes.find(({ args }) => args.includes(hex(Buffer.from(`<reading ${n}>`))));
    const answered = answers.find(({ args }) => args.includes(hex(Buffer.from([0x40, 2, n >> 8, n & 0xff]))));
    if (stored === undefined || answered === undefined || answered.from <= stored.to) early.push(n);
  }
  return early;
}

describeWith("strace", "the order of disk and network", (strace) => {
  /** Every system call of an edge that takes messages from one device and acknowledges all. */
  async function tracedCalls(acknowledgesFirst: boolean): Promise<Call[]> {
    const folder = mkdtempSync(join(tmpdir(), "edge-order-"));
    const traceFile = join(folder, "trace");
    const watched = "trace=openat,pwrite64,write,writev";
    const { port, child, ended } = await startEdgeProcess(
      {
        folder,
        devices: { "gw-1": { secret: "secret-1", enterpriseId: "cement", meterIds: ["m-1"] } },
        acknowledgesFirst,
      },
      [strace, "-f", "-qq", "-xx", "-s", "200000", "-e", watched, "-o", traceFile],
    );
    const client = await RawMqtt.connect(port, { clientId: "gw-1", username: "gw-1", password: "secret-1" });
    const topic = "park/cement/m-1/telemetry";
    for (let n = 1; n <= messages; n += 1) {
      client.publish({ topic, payload: `<reading ${n}>`, qos: 1, packetId: n });
      if (n % 7 === 0) await client.until(() => client.acknowledged.length >= n - 5);
    }
    await client.until(() => client.acknowledged.length === messages);
    child.disconnect();
    await ended;
    const calls = parseTrace(readFileSync(traceFile, "utf8"));
    rmSync(folder, { recursive: true, force: true });
    return calls;
  }

  it("sends every PUBACK after the synchronous write of its message has returned", async () => {
    expect(earlyAnswers(await tracedCalls(false))).toEqual([]);
  });

  it("would notice: an edge that acknowledges before its disk is caught", async () => {
    expect(earlyAnswers(await tracedCalls(true)).length).toBeGreaterThan(0);
  });
});
