import { StopStack, type DeviceIdentity } from "@smart-park/core";
import type { CommandReceipt } from "@smart-park/core/wire";
import type { EdgeConfig, EdgeDeps } from "./config.ts";
import { startEdgeLink } from "./edge-link.ts";
import { listenTcp, listenTls, listenWebSocket, type TakeConnection } from "./listeners.ts";
import { MqttBroker } from "./mqtt-broker.ts";
import { Publishing } from "./publishing.ts";
import { AuditThrottle, RefusalCounter } from "./refusals.ts";
import { startTicks } from "./ticks.ts";

export interface EdgeStats {
  readonly connections: number;
  readonly acceptedConnections: number;
  /** Connections not let in, by reason, since the start. */
  readonly refusedConnections: Readonly<Record<string, number>>;
  /** Messages made durable since the start, by the way they came. */
  readonly accepted: { readonly mqtt: number; readonly http: number };
  /** Messages refused before acknowledgement, by reason, since the start. */
  readonly refused: Readonly<Record<string, number>>;
  /** Deliveries to subscribers that did not read. */
  readonly droppedDeliveries: number;
}

export interface Edge {
  readonly ports: { readonly mqtt: number; readonly ws: number | null; readonly mqtts: number | null };
  stats(): EdgeStats;
  stop(): Promise<void>;
}

/**
 * Starts taking readings: MQTT on TCP, WebSocket and TLS, and the link for the app process. QoS 1 and 2 are
 * acknowledged after the journal's commit. The journal stays the caller's to stop, after this. A port or socket that
 * cannot be opened is `config_invalid`.
 */
export async function startEdge(config: EdgeConfig, deps: EdgeDeps): Promise<Edge> {
  const { journal, directory, clock, logger } = deps;
  const parts = new StopStack(logger);
  const refusals = new RefusalCounter();
  const audit = new AuditThrottle(deps.audit, clock);
  const publishing = new Publishing(config, deps, refusals, audit);
  const broker = await MqttBroker.start(deps, publishing, audit, config);
  let httpBatches = 0;
  let ports: { mqtt: number | null; ws: number | null; mqtts: number | null } = { mqtt: null, ws: null, mqtts: null };
  const registryChanged = (): void => {
    directory.reload();
    broker.revalidate();
  };
  try {
    parts.add(
      "edge link",
      await startEdgeLink({
        path: config.linkPath,
        journal,
        clock,
        logger,
        connections: () => broker.connections,
        ports: () => ports,
        registryChanged,
        accepted: () => (httpBatches += 1),
        refused: (enterpriseId) => refusals.count(enterpriseId, "journal"),
        publish: (topic, payload) => broker.publish(topic, payload),
        isListening: (deviceId, topic) => broker.isListening(deviceId, topic),
        order: ({ commandId, ...order }) =>
          broker.order({ ...order, delivered: (identity) => noteReceipt(deps, identity, order.topic, commandId) }),
        metrics: deps.metrics ?? (() => Promise.resolve("")),
      }),
    );
    const take: TakeConnection = (socket, address) => broker.accept(socket, address);
    const mqtt = parts.add("mqtt", await listenTcp(config.mqtt, take));
    const ws = config.ws === null ? null : parts.add("ws", await listenWebSocket(config.ws, take, broker.strangers));
    const mqtts =
      config.mqtts === null
        ? null
        : parts.add("mqtts", await listenTls(config.mqtts, take, { logger, strangers: broker.strangers }));
    // Stopped before the listeners, which wait for the last connection to end.
    parts.add("mqtt broker", broker);
    const ticks = startTicks(deps, refusals);
    const opened = { mqtt: mqtt.port, ws: ws?.port ?? null, mqtts: mqtts?.port ?? null };
    ports = opened;
    return {
      ports: opened,
      stats: () => ({
        connections: broker.connections,
        refused: refusals.byReason(),
        acceptedConnections: broker.counters.accepted,
        refusedConnections: broker.counters.refused(),
        accepted: { mqtt: publishing.accepted, http: httpBatches },
        droppedDeliveries: broker.droppedDeliveries,
      }),
      stop: async () => {
        await ticks.stop();
        await parts.stop();
      },
    };
  } catch (error) {
    await broker.stop();
    await parts.stop();
    throw error;
  }
}

/** A device acknowledged a command: that goes the way of its answer, so that both come in their order. */
function noteReceipt(
  { journal, clock, logger }: EdgeDeps,
  { deviceId, enterpriseId }: DeviceIdentity,
  topic: string,
  commandId: string,
): void {
  const receipt: CommandReceipt = { id: commandId };
  const payload = Buffer.from(JSON.stringify(receipt));
  journal
    .append({ source: "command", receivedAt: clock.now(), sender: deviceId, enterpriseId, topic, payload })
    .catch((error: unknown) => logger.debug({ error: String(error), commandId }, "a receipt could not be kept"));
}
