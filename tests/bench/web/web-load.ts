import { MqttGateway, type GatewayDeps } from "../mqtt-gateway.ts";
import type { FromWebLoad, ToWebLoad } from "./web-load-messages.ts";
import { valuesPerMeter } from "./web-park.ts";

/** Child process that sends readings of now at an even rate which can be changed, each value another than the one before. */
const tell = (message: FromWebLoad): void => void process.send?.(message);

function fail(reason: string): never {
  tell({ type: "failed", reason });
  process.exit(1);
}

const [tickMs, tellEveryMs, maxUnacknowledged] = [5, 1000, 20_000];

/** All meters in turn, gateway after gateway, so that every one speaks equally often. */
class Meters {
  readonly #gateways: readonly MqttGateway[];
  #next = 0;

  constructor(gateways: readonly MqttGateway[]) {
    this.#gateways = gateways;
  }

  sendNext(): void {
    const n = this.#next++;
    const gateway = this.#gateways[n % this.#gateways.length];
    if (gateway === undefined) return;
    const meter = Math.floor(n / this.#gateways.length) % gateway.topics.length;
    gateway.send(meter, payloadOf(gateway.topics[meter] ?? "", n), performance.now());
  }

  get unacknowledged(): number {
    return this.#gateways.reduce((sum, gateway) => sum + gateway.unacknowledged, 0);
  }
}

function payloadOf(topic: string, n: number): string {
  const wave = Math.round(8000 + 2000 * Math.sin(n / 50) + 500 * Math.random()) / 10;
  const values = topic.includes("-w")
    ? `"waterFlow":${wave / 100},"waterVolume":${1000 + n / 100},"pressure":${300 + (n % 50) / 10}`
    : `"activePower":${wave},"activeEnergyImport":${10_000 + n / 100},"powerFactor":0.9${n % 10}`;
  return `{"ts":${Date.now()},"values":{${values}}}`;
}

let messagesPerMs = 0;

async function start({ port, gateways: devices }: Extract<ToWebLoad, { type: "start" }>): Promise<void> {
  let acknowledged = 0;
  const deps: GatewayDeps = { port, fail, onAcknowledged: () => (acknowledged += 1) };
  const gateways: MqttGateway[] = [];
  for (const device of devices) gateways.push(await MqttGateway.open(device, deps));
  const meters = new Meters(gateways);
  let [due, lastAt] = [0, performance.now()];
  setInterval(() => {
    const now = performance.now();
    due += (now - lastAt) * messagesPerMs;
    lastAt = now;
    for (; due >= 1; due -= 1) meters.sendNext();
    if (meters.unacknowledged > maxUnacknowledged) fail("the broker fell behind");
  }, tickMs);
  setInterval(() => tell({ type: "acknowledged", values: acknowledged * valuesPerMeter }), tellEveryMs);
  tell({ type: "started" });
}

process.on("message", (message: ToWebLoad) => {
  if (message.type === "start") void start(message);
  else messagesPerMs = message.valuesPerSecond / valuesPerMeter / 1000;
});
process.once("disconnect", () => process.exit(0));
