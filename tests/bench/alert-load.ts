import type { AlertLoadSent, AlertOrder, Break, FromAlertLoad } from "./alert-messages.ts";
import { brokenKw, gatewayCount, meterAt, meterCount, normalKw, roundOf } from "./alert-plan.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { MqttGateway, sendEvenly, untilAcknowledged, type GatewayDeps } from "./mqtt-gateway.ts";

/** Child process that sends telemetry of now at an even rate, three values a message, some of it over its limit as planned. */
const latencies = new LatencyHistogram();
const tell = (message: FromAlertLoad): void => void process.send?.(message);

function fail(reason: string): never {
  tell({ type: "failed", reason });
  process.exit(1);
}

async function run(order: AlertOrder): Promise<void> {
  const deps: GatewayDeps = { port: order.port, fail, onAcknowledged: (ms) => latencies.add(ms) };
  const gateways: MqttGateway[] = [];
  for (const device of order.gateways) gateways.push(await MqttGateway.open(device, deps));
  const breaks: Break[] = [];
  const send = (n: number, dueAt: number): void => {
    const [round, place] = [Math.floor(n / meterCount), n % meterCount];
    const isOver = order.breaks && roundOf(place) === round;
    const at = Date.now();
    const power = isOver ? brokenKw : normalKw + (n % 97) / 10;
    const values = `"activePower":${power},"activeEnergyImport":${1000 + round},"powerFactor":0.9${n % 10}`;
    const payload = `{"ts":${at},"values":{${values}}}`;
    gateways[place % gatewayCount]?.send(Math.floor(place / gatewayCount), payload, dueAt);
    if (isOver) breaks.push({ point: `${meterAt(order.gateways, place)}.activePower`, at });
  };
  tell({ type: "sending" });
  const cpuBefore = process.cpuUsage();
  const total = order.rounds * meterCount;
  const seconds = await sendEvenly({ gateways, perSecond: order.perSecond, total, fail }, send);
  const cpu = process.cpuUsage(cpuBefore);
  await untilAcknowledged(gateways);
  const cores = (cpu.user + cpu.system) / 1e6 / seconds;
  const result: AlertLoadSent = { messages: total, seconds, cores, pubackP99Ms: latencies.quantile(0.99), breaks };
  process.send?.({ type: "sent", result } satisfies FromAlertLoad, () => process.exit(0));
}

process.once("message", (order: AlertOrder) => void run(order));
process.once("disconnect", () => process.exit(1));
