import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { days, minutes, systemPrincipal, type PointId } from "@smart-park/core";
import type { LiveSnapshot } from "@smart-park/core/wire";
import { registryRows } from "../../../tests/support/registry-rows.ts";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type Answer,
  type ApiUnderTest,
  type Client,
} from "../../../tests/support/api-under-test.ts";
import { isAllowedFrom } from "./wall-access.ts";

let park: ApiUnderTest;
let admin: Client;
const open: Socket[] = [];
beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  await admin.post("/alert-rules", {
    id: "limit",
    name: "功率过高",
    kind: "limit",
    points: ["A-main.activePower"],
    above: 1,
  });
});
afterEach(() => open.splice(0).forEach((socket) => socket.disconnect()));
afterAll(() => park.stop());

let walls = 0;
/** A new screen: its id, and the key of its link. */
async function letIn(more: object = {}): Promise<{ id: string; key: string }> {
  walls += 1;
  const answer = await admin.post("/walls", { id: `hall-${walls}`, name: "能碳监测中心", ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.body as { id: string; key: string };
}

/** A browser that opened the link of a new screen. */
async function aScreen(more: object = {}): Promise<{ id: string; key: string; browser: Client }> {
  const [link, browser] = [await letIn(more), park.stranger()];
  const answer = await browser.post(`/walls/${link.id}/session`, { key: link.key });
  expect(answer.status, answer.text).toBe(204);
  return { ...link, browser };
}

/** The one state that the one meter of a site is in. */
function spokenOf({ marks: [mark] }: { marks: Record<string, number>[] }): object {
  const states = (["live", "late", "offline", "none"] as const).filter((state) => mark?.[state] === 1);
  return states.length === 1 ? { [states[0] ?? ""]: 1 } : {};
}

const contentOf = (client: Client, id: string): Promise<Answer> => client.get(`/walls/${id}/content?build=b1`);

async function listen(
  id: string,
  cookie: string | null,
): Promise<{ socket: Socket; heard: LiveSnapshot[]; refused: string[] }> {
  const socket = io(`${park.url}/wall`, {
    ...{ transports: ["websocket"], reconnection: false, forceNew: true, auth: { wall: id } },
    extraHeaders: cookie === null ? {} : { Cookie: cookie },
  });
  open.push(socket);
  const [heard, refused]: [LiveSnapshot[], string[]] = [[], []];
  socket.on("snapshot", (snapshot: LiveSnapshot) => heard.push(snapshot));
  socket.on("connect_error", ({ message }) => refused.push(message));
  await vi.waitFor(() => expect(heard.length + refused.length).toBeGreaterThan(0), 5000);
  return { socket, heard, refused };
}

function publish(point: string, value: number): void {
  const reading = { pointId: point as PointId, observedAt: park.clock.now(), value, quality: "good" } as const;
  park.feed.publishReadings([reading]);
}

describe("a screen that was let in", () => {
  it("opens its link once, and from then on shows itself", async () => {
    const { id, key, browser } = await aScreen();
    const { status, body } = await contentOf(browser, id);
    expect([status, body.name, body.build]).toEqual([200, "能碳监测中心", null]);
    const second = await park.stranger().post(`/walls/${id}/session`, { key });
    expect([second.status, second.body.code]).toEqual([401, "unauthenticated"]);
  });

  it("has a cookie that no script reads and no other site sends, for as long as it is let in", async () => {
    const { id, key } = await letIn({ expiresAt: park.clock.now() + days(2) });
    const { headers } = await park.stranger().post(`/walls/${id}/session`, { key });
    const [cookie = ""] = headers.getSetCookie();
    expect(cookie).toMatch(new RegExp(`^park-wall-${id}=[\\w-]{43};`));
    for (const part of ["HttpOnly", "SameSite=Strict", "Path=/"]) expect(cookie).toContain(part);
    expect(Number(/Max-Age=(\d+)/.exec(cookie)?.[1]) / 86_400).toBeCloseTo(2, 2);
  });

  it("sees no other screen and nothing else of the API", async () => {
    const [{ browser }, other] = [await aScreen(), await aScreen()];
    for (const path of [`/walls/${other.id}/content`, "/me", "/walls", "/overview", "/meters", "/alerts", "/live"])
      expect([path, (await browser.get(path)).status]).toEqual([path, 401]);
    expect((await browser.post(`/walls/${other.id}/revoke`, {})).status).toBe(401);
  });

  it("is seen: when, where, and what page it showed", async () => {
    const { id, browser } = await aScreen();
    await contentOf(browser, id);
    const { body } = await admin.get(`/walls/${id}`);
    expect(body).toMatchObject({ state: "open", lastBuild: "b1", isCurrentBuild: null });
    expect(body.lastAddress).toMatch(/127\.0\.0\.1$/);
    expect(Date.parse(body.lastSeenAt)).toBeGreaterThan(park.clock.now() - minutes(1));
  });

  it("leaves nothing in the file but hashes, and its life is in the audit log", async () => {
    const { id, key, browser } = await aScreen();
    const secret = browser.cookie?.split("=")[1] ?? "none";
    const rows = registryRows(park.directory).join("\n");
    expect(rows).toContain(id);
    for (const word of [key, secret]) expect(rows).not.toContain(word);
    await admin.post(`/walls/${id}/revoke`, {});
    const { items } = park.registry.audit(systemPrincipal, { object: id, limit: 10 });
    expect(items.map(({ action, actor }) => [action, actor]).reverse()).toEqual([
      ["wall.create", "admin"],
      ["wall.open", `wall:${id}`],
      ["wall.revoke", "admin"],
    ]);
    expect(JSON.stringify(items)).not.toContain(key);
  });

  it("may be looked at by people of the park, without being counted as seen, and by no enterprise", async () => {
    const { id } = await aScreen();
    park.addUser(`viewer-${id}`, "enterpriseViewer", ["A"]);
    expect((await contentOf(admin, id)).status).toBe(200);
    expect((await contentOf(park.signedIn(`viewer-${id}`), id)).status).toBe(403);
    expect((await admin.get(`/walls/${id}`)).body.lastSeenAt).toBeNull();
  });
});

describe("what ends the access of a screen", () => {
  it.each<[string, (id: string) => Promise<unknown>, number, string]>([
    ["revoked", (id) => admin.post(`/walls/${id}/revoke`, {}), 401, "access_revoked"],
    ["given another link", (id) => admin.post(`/walls/${id}/link`, {}), 401, "unauthenticated"],
    ["forgotten", (id) => admin.delete(`/walls/${id}`), 401, "unauthenticated"],
    [
      "kept to another network",
      (id) => admin.patch(`/walls/${id}`, { networks: ["10.0.0.0/8"] }),
      403,
      "address_refused",
    ],
  ])("one that is %s is told so, and its live connection is cut", async (_how, end, status, code) => {
    const { id, browser } = await aScreen();
    const { socket } = await listen(id, browser.cookie);
    const startedAt = performance.now();
    await end(id);
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5000);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    const answer = await contentOf(browser, id);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await listen(id, browser.cookie)).refused).toEqual([code]);
  });

  it("its time does, and a link that nobody opened ends with it", async () => {
    const until = park.clock.now() + minutes(5);
    const [{ id, browser }, waiting] = [await aScreen({ expiresAt: until }), await letIn({ expiresAt: until })];
    const { socket } = await listen(id, browser.cookie);
    park.clock.advance(minutes(5));
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5000);
    expect((await contentOf(browser, id)).body.code).toBe("access_expired");
    const late = await park.stranger().post(`/walls/${waiting.id}/session`, { key: waiting.key });
    expect([late.status, late.body.code]).toEqual([401, "access_expired"]);
    const renewed = await admin.post(`/walls/${id}/link`, {});
    expect(renewed.status).toBe(422);
  });

  it("another link lets it in again after it was revoked", async () => {
    const { id, browser } = await aScreen();
    await admin.post(`/walls/${id}/revoke`, {});
    const { key } = (await admin.post(`/walls/${id}/link`, {})).body;
    expect((await browser.post(`/walls/${id}/session`, { key })).status).toBe(204);
    expect((await contentOf(browser, id)).status).toBe(200);
  });

  it("a link is opened only from its network, and a try from elsewhere is put on record", async () => {
    const { id, key } = await letIn({ networks: ["10.1.0.0/16"] });
    const answer = await park.stranger().post(`/walls/${id}/session`, { key });
    expect([answer.status, answer.body.code]).toEqual([403, "address_refused"]);
    const [last] = park.registry.audit(systemPrincipal, { object: id, limit: 1 }).items;
    expect([last?.action, last?.result]).toEqual(["wall.open", "denied"]);
    await admin.patch(`/walls/${id}`, { networks: ["127.0.0.0/8", "::1"] });
    expect((await park.stranger().post(`/walls/${id}/session`, { key })).status).toBe(204);
  });
});

describe("what a screen is told", () => {
  it("sums of the park once a second, and no meter's own value", async () => {
    const { id, browser } = await aScreen();
    publish("A-main.activePower", 100);
    publish("B-main.activePower", 20.5);
    const { heard } = await listen(id, browser.cookie);
    const [first] = heard;
    expect(first?.rows.map(({ point, value }) => [point, value])).toEqual([
      ["activePower", 120.5],
      ["pvPower", null],
      ["waterFlow", null],
      ["coverage", 1],
    ]);
    publish("B-main.activePower", 30.5);
    await vi.waitFor(() => expect(heard.at(-1)?.rows[0]?.value).toBe(130.5), 3000);
    expect(heard.at(-1)?.seq).toBeGreaterThan(first?.seq ?? Infinity);
  });

  it("a sum without what is old: the rest, and the share that is known", async () => {
    const { id, browser } = await aScreen();
    publish("A-main.activePower", 100);
    park.clock.advance(minutes(4));
    publish("B-main.activePower", 20.5);
    const { heard } = await listen(id, browser.cookie);
    expect(heard[0]?.rows.map(({ value }) => value)).toEqual([20.5, null, null, 0.5]);
  });

  it("names enterprises and people only where that was wanted", async () => {
    const alertId = `alert-${park.clock.now()}`;
    const raised = {
      type: "raised",
      alertId,
      ruleId: "limit",
      raisedAt: park.clock.now(),
      at: park.clock.now(),
    } as const;
    park.registry.addRecalculated(
      systemPrincipal,
      [
        {
          transition: { ...raised, pointId: "A-main.activePower" as PointId, value: 5, limit: 1 },
          ...{ enterpriseId: "A" as never, severity: "P1", late: false, recalculated: true },
        },
      ],
      { at: park.clock.now(), actor: "test", address: "local" },
    );
    await admin.post(`/alerts/${alertId}/acknowledge`, { note: "知道了" });
    const alertsOf = async (more: object) => {
      const { id, browser } = await aScreen(more);
      const { body, text } = await contentOf(browser, id);
      expect(text).not.toContain("知道了");
      return { newest: body.alerts.newest[0], enterprises: body.enterprises };
    };
    expect(await alertsOf({})).toMatchObject({
      newest: {
        title: "功率过高",
        severity: "P1",
        enterprise: { name: "企业 A" },
        isAcknowledged: true,
        acknowledgedBy: null,
      },
      enterprises: [],
    });
    expect(await alertsOf({ showEnterprises: false, showPeople: true })).toMatchObject({
      newest: { enterprise: null, acknowledgedBy: "admin" },
      enterprises: null,
    });
  });

  it("the ground with what stands on each plot summed up, and names nobody there where that was not wanted", async () => {
    const [{ id, browser }, silent] = [await aScreen(), await aScreen({ showEnterprises: false })];
    expect((await contentOf(browser, id)).body.site).toBeNull();
    const square = [
      [0, 0],
      [50, 0],
      [50, 50],
      [0, 50],
    ];
    const shapes = [
      { kind: "plot", enterpriseId: "A", outline: square },
      { kind: "building", name: "甲厂 2 号楼", outline: square },
      { kind: "road", name: "园区路", nameEn: "Park Road", outline: square },
    ];
    expect((await admin.put("/site-plan", { widthM: 100, heightM: 100, shapes })).status).toBe(200);
    expect((await contentOf(browser, id)).body.site).toBeNull();
    await admin.put("/meters/A-main/position", { x: 10, y: 20 });
    const { site } = (await contentOf(browser, id)).body;
    expect(site.marks).toEqual([
      {
        ...{ x: 10, y: 20, total: 1, severity: "P1" },
        ...{ live: 0, late: 0, offline: 0, none: 0 },
        ...spokenOf(site),
      },
    ]);
    expect(site.shapes.map(({ name }: { name: unknown }) => name)).toEqual([
      { name: "企业 A", nameEn: null },
      { name: "甲厂 2 号楼", nameEn: null },
      { name: "园区路", nameEn: "Park Road" },
    ]);
    const { body, text } = await contentOf(silent.browser, silent.id);
    expect(body.site.shapes.map(({ name }: { name: unknown }) => name)).toEqual([
      null,
      null,
      { name: "园区路", nameEn: "Park Road" },
    ]);
    expect(text).not.toMatch(/A-main|甲厂|企业 A/);
    await admin.delete("/meters/A-main/position");
  });

  it.each(["subscribe", "join", "snapshot", ""])("is cut when it says %j", async (event) => {
    const { id, browser } = await aScreen();
    const { socket } = await listen(id, browser.cookie);
    socket.emit(event, "values park");
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5000);
  });

  it("nothing without a cookie, nothing with another screen's, and nothing at all on /live", async () => {
    const [{ browser }, other] = [await aScreen(), await aScreen()];
    expect((await listen(other.id, null)).refused).toEqual(["unauthenticated"]);
    expect((await listen(other.id, browser.cookie)).refused).toEqual(["unauthenticated"]);
    const live = io(`${park.url}/live`, {
      ...{ transports: ["websocket"], reconnection: false, forceNew: true },
      extraHeaders: { Cookie: browser.cookie ?? "" },
    });
    open.push(live);
    const refusal = new Promise<string>((resolve) => live.on("connect_error", ({ message }) => resolve(message)));
    expect(await refusal).toBe("unauthenticated");
  });
});

describe("who lets screens in", () => {
  it.each([
    ["for longer than a year", { expiresAt: Date.now() + days(367) }, 422],
    ["for a time that is over", { expiresAt: Date.now() - 1 }, 422],
    ["with a scene twice", { scenes: ["energy", "energy"] }, 400],
    ["without a scene", { scenes: [] }, 400],
    ["with scenes that fly by", { sceneS: 4 }, 400],
    ["with scenes that stay for ever", { sceneS: 301 }, 400],
    ["from what is no network", { networks: ["10.0.0.0/40"] }, 400],
    ["from a name", { networks: ["hall.example"] }, 400],
  ])("is refused %s", async (_what, more, status) => {
    expect((await admin.post("/walls", { id: "refused", name: "x", ...more })).status).toBe(status);
    expect((await admin.get("/walls/refused")).status).toBe(404);
  });

  it("cannot take a name twice", async () => {
    const { id } = await letIn();
    expect((await admin.post("/walls", { id, name: "x" })).status).toBe(409);
  });

  it("changes only what was named", async () => {
    const { id } = await letIn({ scenes: ["water"], sceneS: 30 });
    const { body } = await admin.patch(`/walls/${id}`, { name: "调度室" });
    expect(body).toMatchObject({ name: "调度室", scenes: ["water"], sceneS: 30, showEnterprises: true });
  });
});

describe("an address", () => {
  it.each([
    [[], "203.0.113.9", true],
    [["10.0.0.0/8"], "10.255.0.1", true],
    [["10.0.0.0/8"], "::ffff:10.1.2.3", true],
    [["10.0.0.0/8"], "11.0.0.1", false],
    [["192.168.1.7"], "192.168.1.7", true],
    [["192.168.1.7"], "192.168.1.8", false],
    [["fd00::/8"], "fd12::1", true],
    [["fd00::/8"], "10.0.0.1", false],
    [["10.0.0.0/8"], "", false],
  ])("of %j may be %s: %s", (networks, address, isAllowed) => {
    expect(isAllowedFrom({ networks }, address)).toBe(isAllowed);
  });
});
