import { statfs } from "node:fs/promises";
import { startApi } from "@smart-park/api";
import { startEdge } from "@smart-park/broker";
import {
  days,
  StopStack,
  type AuditEntry,
  type Clock,
  type DeviceId,
  type EnterpriseId,
  type JournalWriter,
  type Logger,
} from "@smart-park/core";
import { startIngest } from "@smart-park/ingest";
import { startNotifier } from "@smart-park/notify";
import { openDeviceDirectory, openReadingStore, openRegistry, openRollups, readLedgerNumbers } from "@smart-park/store";
import { openJournalReader, openJournalWriter } from "@smart-park/store/journal";
import { recordStart, setUpAdministrator, type FirstAdministrator } from "./administrator.ts";
import { complianceWarnings, type Config } from "./config.ts";
import { dataFolderOf, type DataFolder } from "./data-folder.ts";
import { issueDemoToken } from "./demo.ts";
import { setUpDefaultRules } from "./default-rules.ts";
import { openEdgeLink } from "./edge-link-client.ts";
import { createLiveFeed } from "./live-feed.ts";
import {
  addApiFigures,
  addBacklogFigures,
  addIngestFigures,
  addNeighbourFigures,
  addNotifierFigures,
} from "./metrics/app-figures.ts";
import { addDiskFigures } from "./metrics/disk-figures.ts";
import { addEdgeFigures, addJournalFigures } from "./metrics/edge-figures.ts";
import { atMostEvery, joinExpositions } from "./metrics/exposition.ts";
import { Figures } from "./metrics/figures.ts";
import { openSender } from "./open-sender.ts";

export interface PlatformDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Folder of the built web app; null = no pages. */
  readonly webRoot: string | null;
}

/** Ports of the roles that run here (null = not here or switched off) and, on the first start, the administrator made. */
export interface Platform {
  readonly ports: Ports;
  readonly firstAdministrator: FirstAdministrator | null;
  /** For the demo's simulators; null without demo or without the api role. */
  readonly demoToken: string | null;
  /** Resolves once the app roles have reached edge for the first time. */
  linked(): Promise<void>;
  stop(): Promise<void>;
}

export interface Ports {
  readonly http: number | null;
  readonly mqtt: number | null;
  readonly ws: number | null;
  readonly mqtts: number | null;
  readonly hj212: number | null;
}

const noPorts: Ports = { http: null, mqtt: null, ws: null, mqtts: null, hj212: null };
const mebibyte = 1024 * 1024;
/** Journal kept after it is confirmed, so that the raw messages behind a figure can be shown. */
const inspectionBytes = 64 * mebibyte;
/** Disk left free when the setting says nothing: the larger of 512 MiB and 5 % of the disk. */
const leastReserveBytes = 512 * mebibyte;
const reserveShare = 0.05;
/** However often somebody asks for the figures, they are read this often. */
const metricsEveryMs = 1000;
/** After this long without a stored reading `/readyz` says so. */
const stallNoticeMs = 10_000;

/** Starts the chosen roles in this process; the only place that knows every room. A failed start leaves nothing behind. */
export async function startPlatform(config: Config, deps: PlatformDeps): Promise<Platform> {
  const folder = dataFolderOf(config.dataDirectory);
  const parts = new StopStack(deps.logger);
  const stop = () => parts.stop();
  try {
    const edgePorts = config.roles.has("edge") ? await startEdgeRole(config, folder, deps, parts) : noPorts;
    if (!config.roles.has("ingest") && !config.roles.has("api")) {
      return { ports: edgePorts, firstAdministrator: null, demoToken: null, linked: () => Promise.resolve(), stop };
    }
    const app = await startAppRoles(config, folder, deps, parts);
    return { ...app, ports: { ...edgePorts, http: app.http }, stop };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function startEdgeRole(config: Config, folder: DataFolder, deps: PlatformDeps, parts: StopStack): Promise<Ports> {
  const { clock, logger } = deps;
  const limits = {
    maxBytes: config.journal.maxMib * mebibyte,
    reserveBytes: await reserveBytesOf(config, folder),
  };
  const journal = parts.add(
    "journal",
    await openJournalWriter({
      ...limits,
      directory: folder.journal,
      segmentBytes: config.journal.segmentMib * mebibyte,
      floor: readLedgerNumbers(folder.registryFile),
      logger,
      clock,
    }),
  );
  const directory = openDeviceDirectory({
    ...{ file: folder.registryFile, secretKeyFile: folder.secretKeyFile },
    ...{ clock, logger },
  });
  parts.add("device directory", directory);
  const { host, plainHost, port } = config.mqtt;
  const figures = new Figures();
  figures.process([...config.roles].join("+"));
  const edge = await startEdge(
    {
      mqtt: { host: plainHost, port },
      ws: { host: plainHost, port: config.mqttWebSocketPort },
      mqtts: config.mqttsPort !== null && config.tls ? { host, port: config.mqttsPort, ...config.tls } : null,
      hj212: config.hj212,
      linkPath: folder.linkPath,
      deviceRate: config.rates.device,
      deviceBurst: config.rates.deviceBurst,
      enterpriseRate: config.rates.enterprise,
    },
    { journal, directory, audit: auditInto(journal, logger), clock, logger, metrics: () => figures.text() },
  );
  addEdgeFigures(figures, edge);
  addJournalFigures(figures, journal, limits);
  parts.add("edge", edge);
  return { ...noPorts, ...edge.ports };
}

async function startAppRoles(config: Config, folder: DataFolder, deps: PlatformDeps, parts: StopStack) {
  const { clock, logger } = deps;
  const { timeZone, signIn } = config;
  for (const warning of complianceWarnings(config)) logger.warn({ profile: signIn.profile }, warning);
  const { registryFile: file, secretKeyFile } = folder;
  const registry = openRegistry({ file, secretKeyFile, timeZone, clock, logger });
  parts.add("registry", registry);
  const readings = parts.add(
    "reading store",
    await openReadingStore({ directory: folder.readings, influx: config.influx }, { logger }),
  );
  const rolled = parts.add(
    "roll-ups",
    await openRollups({
      directory: folder.readings,
      timeZone,
      store: readings,
      catalog: registry.registry,
      logger,
      isKeeper: config.roles.has("ingest"),
    }),
  );
  const { store, rollups } = rolled;
  const messages = parts.add(
    "journal reader",
    await openJournalReader({ directory: folder.journal, keepBytes: inspectionBytes, logger }),
  );
  const link = parts.add("edge link", openEdgeLink(folder.linkPath, logger));
  const feed = createLiveFeed();
  const figures = new Figures();
  // Where edge runs in this process too, its figures have the process's.
  if (!config.roles.has("edge")) figures.process([...config.roles].join("+"));
  addNeighbourFigures(figures, { link, store, messages });
  addDiskFigures(figures, folder, config.influx === null);
  const firstAdministrator = await setUpAdministrator(registry.registry, config.admin, clock);
  setUpDefaultRules(registry.registry, clock);
  const send = openSender(config, { catalog: registry.registry, link, clock });
  let notice = (): string | null => null;
  if (config.roles.has("ingest")) {
    const wakeUp = (listener: () => void) => link.onCommit(listener);
    const { ledger, registry: catalog } = registry;
    const ingest = parts.add(
      "ingest",
      await startIngest({ timeZone }, { journal: messages, wakeUp, store, ledger, catalog, feed, clock, logger }),
    );
    notice = () => stallNotice(ingest.stats().stalledMs);
    addIngestFigures(figures, ingest, clock);
    const told = (listener: () => void) => feed.onAlert(listener);
    const keep = { ageMs: days(config.notifyKeep.days), rows: config.notifyKeep.rows };
    const notifier = startNotifier(
      { timeZone, keep },
      { ledger: registry.deliveries, send, wakeUp: told, clock, logger },
    );
    parts.add("notifier", notifier);
    addNotifierFigures(figures, notifier);
    addBacklogFigures(figures, { link, directory: folder.journal, position: () => ingest.position() });
  }
  const linked = () => link.connected().then(() => recordStart(registry.registry));
  if (!config.roles.has("api")) return { http: null, firstAdministrator, demoToken: null, linked };
  const metrics = atMostEvery(metricsEveryMs, async () =>
    joinExpositions([await figures.text(), (await link.metrics()) ?? ""]),
  );
  const api = await startApi(
    {
      ...config.http,
      tls: config.tls,
      timeZone,
      demo: config.isDemo,
      signIn,
      webRoot: deps.webRoot,
      photoDirectory: folder.photos,
    },
    {
      registry: registry.registry,
      store,
      rollups,
      messages,
      feed,
      edge: link,
      metrics,
      sendMessage: send,
      notice,
      clock,
      logger,
    },
  );
  parts.add("api", api);
  addApiFigures(figures, api);
  const demoToken = config.isDemo ? issueDemoToken(registry.registry, clock) : null;
  return { http: api.port, firstAdministrator, demoToken, linked };
}

function stallNotice(stalledMs: number): string | null {
  if (stalledMs < stallNoticeMs) return null;
  const seconds = Math.round(stalledMs / 1000);
  return `Nothing could be stored for ${seconds} s; what is acknowledged waits in the journal.`;
}

/** Edge has no write access to the registry; what it must put on record travels in the journal to ingest. */
function auditInto(journal: JournalWriter, logger: Logger): (entry: AuditEntry) => void {
  return (entry) => {
    journal
      .append({
        source: "audit",
        receivedAt: entry.at,
        sender: "" as DeviceId, // "" = edge itself (journal-record.ts)
        enterpriseId: entry.enterpriseId ?? ("" as EnterpriseId),
        topic: "",
        payload: Buffer.from(JSON.stringify(entry)),
      })
      .catch((error: unknown) => logger.error({ error, action: entry.action }, "an audit entry could not be kept"));
  };
}

async function reserveBytesOf({ journal }: Config, folder: DataFolder): Promise<number> {
  if (journal.reserveMib !== null) return journal.reserveMib * mebibyte;
  const { blocks, bsize } = await statfs(folder.journal);
  return Math.max(leastReserveBytes, reserveShare * blocks * bsize);
}
