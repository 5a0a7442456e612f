import { ParkError, StopStack, type DeviceIdentity, type Logger } from "@smart-park/core";
import type { CommandReceipt, EdgeState } from "@smart-park/core/wire";
import type { EdgeConfig, EdgeDeps } from "./config.ts";
import { startEdgeLink } from "./edge-link.ts";
import { listenHj212, listenTcp, listenTls, listenWebSocket, type Listener, type TakeConnection } from "./listeners.ts";
import { MqttBroker } from "./mqtt-broker.ts";
import { Publishing } from "./publishing.ts";
import { AuditThrottle, RefusalCounter } from "./refusals.ts";
import { StationServer, type FrameFate } from "./stations/station-server.ts";
import { startTicks } from "./ticks.ts";

export interface EdgeStats {
  readonly connections: number;
  readonly acceptedConnections: number;
  /** Connections not let in, by reason, since the start. */
  readonly refusedConnections: Readonly<Record<string, number>>;
  /** Messages made durable since the start, by the way they came. */
  readonly accepted: { readonly mqtt: number; readonly http: number; readonly hj212: number };
  /** Messages refused before acknowledgement, by reason, since the start. */
  readonly refused: Readonly<Record<string, number>>;
  /** Deliveries to subscribers that did not read. */
  readonly droppedDeliveries: number;
  readonly stations: {
    /** Connections that speak for a known HJ 212 station. */
    readonly connections: number;
    /** Connections and frames of stations not let in, by reason, since the start. */
    readonly refused: Readonly<Record<string, number>>;
    /** Frames dropped, and those answered as repeated, since the start. */
    readonly frames: Readonly<Partial<Record<FrameFate, number>>>;
  };
}

export interface Edge {
  readonly ports: {
    readonly mqtt: number;
    readonly ws: number | null;
    readonly mqtts: number | null;
    readonly hj212: number | null;
  };
  stats(): EdgeStats;
  stop(): Promise<void>;
}

/**
 * Starts taking readings: MQTT on TCP, WebSocket and TLS, HJ 212 on TCP, and the link for the app process. QoS 1 and 2 are
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
  const stations = new StationServer(deps, publishing, audit, config);
  let ports: EdgeState["ports"] = { mqtt: null, ws: null, mqtts: null, hj212: null };
  const registryChanged = (): void => {
    directory.reload();
    broker.revalidate();
    stations.revalidate();
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
    const hj212 = await listenForStations(
      config.hj212 ?? null,
      (socket, from) => stations.accept(socket, from),
      logger,
    );
    if (hj212 !== null) parts.add("hj212", hj212);
    // Stopped before the listeners, which wait for the last connection to end.
    parts.add("mqtt broker", broker);
    parts.add("stations", stations);
    const ticks = startTicks(deps, refusals);
    const opened = { mqtt: mqtt.port, ws: ws?.port ?? null, mqtts: mqtts?.port ?? null, hj212: hj212?.port ?? null };
    ports = opened;
    return {
      ports: opened,
      stats: () => ({
        connections: broker.connections,
        refused: refusals.byReason(),
        acceptedConnections: broker.counters.accepted,
        refusedConnections: broker.counters.refused(),
        accepted: { ...publishing.accepted, http: httpBatches },
        droppedDeliveries: broker.droppedDeliveries,
        stations: {
          ...{ connections: stations.connections, refused: stations.counters.refused(), frames: stations.fates },
        },
      }),
      stop: async () => {
        await ticks.stop();
        await parts.stop();
      },
    };
  } catch (error) {
    await broker.stop();
    await stations.stop();
    await parts.stop();
    throw error;
  }
}

/** Null when it is off, or its port is in use and nobody asked for that port: an update must not keep a park from starting. */
async function listenForStations(
  address: (EdgeConfig["hj212"] & object) | null,
  take: TakeConnection,
  logger: Logger,
): Promise<Listener | null> {
  if (address === null) return null;
  try {
    return await listenHj212(address, take);
  } catch (error) {
    if (address.isOptional !== true || !(error instanceof ParkError)) throw error;
    logger.warn({ port: address.port }, `${error.message} HJ 212 stays off; set PARK_HJ212_PORT.`);
    return null;
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
