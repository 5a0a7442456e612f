import { connect, type Socket } from "node:net";
import { LatencyHistogram } from "../bench/latency-histogram.ts";
import type { CrowdOrder, FromCrowd, ToCrowd } from "./crowd.ts";
import { connectFrame, publishFrame, subscribeFrame } from "./mqtt-frames.ts";
import { RawMqtt } from "./raw-mqtt.ts";

/**
 * Child process: many MQTT connections that stay, publish in turn, and come back when they are cut. Each numbers its
 * messages; the number is the packet id and stands in the payload, so an acknowledgement says what is safe.
 */
const retryMs = 200;
/** Loopback addresses the connections leave from, so that no one of them runs out of ports. */
const addresses = 20;
let order: CrowdOrder;
let members: Member[] = [];
let connectedCount = 0;
let gatheringSince = performance.now();
/** Connections that were cut after they had been let in. */
let lost = 0;
let listener: RawMqtt | null = null;
let pace: NodeJS.Timeout | undefined;
const latencies = new LatencyHistogram();
/** Milliseconds after `gatheringSince` at which each connection was let in. */
let arrivals: number[] = [];

const tell = (message: FromCrowd): void => void process.send?.(message);

class Member {
  readonly acknowledged: number[] = [];
  readonly #index: number;
  #socket: Socket | null = null;
  #isConnected = false;
  #sent = 0;
  /** When each message that waits for its answer was due, oldest first. */
  #waiting: number[] = [];
  #observedAt = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(index: number) {
    this.#index = index;
  }

  /** Messages without an answer yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  open(): void {
    const localAddress = `127.0.0.${2 + (this.#index % addresses)}`;
    const socket = connect({ port: order.port, host: "127.0.0.1", localAddress, noDelay: true });
    this.#socket = socket;
    this.#rest = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.once("connect", () => socket.write(connectFrame({ ...this.#login(), keepaliveS: 600 })));
    socket.once("close", () => this.#lose());
  }

  /** Left out while not connected, or while a window of messages is unanswered. */
  publish(dueAt: number): void {
    if (!this.#isConnected || this.#waiting.length >= order.window) return;
    this.#sent += 1;
    this.#waiting.push(dueAt);
    this.#socket?.write(
      publishFrame({ topic: this.#device().topic, payload: this.#payload(), qos: 1, packetId: this.#sent }),
    );
  }

  /** Two readings whose value is the message's number, or just its name. */
  #payload(): string {
    if (order.payload === "name") return `${this.#index}/${this.#sent}`;
    this.#observedAt = Math.max(this.#observedAt + 1, Date.now());
    const values = { activePower: this.#sent, activeEnergyImport: this.#sent };
    return JSON.stringify({ ts: this.#observedAt, values });
  }

  #device() {
    const device = order.devices[this.#index % order.devices.length];
    if (device === undefined) throw new Error("a crowd needs a device");
    return device;
  }

  /** Each connection of a device has a client id of its own. */
  #login() {
    const device = this.#device();
    return { ...device, clientId: `${device.clientId}:${Math.floor(this.#index / order.devices.length)}` };
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    // Edge sends nothing but CONNACK and PUBACK here, each of four bytes.
    for (; bytes.length >= 4; bytes = bytes.subarray(4)) {
      if (bytes[0] === 0x20 && bytes[3] === 0) this.#enter();
      else if (bytes[0] === 0x40) {
        this.acknowledged.push(bytes.readUInt16BE(2));
        latencies.add(performance.now() - (this.#waiting.shift() ?? 0));
      } else throw new Error(`edge answered ${bytes.subarray(0, 4).toString("hex")}`);
    }
    this.#rest = bytes;
  }

  #enter(): void {
    this.#isConnected = true;
    this.#waiting = [];
    connectedCount += 1;
    arrivals.push(performance.now() - gatheringSince);
    if (connectedCount === order.connections) tell({ type: "gathered", seconds: sinceS(), busiestSecond: busiest() });
  }

  #lose(): void {
    if (this.#isConnected) {
      if (connectedCount === order.connections) {
        gatheringSince = performance.now();
        arrivals = [];
      }
      connectedCount -= 1;
      lost += 1;
      this.#isConnected = false;
    }
    setTimeout(() => this.open(), retryMs);
  }
}

const sinceS = (): number => (performance.now() - gatheringSince) / 1000;

/** Most connections let in within one second. */
function busiest(): number {
  let [most, from] = [0, 0];
  for (const [to, at] of arrivals.entries()) {
    while ((arrivals[from] ?? 0) <= at - 1000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** Sends at even intervals, one connection after the other. */
function publishPaced(perSecond: number): void {
  const startedAt = performance.now();
  let sent = 0;
  pace = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    for (; sent < due; sent += 1) members[sent % members.length]?.publish(startedAt + (sent / perSecond) * 1000);
  }, 5);
}

process.on("message", (message: ToCrowd) => {
  if (message.type === "ask") {
    const acknowledged = members.map((member) => member.acknowledged);
    const [p50Ms, p99Ms, mostMs] = [latencies.quantile(0.5), latencies.quantile(0.99), latencies.quantile(1)];
    const waiting = members.reduce((sum, member) => sum + member.waiting, 0);
    const heard = listener?.heard.length ?? 0;
    return tell({ type: "told", acknowledged, waiting, heard, lost, latency: { p50Ms, p99Ms, mostMs } });
  }
  if (message.type === "silence") return clearInterval(pace);
  void begin(message.order);
});

async function begin(given: CrowdOrder): Promise<void> {
  order = given;
  if (order.listener !== undefined) {
    // It sends nothing, so its keep-alive must outlast the test.
    const login = { ...order.listener, clientId: order.listener.username, keepaliveS: 600 };
    listener = await RawMqtt.connect(order.port, login);
    listener.socket.write(subscribeFrame(1, "park/#"));
    await listener.until(() => listener?.granted.length === 1);
  }
  members = Array.from({ length: order.connections }, (_, index) => new Member(index));
  gatheringSince = performance.now();
  for (const member of members) member.open();
  publishPaced(order.perSecond);
}
process.once("disconnect", () => process.exit(0));
