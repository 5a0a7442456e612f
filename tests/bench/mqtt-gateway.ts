import { connect, type Socket } from "node:net";
import type { LoadDevice } from "../support/load-devices.ts";
import { connackFrame, connectFrame, publishFrame } from "../support/mqtt-frames.ts";

/** What all connections of a load generator share. */
export interface GatewayDeps {
  readonly port: number;
  /** How long each PUBACK took, ms. */
  readonly onAcknowledged: (latencyMs: number) => void;
  readonly fail: (reason: string) => never;
}

/** One MQTT connection that speaks for several meters, QoS 1; broken by anything but PUBACKs in their order. */
export class MqttGateway {
  readonly topics: readonly string[];
  readonly #socket: Socket;
  readonly #deps: GatewayDeps;
  readonly #sentAt: number[] = [];
  #packetId = 0;
  #acknowledged = 0;
  #ackBytes = 0;

  private constructor(socket: Socket, device: LoadDevice, deps: GatewayDeps) {
    this.#socket = socket;
    this.#deps = deps;
    const meterIds = [device.meterId, ...(device.moreMeterIds ?? [])];
    this.topics = meterIds.map((id) => `park/${device.enterpriseId}/${id}/telemetry`);
    socket.on("data", (chunk: Buffer) => this.#take(chunk.length));
  }

  static open(device: LoadDevice, deps: GatewayDeps): Promise<MqttGateway> {
    const socket = connect({ port: deps.port, host: "127.0.0.1", noDelay: true });
    socket.on("error", (error) => deps.fail(`connection: ${error.message}`));
    socket.on("close", () => deps.fail("the broker closed a connection"));
    socket.write(connectFrame({ ...device, keepaliveS: 300 }));
    return new Promise((resolve) => {
      socket.once("data", (answer: Buffer) => {
        if (!answer.equals(connackFrame)) deps.fail(`the broker refused: ${answer.toString("hex")}`);
        resolve(new MqttGateway(socket, device, deps));
      });
    });
  }

  get unacknowledged(): number {
    return this.#sentAt.length - this.#acknowledged;
  }

  /** `dueAt` on performance.now(): from then on the PUBACK counts. */
  send(meter: number, payload: string, dueAt: number): void {
    this.#packetId = (this.#packetId % 65_535) + 1;
    this.#sentAt.push(dueAt);
    this.#socket.write(publishFrame({ topic: this.topics[meter] ?? "", payload, qos: 1, packetId: this.#packetId }));
  }

  #take(bytes: number): void {
    const now = performance.now();
    const count = (this.#ackBytes + bytes) >> 2;
    this.#ackBytes = (this.#ackBytes + bytes) & 3;
    for (let i = 0; i < count; i += 1) this.#deps.onAcknowledged(now - (this.#sentAt[this.#acknowledged + i] ?? now));
    this.#acknowledged += count;
    if (this.#acknowledged > 1000) {
      this.#sentAt.splice(0, this.#acknowledged);
      this.#acknowledged = 0;
    }
  }
}

const maxUnacknowledged = 60_000;

/** Calls `send(n, dueAt)` for n = 0, 1, … at an even rate over all gateways; gives how many seconds it took. */
export function sendEvenly(
  {
    gateways,
    perSecond,
    total,
    fail,
  }: { gateways: readonly MqttGateway[]; perSecond: number; total: number } & Pick<GatewayDeps, "fail">,
  send: (n: number, dueAt: number) => void,
): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
      for (; sent < due; sent += 1) send(sent, startedAt + (sent / perSecond) * 1000);
      if (gateways.reduce((sum, gateway) => sum + gateway.unacknowledged, 0) > maxUnacknowledged)
        fail("the broker fell behind");
      if (sent < total) return;
      clearInterval(timer);
      resolve((performance.now() - startedAt) / 1000);
    }, 2);
  });
}

export async function untilAcknowledged(gateways: readonly MqttGateway[]): Promise<void> {
  while (gateways.some((gateway) => gateway.unacknowledged > 0)) await new Promise((resolve) => setTimeout(resolve, 5));
}
