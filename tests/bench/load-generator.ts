import { connect, type Socket } from "node:net";
import { LatencyHistogram } from "./latency-histogram.ts";
import type { LoadDevice } from "../support/load-devices.ts";
import type { FromLoad, LoadOrder } from "./load-messages.ts";
import { connackFrame, connectFrame, pubackFrame, publishFrame } from "../support/mqtt-frames.ts";

/**
 * Child process that loads a broker over plain sockets. Every packet is made before the start: to answer a burst of
 * acknowledgements it compares their bytes with those expected and writes one slice of ready packets.
 */
const latencies = new LatencyHistogram();

function tell(message: FromLoad): void {
  process.send?.(message);
}

function fail(reason: string): never {
  tell({ type: "failed", reason });
  process.exit(1);
}

class Publisher {
  readonly #socket: Socket;
  readonly #window: number;
  readonly #frames: Buffer;
  readonly #frameBytes: number;
  /** Two rounds of the expected acknowledgements, so that any run of them is one slice. */
  readonly #expected: Buffer;
  readonly #sentAt: Float64Array;
  #nextSend = 0;
  #nextAck = 0;
  #unacknowledged = 0;
  #ackBytes = 0;
  #isEager = false;

  private constructor(socket: Socket, device: LoadDevice, order: LoadOrder) {
    this.#socket = socket;
    this.#window = order.window;
    const value = '{"ts":"2026-01-05T08:00:00.000Z","values":{"activePower":812.4,"activeEnergyImport":4567.8}}';
    const payload = value.padEnd(order.payloadBytes, " ");
    const ids = Array.from({ length: 2 * order.window }, (_, i) => 1 + (i % order.window));
    const frames = ids.map((packetId) => publishFrame({ topic: device.topic, payload, qos: 1, packetId }));
    this.#frames = Buffer.concat(frames);
    this.#frameBytes = this.#frames.length / frames.length;
    this.#expected = Buffer.concat(ids.map(pubackFrame));
    this.#sentAt = new Float64Array(order.window);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  static open(device: LoadDevice, order: LoadOrder): Promise<Publisher> {
    const socket = connect({ port: order.port, host: "127.0.0.1", noDelay: true });
    socket.on("error", (error) => fail(`connection: ${error.message}`));
    socket.on("close", () => fail("the broker closed a connection"));
    socket.write(connectFrame({ ...device, keepaliveS: 300 }));
    return new Promise((resolve) => {
      socket.once("data", (answer: Buffer) => {
        if (!answer.equals(connackFrame)) fail(`the broker refused: ${answer.toString("hex")}`);
        resolve(new Publisher(socket, device, order));
      });
    });
  }

  /** From now on the window is kept full. */
  sendEagerly(): void {
    this.#isEager = true;
    this.send(this.#window, performance.now());
  }

  /** False when the window is full. `at` is when the messages should have been sent. */
  send(count: number, at: number): boolean {
    if (this.#unacknowledged + count > this.#window) return false;
    const from = this.#nextSend;
    this.#socket.write(this.#frames.subarray(from * this.#frameBytes, (from + count) * this.#frameBytes));
    for (let i = 0; i < count; i += 1) this.#sentAt[(from + i) % this.#window] = at;
    this.#nextSend = (from + count) % this.#window;
    this.#unacknowledged += count;
    return true;
  }

  #take(chunk: Buffer): void {
    const from = this.#nextAck * 4 + this.#ackBytes;
    if (this.#expected.compare(chunk, 0, chunk.length, from, from + chunk.length) !== 0)
      fail("an acknowledgement is missing, repeated or out of order");
    const now = performance.now();
    const count = (this.#ackBytes + chunk.length) >> 2;
    this.#ackBytes = (this.#ackBytes + chunk.length) & 3;
    for (let i = 0; i < count; i += 1) latencies.add(now - (this.#sentAt[(this.#nextAck + i) % this.#window] ?? now));
    this.#nextAck = (this.#nextAck + count) % this.#window;
    this.#unacknowledged -= count;
    if (this.#isEager && count > 0) this.send(count, now);
  }
}

/** Sends at even intervals, whatever the broker does; latency counts from the moment a message was due. */
function sendPaced(publishers: readonly Publisher[], perSecond: number): void {
  const startedAt = performance.now();
  let sent = 0;
  setInterval(() => {
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    for (; sent < due; sent += 1) {
      const publisher = publishers[sent % publishers.length];
      if (publisher?.send(1, startedAt + (sent / perSecond) * 1000) === false) fail("the broker fell a window behind");
    }
  }, 1);
}

async function run(order: LoadOrder): Promise<void> {
  const publishers: Publisher[] = [];
  for (const device of order.devices) publishers.push(await Publisher.open(device, order));
  if (order.perSecond === null) for (const publisher of publishers) publisher.sendEagerly();
  else sendPaced(publishers, order.perSecond);
  await new Promise((resolve) => setTimeout(resolve, order.warmUpMs));
  latencies.clear();
  tell({ type: "measuring" });
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  await new Promise((resolve) => setTimeout(resolve, order.measureMs));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const result = {
    messages: latencies.total,
    seconds,
    p50Ms: latencies.quantile(0.5),
    p99Ms: latencies.quantile(0.99),
    p999Ms: latencies.quantile(0.999),
    cores: (cpu.user + cpu.system) / 1e6 / seconds,
  };
  process.send?.({ type: "measured", result } satisfies FromLoad, () => process.exit(0));
}

process.once("message", (order: LoadOrder) => void run(order));
process.once("disconnect", () => process.exit(1));
