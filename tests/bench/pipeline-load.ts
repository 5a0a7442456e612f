import { connect, type Socket } from "node:net";
import { connackFrame, connectFrame, publishFrame } from "../support/mqtt-frames.ts";
import type { LoadDevice } from "../support/load-devices.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import type { FromPipelineLoad, PipelineOrder, PipelineSent } from "./pipeline-messages.ts";

/**
 * Child process that sends telemetry at an even rate: each message of a meter is one interval further and has values
 * that move, so that nothing is a duplicate and nothing compresses to nothing. Latency is that of the PUBACK.
 */
const latencies = new LatencyHistogram();
const tell = (message: FromPipelineLoad): void => void process.send?.(message);

function fail(reason: string): never {
  tell({ type: "failed", reason });
  process.exit(1);
}

const maxUnacknowledged = 60_000;

class Gateway {
  readonly #socket: Socket;
  readonly #topics: readonly string[];
  readonly #sentAt: number[] = [];
  #next = 0;
  #packetId = 0;
  #acknowledged = 0;
  #ackBytes = 0;
  readonly #energy: number[];
  readonly #order: PipelineOrder;

  private constructor(socket: Socket, device: LoadDevice, order: PipelineOrder) {
    this.#socket = socket;
    this.#order = order;
    const meterIds = [device.meterId, ...(device.moreMeterIds ?? [])];
    this.#topics = meterIds.map((id) => `park/${device.enterpriseId}/${id}/telemetry`);
    this.#energy = meterIds.map((_, i) => 10_000 + i * 37.5);
    socket.on("data", (chunk: Buffer) => this.#take(chunk.length));
  }

  static open(device: LoadDevice, order: PipelineOrder): Promise<Gateway> {
    const socket = connect({ port: order.port, host: "127.0.0.1", noDelay: true });
    socket.on("error", (error) => fail(`connection: ${error.message}`));
    socket.on("close", () => fail("the broker closed a connection"));
    socket.write(connectFrame({ ...device, keepaliveS: 300 }));
    return new Promise((resolve) => {
      socket.once("data", (answer: Buffer) => {
        if (!answer.equals(connackFrame)) fail(`the broker refused: ${answer.toString("hex")}`);
        resolve(new Gateway(socket, device, order));
      });
    });
  }

  get unacknowledged(): number {
    return this.#sentAt.length - this.#acknowledged;
  }

  send(dueAt: number): void {
    const meter = this.#next % this.#topics.length;
    const at = this.#order.firstAt + Math.floor(this.#next++ / this.#topics.length) * this.#order.intervalMs;
    const power = Math.round(8000 + 2000 * Math.sin(this.#next / 50) + 100 * Math.random()) / 10;
    this.#energy[meter] = Math.round(((this.#energy[meter] ?? 0) + power / 3600) * 100) / 100;
    const values = `"activePower":${power},"activeEnergyImport":${this.#energy[meter]},"powerFactor":0.9${this.#next % 10}`;
    const payload = `{"ts":${at},"values":{${values}}}`;
    this.#packetId = (this.#packetId % 65_535) + 1;
    this.#sentAt.push(dueAt);
    this.#socket.write(publishFrame({ topic: this.#topics[meter] ?? "", payload, qos: 1, packetId: this.#packetId }));
  }

  #take(bytes: number): void {
    const now = performance.now();
    const count = (this.#ackBytes + bytes) >> 2;
    this.#ackBytes = (this.#ackBytes + bytes) & 3;
    for (let i = 0; i < count; i += 1) latencies.add(now - (this.#sentAt[this.#acknowledged + i] ?? now));
    this.#acknowledged += count;
    if (this.#acknowledged > 1000) {
      this.#sentAt.splice(0, this.#acknowledged);
      this.#acknowledged = 0;
    }
  }
}

async function run(order: PipelineOrder): Promise<void> {
  const { devices, perSecond, seconds } = order;
  const gateways: Gateway[] = [];
  for (const device of devices) gateways.push(await Gateway.open(device, order));
  tell({ type: "sending" });
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  const messages = await sendEvenly(gateways, perSecond, seconds);
  const cpu = process.cpuUsage(cpuBefore);
  const took = (performance.now() - startedAt) / 1000;
  await untilAcknowledged(gateways);
  const result: PipelineSent = {
    messages,
    seconds: took,
    p50Ms: latencies.quantile(0.5),
    p99Ms: latencies.quantile(0.99),
    cores: (cpu.user + cpu.system) / 1e6 / took,
  };
  process.send?.({ type: "sent", result } satisfies FromPipelineLoad, () => process.exit(0));
}

function sendEvenly(gateways: readonly Gateway[], perSecond: number, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const total = perSecond * seconds;
  let sent = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
      for (; sent < due; sent += 1) gateways[sent % gateways.length]?.send(startedAt + (sent / perSecond) * 1000);
      if (gateways.reduce((sum, gateway) => sum + gateway.unacknowledged, 0) > maxUnacknowledged)
        fail("the broker fell behind");
      if (sent < total) return;
      clearInterval(timer);
      resolve(sent);
    }, 2);
  });
}

async function untilAcknowledged(gateways: readonly Gateway[]): Promise<void> {
  while (gateways.some((gateway) => gateway.unacknowledged > 0)) await new Promise((resolve) => setTimeout(resolve, 5));
}

process.once("message", (order: PipelineOrder) => void run(order));
process.once("disconnect", () => process.exit(1));
