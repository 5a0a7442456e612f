import { LatencyHistogram } from "./latency-histogram.ts";
import { MqttGateway, sendEvenly, untilAcknowledged, type GatewayDeps } from "./mqtt-gateway.ts";
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

/** The meters behind one connection, which send in turn. */
class Meters {
  readonly #gateway: MqttGateway;
  readonly #order: PipelineOrder;
  readonly #energy: number[];
  #next = 0;

  constructor(gateway: MqttGateway, order: PipelineOrder) {
    this.#gateway = gateway;
    this.#order = order;
    this.#energy = gateway.topics.map((_, i) => 10_000 + i * 37.5);
  }

  send(dueAt: number): void {
    const count = this.#gateway.topics.length;
    const meter = this.#next % count;
    const at = this.#order.firstAt + Math.floor(this.#next++ / count) * this.#order.intervalMs;
    const power = Math.round(8000 + 2000 * Math.sin(this.#next / 50) + 100 * Math.random()) / 10;
    this.#energy[meter] = Math.round(((this.#energy[meter] ?? 0) + power / 3600) * 100) / 100;
    const values = `"activePower":${power},"activeEnergyImport":${this.#energy[meter]},"powerFactor":0.9${this.#next % 10}`;
    this.#gateway.send(meter, `{"ts":${at},"values":{${values}}}`, dueAt);
  }
}

async function run(order: PipelineOrder): Promise<void> {
  const { devices, perSecond, seconds, port } = order;
  const deps: GatewayDeps = { port, fail, onAcknowledged: (ms) => latencies.add(ms) };
  const gateways: MqttGateway[] = [];
  for (const device of devices) gateways.push(await MqttGateway.open(device, deps));
  const meters = gateways.map((gateway) => new Meters(gateway, order));
  tell({ type: "sending" });
  const cpuBefore = process.cpuUsage();
  const total = perSecond * seconds;
  const took = await sendEvenly({ gateways, perSecond, total, fail }, (n, dueAt) =>
    meters[n % meters.length]?.send(dueAt),
  );
  const cpu = process.cpuUsage(cpuBefore);
  await untilAcknowledged(gateways);
  const result: PipelineSent = {
    messages: total,
    seconds: took,
    p50Ms: latencies.quantile(0.5),
    p99Ms: latencies.quantile(0.99),
    cores: (cpu.user + cpu.system) / 1e6 / took,
  };
  process.send?.({ type: "sent", result } satisfies FromPipelineLoad, () => process.exit(0));
}

process.once("message", (order: PipelineOrder) => void run(order));
process.once("disconnect", () => process.exit(1));
