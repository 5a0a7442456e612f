import { mkdtempSync, rmSync } from "node:fs";
import { request, type RequestOptions } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEdge, type Edge } from "@smart-park/broker";
import { journalStart, type AuditEntry, type JournalEntry, type JournalPosition, type Logger } from "@smart-park/core";
import { edgeLinkHeaders, edgeLinkPaths } from "@smart-park/core/wire";
import { openJournalReader, openJournalWriter } from "@smart-park/store/journal";
import { DeviceTable, type TableDevice } from "./device-table.ts";

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => Date.now() };

export interface EdgeUnderTest {
  readonly edge: Edge;
  readonly port: number;
  readonly hj212Port: number;
  readonly directory: DeviceTable;
  readonly audit: readonly AuditEntry[];
  readonly journalFolder: string;
  /** The socket on which the app process speaks to it. */
  readonly linkPath: string;
  /** An order of the platform to who listens now; false when nobody does. */
  order(topic: string, payload: string): Promise<boolean>;
  /** Lets edge see changes of the table. */
  registryChanged(): Promise<void>;
  stop(): Promise<void>;
}

export interface EdgeOptions {
  readonly devices: Readonly<Record<string, TableDevice>>;
  /** Where the journal is; a folder of its own when not given. */
  readonly folder?: string;
  readonly segmentBytes?: number;
  /** New connections per second, when not the broker's own limit. */
  readonly arrivalRate?: number;
}

/** Edge with its real journal, on a free port, over a table of devices; no rate limits. */
export async function startEdgeUnderTest({
  devices,
  folder,
  segmentBytes,
  ...more
}: EdgeOptions): Promise<EdgeUnderTest> {
  const own = mkdtempSync(join(tmpdir(), "edge-test-"));
  const journalFolder = join(folder ?? own, "journal");
  const journal = await openJournalWriter({
    ...{ directory: journalFolder, segmentBytes: segmentBytes ?? 1 << 20, maxBytes: 1 << 30, reserveBytes: 0 },
    ...{ clock, logger: silent },
  });
  const directory = new DeviceTable(devices);
  const audit: AuditEntry[] = [];
  const linkPath = join(own, "edge.sock");
  const edge = await startEdge(
    {
      ...{ mqtt: { host: "127.0.0.1", port: 0 }, ws: null, mqtts: null, linkPath },
      hj212: { host: "127.0.0.1", port: 0 },
      ...{ deviceRate: 0, deviceBurst: 0, enterpriseRate: 0, ...more },
    },
    { journal, directory, audit: (entry) => audit.push(entry), clock, logger: silent },
  );
  return {
    edge,
    port: edge.ports.mqtt,
    hj212Port: edge.ports.hj212 ?? 0,
    directory,
    audit,
    journalFolder,
    linkPath,
    order: async (topic, payload) => {
      const headers = { [edgeLinkHeaders.topic]: topic };
      return (await post({ socketPath: linkPath, path: edgeLinkPaths.publish, headers }, payload)) === 204;
    },
    registryChanged: async () => void (await post({ socketPath: linkPath, path: edgeLinkPaths.registryChanged })),
    stop: async () => {
      await edge.stop();
      await journal.stop();
      rmSync(own, { recursive: true, force: true });
    },
  };
}

function post(to: RequestOptions, body = ""): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...to, method: "POST" }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Payloads of all messages of devices in a journal that came by one way, as texts, in their order. */
export async function journaledTexts(directory: string, source: "mqtt" | "hj212" = "mqtt"): Promise<string[]> {
  const reader = await openJournalReader({ directory, keepBytes: 0, logger: silent });
  const texts: string[] = [];
  try {
    let position: JournalPosition = journalStart;
    for (;;) {
      const entries: readonly JournalEntry[] = await reader.read(position, 10_000, 1 << 22);
      const last = entries.at(-1);
      if (last === undefined) return texts;
      for (const { record } of entries)
        if (record.source === source) texts.push(Buffer.from(record.payload).toString());
      position = last.position;
    }
  } finally {
    await reader.stop();
  }
}
