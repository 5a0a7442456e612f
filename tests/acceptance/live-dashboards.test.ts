import {
  systemPrincipal,
  type AlertChange,
  type EnterpriseId,
  type LatestReading,
  type PointId,
  type UserId,
} from "@smart-park/core";
import type { AlertBody, LiveDelta, LiveSnapshot } from "@smart-park/core/wire";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  addTwoEnterprises,
  anElectricityMeter,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
const open: Socket[] = [];

beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  for (const id of ["A", "B"]) {
    const points = [`${id}-main.activePower`];
    await admin.post("/alert-rules", { id: `limit-${id}`, name: "上限".repeat(50), kind: "limit", points, above: 1 });
  }
  park.addUser("anna", "enterpriseViewer", ["A"]);
});
afterEach(() => open.splice(0).forEach((socket) => socket.disconnect()));
afterAll(() => park.stop());

/** A dashboard: what it received so far, by kind. */
interface Dashboard {
  readonly socket: Socket;
  readonly snapshots: LiveSnapshot[];
  readonly deltas: LiveDelta[];
  readonly alerts: AlertBody[];
}

function dashboard(headers: Record<string, string>, auth: object = {}): Dashboard {
  const options = { transports: ["websocket"], reconnection: false, forceNew: true, extraHeaders: headers, auth };
  const socket = io(`${park.url}/live`, options);
  const [snapshots, deltas, alerts]: [LiveSnapshot[], LiveDelta[], AlertBody[]] = [[], [], []];
  socket.on("snapshot", (snapshot: LiveSnapshot) => snapshots.push(snapshot));
  socket.on("delta", (delta: LiveDelta) => deltas.push(delta));
  socket.on("alert", (alert: AlertBody) => alerts.push(alert));
  open.push(socket);
  return { socket, snapshots, deltas, alerts };
}

async function joined(client: Client): Promise<Dashboard> {
  const board = dashboard({ Cookie: client.cookie ?? "" });
  await vi.waitFor(() => expect(board.snapshots).toHaveLength(1), 5000);
  return board;
}

const refusal = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.on("connect_error", (error) => resolve(error.message));
    socket.on("connect", () => resolve("it was let in"));
  });

let observedAt = Date.now();
function publish(point: string, value: number): LatestReading {
  observedAt += 1;
  const reading: LatestReading = { pointId: point as PointId, observedAt, value, quality: "good" };
  park.feed.publishReadings([reading]);
  return reading;
}

const rowOf = ({ rows }: LiveSnapshot, point: string) => rows.find((row) => row.point === point);

describe("a dashboard", () => {
  it("gets the same snapshot as over REST, then only what is new, newest value last", async () => {
    publish("A-main.activePower", 1);
    const board = await joined(admin);
    const [snapshot] = board.snapshots;
    if (snapshot === undefined) throw new Error("no snapshot");
    const overRest = (await admin.get("/live")).body as LiveSnapshot;
    expect(overRest.rows).toEqual(snapshot.rows);
    expect(overRest.epoch).toBe(snapshot.epoch);
    expect(rowOf(snapshot, "A-main.activePower")).toMatchObject({ value: 1, quality: "good" });
    expect(rowOf(snapshot, "B-water.waterVolume")).toMatchObject({ value: null, at: null });

    publish("A-main.activePower", 2);
    const newest = publish("A-main.activePower", 3);
    await vi.waitFor(() => expect(board.deltas.at(-1)?.v).toEqual([3]), 5000);
    const delta = board.deltas.at(-1);
    expect(delta).toMatchObject({ epoch: snapshot.epoch, q: [0], at: [newest.observedAt] });
    expect(delta?.i).toEqual([rowOf(snapshot, "A-main.activePower")?.i]);
    expect(board.deltas.map(({ seq }) => seq)).toEqual(board.deltas.map((_, i) => snapshot.seq + 1 + i));
  });

  it("of an enterprise never gets a value or an alert of another", async () => {
    const [board, whole] = [await joined(await park.signIn("anna")), await joined(admin)];
    expect(board.snapshots[0]?.rows.map(({ point }) => point)).toEqual([
      "A-main.activePower",
      "A-main.activeEnergyImport",
      "A-water.waterVolume",
    ]);
    publish("B-main.activePower", 66);
    raise("B");
    await vi.waitFor(() => expect(whole.alerts).toHaveLength(1), 5000);
    publish("A-main.activePower", 77);
    raise("A");
    await vi.waitFor(() => expect(board.alerts).toHaveLength(1), 5000);
    await vi.waitFor(() => expect(board.deltas.flatMap(({ v }) => v)).toContain(77), 5000);
    expect(board.deltas.flatMap(({ v }) => v)).not.toContain(66);
    expect(board.alerts[0]).toMatchObject({ enterpriseId: "A", point: "A-main.activePower", severity: "P1" });
    expect(whole.alerts.map(({ enterpriseId }) => enterpriseId)).toContain("B");
  });

  it("learns of an acknowledgement by somebody else", async () => {
    raise("A");
    const board = await joined(admin);
    await admin.post("/alerts/alert-A/acknowledge", { note: "on my way" });
    await vi.waitFor(() => expect(board.alerts.at(-1)?.acknowledged?.note).toBe("on my way"), 5000);
  });

  it("gets a snapshot of a new epoch when the registry changes", async () => {
    const board = await joined(admin);
    const before = board.snapshots[0];
    await admin.post("/meters", anElectricityMeter("A-new", "A"));
    await vi.waitFor(() => expect(board.snapshots).toHaveLength(2), 5000);
    expect(board.snapshots[1]?.epoch).not.toBe(before?.epoch);
    expect(board.snapshots[1]?.rows).toHaveLength((before?.rows.length ?? 0) + 2);
  });

  it("may ask for a fresh snapshot", async () => {
    const board = await joined(admin);
    board.socket.emit("resync");
    await vi.waitFor(() => expect(board.snapshots).toHaveLength(2), 5000);
  });

  it("is cut when it sends anything else", async () => {
    const board = await joined(admin);
    const cut = new Promise((resolve) => board.socket.on("disconnect", resolve));
    board.socket.emit("join", "enterprises B");
    expect(await cut).toBe("io server disconnect");
  });

  it("is cut when its session ends, its user is shut out or sees another scope", async () => {
    const leaver = await park.signIn("anna");
    const [left, shut] = [await joined(leaver), await joined(await park.signIn("anna"))];
    const cut = (board: Dashboard) => new Promise((resolve) => board.socket.on("disconnect", resolve));
    const [firstCut, secondCut] = [cut(left), cut(shut)];
    await leaver.delete("/session");
    expect(await firstCut).toBe("io server disconnect");
    park.registry.updateUser(systemPrincipal, "anna" as UserId, { isEnabled: false }, audit);
    expect(await secondCut).toBe("io server disconnect");
  });

  it("joins by a token too", async () => {
    const { body } = await admin.post("/tokens", { name: "wall", scopes: ["read"], enterpriseId: "B" });
    const board = dashboard({}, { token: body.token });
    await vi.waitFor(
      () => expect(board.snapshots[0]?.rows.map(({ point }) => point)).toContain("B-main.activePower"),
      5000,
    );
  });
});

describe("a stranger", () => {
  it("does not join", async () => {
    expect(await refusal(dashboard({}).socket)).toBe("unauthenticated");
    expect(await refusal(dashboard({}, { token: "park_guess" }).socket)).toBe("unauthenticated");
  });

  it("does not join from a page of another site, even with a good cookie", async () => {
    const { socket } = dashboard({ Cookie: admin.cookie ?? "", Origin: "https://evil.example" });
    expect(await refusal(socket)).toContain("websocket error");
  });
});

describe("a dashboard that stops reading", () => {
  it("gets what is true when it reads again, not the queue of what was", async () => {
    const slow = await pollingDashboard();
    const board = await joined(admin);
    for (let i = 0; i < 4; i++) {
      const { value } = publish("A-main.activePower", 100 + i);
      await vi.waitFor(() => expect(board.deltas.at(-1)?.v).toEqual([value]), 5000);
    }
    const late = await slow.poll();
    expect(late.filter(({ event }) => event === "delta").length).toBeLessThanOrEqual(1);
    const after = await slow.poll();
    expect(after[0]).toMatchObject({ event: "snapshot" });
    expect(rowOf(after[0]?.data as LiveSnapshot, "A-main.activePower")?.value).toBe(103);
  });

  it("is cut when too much waits for it, and holds up nobody", async () => {
    const slow = await pollingDashboard();
    const board = await joined(admin);
    const ids = Array.from({ length: 500 }, (_, i) => `flood-${i}`);
    raise("A", ids);
    // Alerts are never skipped, so they are what piles up before a client that does not read.
    await vi.waitFor(
      () => {
        ids.forEach((id) => park.feed.publishAlert(id));
        expect(park.stats().liveSockets).toBe(1);
      },
      { timeout: 15_000, interval: 250 },
    );
    expect(board.alerts.length).toBeGreaterThan(500);
    await expect(slow.poll()).rejects.toThrow("400");
  });
});

/** A client over long polling, which reads only when told to. */
async function pollingDashboard() {
  const url = `${park.url}/socket.io/?EIO=4&transport=polling`;
  const headers = { Cookie: admin.cookie ?? "" };
  const { sid } = JSON.parse((await (await fetch(url, { headers })).text()).slice(1)) as { sid: string };
  const session = `${url}&sid=${sid}`;
  const poll = async (): Promise<{ event: string; data: unknown }[]> => {
    const answer = await fetch(session, { headers });
    if (!answer.ok) throw new Error(String(answer.status));
    const packets = (await answer.text()).split("\x1e").filter((packet) => packet.startsWith("42/live,"));
    return packets.map((packet) => {
      const [event, data] = JSON.parse(packet.slice("42/live,".length)) as [string, unknown];
      return { event, data };
    });
  };
  await fetch(session, { method: "POST", body: "40/live,", headers: { ...headers, "Content-Type": "text/plain" } });
  await vi.waitFor(async () => expect((await poll()).map(({ event }) => event)).toContain("snapshot"), 5000);
  return { poll };
}

/** Alerts of an enterprise, as ingest would raise them. */
function raise(enterprise: string, ids: readonly string[] = [`alert-${enterprise}`]): void {
  const raisedAt = Date.now();
  const changes = ids.map((alertId): AlertChange => {
    const pointId = `${enterprise}-main.activePower` as PointId;
    const where = { alertId, ruleId: `limit-${enterprise}`, pointId };
    const transition = { type: "raised" as const, ...where, raisedAt, at: raisedAt, value: 9, limit: 1 };
    return { transition, enterpriseId: enterprise as EnterpriseId, severity: "P1", late: false, recalculated: false };
  });
  park.registry.addRecalculated(systemPrincipal, changes, audit);
  ids.forEach((id) => park.feed.publishAlert(id));
}
