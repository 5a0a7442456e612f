// nightly: 8 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { journaledTexts } from "../support/edge-under-test.ts";
import { startEdgeProcess, type EdgeChildOrder } from "../support/edge-process.ts";
import { RawMqtt } from "../support/raw-mqtt.ts";
import { RawStation, stationFrame } from "../support/raw-station.ts";
import { report } from "../support/report.ts";
import { sized } from "../support/size.ts";

const kills = sized(20, 200);
const leastAcknowledged = sized(1000, 1_000_000);
/** The named points are passed this often at most before the kill. */
const mostPasses = sized(200, 400);
const publishers = 8;
const window = 20;
const devices = Object.fromEntries(
  Array.from({ length: publishers }, (_, n) => [
    `gw-${n}`,
    { secret: `secret-${n}`, enterpriseId: "cement", meterIds: [`m-${n}`] },
  ]),
);
const stations = Object.fromEntries(
  Array.from({ length: publishers }, (_, n) => [
    `st-${n}`,
    { mn: `MN${n}`, secret: `pw-${n}`, enterpriseId: "cement", meterIds: [`m-${n}`] },
  ]),
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edge-kills-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What all publishers sent, and what was acknowledged to them, over all kills. */
class Ledger {
  readonly sent = new Set<string>();
  readonly acknowledged = new Set<string>();
}

/** Publishes texts no other call publishes, a full window at a time, until the connection ends. */
async function publishUntilClosed(port: number, n: number, round: number, ledger: Ledger): Promise<void> {
  const id = `gw-${n}`;
  const client = await RawMqtt.connect(port, { clientId: id, username: id, password: `secret-${n}` });
  let next = 0;
  let noted = 0;
  const topic = `park/cement/m-${n}/telemetry`;
  const text = (sequence: number): string => `${round}/${n}/${sequence}`;
  const sendMore = (): void => {
    for (; noted < client.acknowledged.length; noted += 1)
      ledger.acknowledged.add(text((client.acknowledged[noted] ?? 0) - 1));
    for (; next < noted + window && next < 60_000; next += 1) {
      ledger.sent.add(text(next));
      client.publish({ topic, payload: text(next), qos: 1, packetId: next + 1 });
    }
  };
  sendMore();
  client.socket.on("data", sendMore);
  await client.closed;
  sendMore();
}

/** The same by HJ 212: each frame is named by its QN, and so is its answer. */
async function sendUntilClosed(port: number, n: number, round: number, ledger: Ledger): Promise<void> {
  const station = await RawStation.connect(port);
  let next = 0;
  let noted = 0;
  const sendMore = (): void => {
    for (; noted < station.answers.length; noted += 1) ledger.acknowledged.add(station.answers[noted]?.qn ?? "");
    for (; next < noted + window; next += 1) {
      const qn = `${round}/${n}/${next}`;
      ledger.sent.add(qn);
      const data = `DataTime=20260701080000;a21002-Rtd=${next}`;
      station.socket.write(stationFrame({ mn: `MN${n}`, pw: `pw-${n}`, qn, data }));
    }
  };
  sendMore();
  station.socket.on("data", sendMore);
  await station.closed;
  sendMore();
}

async function loadUntilDead(
  order: Omit<EdgeChildOrder, "folder" | "devices">,
  round: number,
  ledger: Ledger,
  way: "mqtt" | "hj212" = "mqtt",
) {
  const started = await startEdgeProcess({ ...order, folder, devices: { ...devices, ...stations } });
  const { port, hj212Port, child, ended } = started;
  // At a random moment of its own when no point is named, and at the latest.
  const timer = setTimeout(() => child.kill("SIGKILL"), order.dieAt === undefined ? 50 + Math.random() * 400 : 10_000);
  const load = (n: number): Promise<void> =>
    way === "mqtt" ? publishUntilClosed(port, n, round, ledger) : sendUntilClosed(hj212Port, n, round, ledger);
  await Promise.allSettled(Array.from({ length: publishers }, (_, n) => load(n)));
  await ended;
  clearTimeout(timer);
}

describe("kill -9 under load", () => {
  const points = ["after append", "after sync", "before acknowledgement"] as const;

  it(`loses nothing acknowledged and invents nothing over ${kills} kills`, async () => {
    const ledger = new Ledger();
    for (let round = 0; round < kills; round += 1) {
      // Every fourth at a random moment, the others at each of the named points in turn.
      const point = points[round % 4];
      const dieAt = point === undefined ? {} : { dieAt: { point, pass: 1 + Math.floor(Math.random() * mostPasses) } };
      await loadUntilDead(dieAt, round, ledger);
    }
    const journaled = await journaledTexts(join(folder, "journal"));
    const kept = new Set(journaled);
    report("kill -9 under load", { kills, acknowledged: ledger.acknowledged.size, journaled: journaled.length });
    expect(ledger.acknowledged.size).toBeGreaterThanOrEqual(leastAcknowledged);
    expect([...ledger.acknowledged].filter((text) => !kept.has(text))).toEqual([]);
    expect(journaled.filter((text) => !ledger.sent.has(text))).toEqual([]);
    expect(journaled).toHaveLength(kept.size);
  });

  it("loses no frame that a station was answered", async () => {
    const ledger = new Ledger();
    for (let round = 0; round < sized(3, 60); round += 1) {
      const point = points[round % points.length] ?? "after sync";
      await loadUntilDead(
        { dieAt: { point, pass: 20 + Math.floor(Math.random() * mostPasses) } },
        round,
        ledger,
        "hj212",
      );
    }
    const journaled = await journaledTexts(join(folder, "journal"), "hj212");
    const names = journaled.map((text) => /QN=([^;]*)/.exec(text)?.[1] ?? "");
    const kept = new Set(names);
    report("kill -9 under load of stations", { answered: ledger.acknowledged.size, journaled: names.length });
    expect(ledger.acknowledged.size).toBeGreaterThan(50);
    expect([...ledger.acknowledged].filter((qn) => !kept.has(qn))).toEqual([]);
    expect(names.filter((qn) => !ledger.sent.has(qn))).toEqual([]);
    expect(names).toHaveLength(kept.size);
  });

  it("would notice: an edge that acknowledges before its disk loses messages at every kill", async () => {
    for (let round = 0; round < 3; round += 1) {
      const ledger = new Ledger();
      const dieAt = { point: "after acknowledgement", pass: 20 } as const;
      await loadUntilDead({ acknowledgesFirst: true, dieAt }, round, ledger);
      const kept = new Set(await journaledTexts(join(folder, "journal")));
      expect([...ledger.acknowledged].filter((text) => !kept.has(text)).length).toBeGreaterThan(0);
    }
  });
});
