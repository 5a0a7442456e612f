import { systemPrincipal, type AlertChange, type EnterpriseId, type PointId, type Reading } from "@smart-park/core";
import type { AlertBody, AlertRuleBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setUpDefaultRules } from "../../platform/src/default-rules.ts";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

const [minute, hour] = [60_000, 3_600_000];
const power = "A-main.activePower";
let park: ApiUnderTest;
let admin: Client;
let anna: Client;
let bert: Client;
let sequence = 0;

beforeAll(async () => {
  park = await startApiUnderTest({ photoMaxBytes: 40_000 });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  for (const [name, id] of [
    ["anna", "A"],
    ["bert", "B"],
  ] as const)
    park.addUser(name, "enterpriseOperator", [id]);
  await admin.post("/alert-rules", rule);
  [anna, bert] = [await park.signIn("anna"), await park.signIn("bert")];
}, 120_000);
afterAll(() => park.stop());

const iso = (at: number): string => new Date(at).toISOString();
const rule = { id: "r", kind: "limit", points: [power], above: 100, severity: "P2" };

/** What ingest would keep: the transitions, and a tick. */
async function keep(changes: readonly AlertChange[], tickAt: number): Promise<void> {
  const number = ++sequence;
  await park.ledger.commit({
    position: { journalId: "j", sequence: number, segment: 1, offset: number },
    quarantined: [],
    books: [],
    alerts: changes,
    ruleStates: [],
    clock: { upMs: 0, lastTickAt: tickAt },
    heard: [],
    audits: [],
    commandNews: [],
  });
}

const change = (
  type: "raised" | "cleared",
  raisedAt: number,
  { at = raisedAt, point = power, ruleId = "r", value = 150, limit = 100 } = {},
): AlertChange => ({
  transition: {
    type,
    alertId: `${ruleId}~${point}~${raisedAt.toString(36)}`,
    ruleId,
    pointId: point as PointId,
    raisedAt,
    at,
    value,
    limit,
  },
  enterpriseId: "A" as EnterpriseId,
  severity: "P2",
  late: false,
  recalculated: false,
});

async function episode(from: number, to: number, given: Parameters<typeof change>[2] = {}): Promise<string> {
  await keep([change("raised", from, given), change("cleared", from, { ...given, at: to })], to);
  return change("raised", from, given).transition.alertId;
}

async function fill(point: string, from: number, values: readonly number[], stepMs = 15 * minute): Promise<void> {
  const rows = values.map((value, i): Reading => {
    const observedAt = from + i * stepMs;
    return { pointId: point as PointId, observedAt, receivedAt: observedAt, value, quality: "good" };
  });
  await park.store.append(rows);
}

const detail = async (id: string) => (await admin.get(`/alerts/${encodeURIComponent(id)}`)).body;

describe("what was over the limit since an alert began", () => {
  /** 02:30 on the park's clock: a valley in every month. */
  const from = Date.UTC(2026, 0, 12, 18, 30);

  it("is energy in kWh and money by the contract in force, from the readings between beginning and end", async () => {
    const price = { sharp: 9, peak: 9, flat: 9, valley: 0.5, deepValley: 9 };
    park.registry.putRegulated(
      systemPrincipal,
      {
        id: "test.2026",
        kind: "energyPrice",
        subject: "test",
        name: "试验电价",
        unit: "元/kWh",
        value: { form: "allIn", yuanPerKwh: price, governmentFund: { yuanPerKwh: 0, isIncluded: true } },
        effectiveFrom: null,
        effectiveTo: null,
        source: "合同",
        documentNumber: null,
        status: "unverified",
      },
      audit,
    );
    const quarters = [150, 160, 100, 130, 500].flatMap((value) => Array<number>(15).fill(value));
    await fill(power, from, quarters, minute);
    const id = await episode(from, from + hour);
    const unpriced = (await detail(id)).excess;
    expect(unpriced).toMatchObject({ amount: expect.closeTo(35), unit: "kWh", yuan: null, priceReason: "noPrice" });
    const electricity = { region: "hunan", holidays: null, energyPrice: "test", basic: null, powerFactor: null };
    const contract = await admin.put("/enterprises/A/tariff-contracts/2026-01-01", { electricity });
    expect([contract.status, contract.text]).toEqual([200, contract.text]);
    expect((await detail(id)).excess).toMatchObject({
      amount: expect.closeTo((50 + 60 + 0 + 30) / 4),
      unit: "kWh",
      reason: null,
      yuan: expect.closeTo(35 * 0.5),
      priceReason: null,
      from: expect.stringContaining("02:30:00"),
    });
  });

  it("is kilograms at an outlet: concentration above the limit times the flow; and says why it cannot be said", async () => {
    const quantities = ["nox", "noxCorrected", "flueGasFlow", "oxygen"];
    const points = quantities.map((quantity) => ({ quantity }));
    const outlet = { id: "DA1", name: "DA1", enterpriseId: "A", kind: "emission", intervalS: 900, points };
    expect((await admin.post("/meters", outlet)).status).toBe(201);
    expect((await admin.post("/meters", { ...outlet, id: "DA2", points: [{ quantity: "nox" }] })).status).toBe(201);
    const all = ["DA1.nox", "DA1.noxCorrected", "DA2.nox", "A-main.activeEnergyImport"];
    await admin.post("/alert-rules", { ...rule, id: "mg", points: all });
    await fill("DA1.nox", from, [150, 120, 80, 110]);
    await fill("DA1.noxCorrected", from, [150, 120, 80, 110]);
    await fill("DA2.nox", from, [150]);
    await fill("DA1.flueGasFlow", from, [200_000, 100_000, 100_000, 100_000]);
    const excessOf = async (point: string, given = {}) =>
      (await detail(await episode(from, from + hour, { point, ruleId: "mg", ...given }))).excess;
    const kg = (50 * 200_000 + 20 * 100_000 + 10 * 100_000) / 4 / 1e6;
    expect(await excessOf("DA1.nox")).toMatchObject({
      amount: expect.closeTo(kg, 9),
      unit: "kg",
      yuan: null,
      priceReason: "notPriced",
      knownShare: 1,
    });
    expect(await excessOf("DA1.noxCorrected")).toMatchObject({ amount: null, reason: "noReference" });
    const limit = { id: "da1", kind: "hourlyMean", point: "DA1.noxCorrected", limit: 200, referenceOxygen: 3.5 };
    const said = { title: "NOx", source: "permit", effectiveFrom: "2020-01-01T00:00:00+08:00", status: "verified" };
    const put = await admin.put("/watch-targets/da1", { ...limit, ...said });
    expect([put.status, put.text]).toEqual([200, put.text]);
    expect(await excessOf("DA1.noxCorrected")).toMatchObject({ amount: null, reason: "noOxygen" });
    await fill("DA1.oxygen", from, [3.5, 3.5, 3.5, 3.5]);
    expect(await excessOf("DA1.noxCorrected")).toMatchObject({ amount: expect.closeTo(kg, 9), unit: "kg" });
    expect(await excessOf("DA2.nox")).toMatchObject({ amount: null, reason: "noFlow" });
    expect(await excessOf("A-main.activeEnergyImport")).toMatchObject({ amount: null, reason: "quantity" });
  });

  it("is null with the reason for a silence, and for a value below its limit", async () => {
    await admin.post("/alert-rules", { id: "s", kind: "silence", points: [power], afterS: 60 });
    await admin.post("/alert-rules", { ...rule, id: "low", below: 100, above: null });
    const silent = await episode(from, from + hour, { ruleId: "s" });
    const low = await episode(from, from + hour, { ruleId: "low", value: 50 });
    const missing = await episode(from - hour, from - hour / 2, { ruleId: "low", value: 150 });
    await admin.delete("/alert-rules/s");
    expect((await detail(silent)).excess).toMatchObject({ amount: null, reason: "kind", yuan: null });
    expect((await detail(low)).excess).toMatchObject({ amount: null, reason: "below" });
    expect((await detail(missing)).excess).toMatchObject({ amount: null, reason: "noData" });
  });
});

describe("repeats", () => {
  it("within eight hours are one row with a count", async () => {
    const start = park.clock.now() - 480 * hour;
    const starts = [0, 5, 12, 30].map((hours) => start + hours * hour);
    for (const at of starts) await episode(at, at + minute);
    const all = (await admin.get("/alerts?grouped=true&limit=500")).body.items as AlertBody[];
    const grouped = all.filter(({ raisedAt }) => starts.includes(Date.parse(raisedAt)));
    expect(grouped.map(({ raisedAt, repeats }) => [Date.parse(raisedAt), repeats])).toEqual([
      [starts[3], 1],
      [starts[2], 3],
    ]);
    const row = (await admin.get(`/alerts?group=${encodeURIComponent(grouped[1]?.groupId ?? "")}`)).body.items;
    expect(row.map((alert: AlertBody) => Date.parse(alert.raisedAt))).toEqual([starts[2], starts[1], starts[0]]);
  });
});

describe("several alerts at once", () => {
  it("are acknowledged each by itself: what is closed, missing or somebody else's is named and hinders nothing", async () => {
    const at = park.clock.now() - 40 * hour;
    const ids: string[] = [];
    for (const n of [0, 1, 2]) ids.push(await episode(at + n * 9 * hour, at + n * 9 * hour + minute));
    const [first = "", second = "", closed = ""] = ids;
    await admin.post(`/alerts/${encodeURIComponent(first)}/acknowledge`, { note: "earlier" });
    expect((await admin.post(`/alerts/${encodeURIComponent(closed)}/close`, { code: "real" })).status).toBe(200);
    const { status, body } = await anna.post("/alerts/acknowledge", { ids: [...ids, "no-such"], note: "on it" });
    expect([status, body]).toEqual([
      200,
      {
        acknowledged: [first, second],
        skipped: [
          { id: closed, code: "conflict" },
          { id: "no-such", code: "not_found" },
        ],
      },
    ]);
    const known = async (id: string) => (await anna.get(`/alerts/${encodeURIComponent(id)}`)).body as AlertBody;
    expect((await known(first)).acknowledged).toMatchObject({ by: "admin", note: "earlier" });
    expect((await known(second)).acknowledged).toMatchObject({ by: "anna", note: "on it" });
    const foreign = await bert.post("/alerts/acknowledge", { ids: [second] });
    expect(foreign.body).toEqual({ acknowledged: [], skipped: [{ id: second, code: "not_found" }] });
    expect((await anna.post("/alerts/acknowledge", { ids: [] })).status).toBe(400);
  });

  it("are taken back within 10 s by who acknowledged them: the others are named; each is told live", async () => {
    const at = park.clock.now() - 200 * hour;
    const ids: string[] = [];
    for (const n of [0, 1, 2, 3]) ids.push(await episode(at + n * 9 * hour, at + n * 9 * hour + minute));
    const [first = "", second = "", hers = "", touched = ""] = ids;
    await admin.post("/alerts/acknowledge", { ids: [hers] });
    await anna.post("/alerts/acknowledge", { ids, note: "on it" });
    await anna.post(`/alerts/${encodeURIComponent(touched)}/comment`, { note: "valve" });
    const heard: string[] = [];
    park.feed.onAlert((alert) => heard.push(alert));
    const { status, body } = await anna.post("/alerts/unacknowledge", { ids: [...ids, "no-such"] });
    expect([status, body]).toEqual([
      200,
      {
        unacknowledged: [first, second],
        skipped: [
          { id: hers, code: "forbidden" },
          { id: touched, code: "conflict" },
          { id: "no-such", code: "not_found" },
        ],
      },
    ]);
    expect(heard).toEqual([first, second]);
    const path = `/alerts/${encodeURIComponent(first)}`;
    expect((await anna.get(path)).body.acknowledged).toBeNull();
    expect((await anna.post(`${path}/acknowledge`, {})).body.acknowledged).toMatchObject({ by: "anna" });
    expect((await bert.post(`${path}/unacknowledge`, {})).status).toBe(404);
    expect((await admin.post(`${path}/unacknowledge`, {})).status).toBe(403);
    park.clock.advance(10_001);
    expect((await anna.post(`${path}/unacknowledge`, {})).status).toBe(409);
    expect((await anna.get(path)).body.acknowledged).toMatchObject({ by: "anna" });
  });
});

describe("maintenance windows", () => {
  it("keep an alert quiet, visibly, for the enterprise that made them, and tell it when cut short", async () => {
    const now = park.clock.now();
    const window = { scope: { meterIds: ["A-main"] }, from: iso(now - hour), to: iso(now + hour), kind: "maintenance" };
    expect((await anna.post("/maintenance-windows", window)).status).toBe(400);
    const foreign = { ...window, scope: { meterIds: ["B-main"] }, reason: "x" };
    expect((await anna.post("/maintenance-windows", foreign)).status).toBe(404);
    const made = await anna.post("/maintenance-windows", { ...window, reason: "更换变压器" });
    expect(made.body).toMatchObject({ createdBy: "anna", scope: { meterIds: ["A-main"], points: [] } });
    const { id } = made.body;
    expect((await bert.get(`/maintenance-windows/${id}`)).status).toBe(404);
    expect((await bert.patch(`/maintenance-windows/${id}`, { to: iso(now) })).status).toBe(404);
    expect((await bert.get("/maintenance-windows")).body.items).toEqual([]);
    await keep([change("raised", now - minute)], now - minute);
    const [quiet] = (await anna.get("/alerts?suppressed=true")).body.items as AlertBody[];
    expect(quiet).toMatchObject({
      state: "active",
      suppressed: { windowId: id, kind: "maintenance", reason: "更换变压器" },
    });
    const idsIn = async (query: string): Promise<string[]> =>
      (await anna.get(`/alerts?${query}`)).body.items.map((alert: AlertBody) => alert.id);
    expect(await idsIn("state=active")).toContain(quiet?.id);
    expect(await idsIn("suppressed=false")).not.toContain(quiet?.id);
    expect(await idsIn("state=unacknowledged")).not.toContain(quiet?.id);
    const told = () =>
      park.deliveries
        .waitingNotices(100)
        .flatMap(({ notice }) => (notice.alertId === quiet?.id ? notice.transition : []));
    expect(told()).toEqual([]);
    const heard: string[] = [];
    park.feed.onAlert((alert) => heard.push(alert));
    expect((await anna.patch(`/maintenance-windows/${id}`, { to: iso(now) })).status).toBe(200);
    expect(told()).toEqual(["raised"]);
    expect(heard).toEqual([quiet?.id]);
    const events = (await anna.get(`/alerts/${encodeURIComponent(quiet?.id ?? "")}/events`)).body.items;
    expect(events.map(({ action }: { action: string }) => action)).toEqual(["raised", "suppressed", "announced"]);
    expect((await anna.delete(`/maintenance-windows/${id}`)).status).toBe(204);
    expect((await admin.get("/maintenance-windows")).body.items).toEqual([]);
  });
});

describe("photos", () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 9, 9]);
  const webp = new Uint8Array([...Buffer.from("RIFF"), 4, 0, 0, 0, ...Buffer.from("WEBP"), 7]);
  let path: string;

  beforeAll(async () => {
    const now = park.clock.now() - 20 * hour;
    await keep([change("raised", now)], now);
    path = `/alerts/${encodeURIComponent(change("raised", now).transition.alertId)}/photos`;
  });
  const add = (who: Client, bytes: Uint8Array, type = "image/png", note = "") =>
    who.post(`${path}${note && `?note=${encodeURIComponent(note)}`}`, bytes, { "Content-Type": type });

  it("are kept with a comment and given to who sees the alert, to download, as what they are", async () => {
    const kept = await add(anna, png, "image/png", "阀门漏水");
    expect([kept.status, kept.body]).toEqual([
      201,
      { id: kept.body.id, type: "image/png", bytes: 11, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    const events = (await anna.get(path.replace("/photos", "/events"))).body.items;
    expect(events.at(-1)).toMatchObject({ by: "anna", action: "comment", note: "阀门漏水", photoId: kept.body.id });
    const url = `${park.url}/api/v1${path}/${kept.body.id}`;
    const answer = await fetch(url, { headers: { Cookie: anna.cookie ?? "" } });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "x-content-type-options": "nosniff",
      "content-disposition": expect.stringMatching(/^attachment;/),
    });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(png);
    const foreign = await fetch(url, { headers: { Cookie: bert.cookie ?? "" } });
    expect(foreign.status).toBe(404);
    expect((await add(bert, png)).status).toBe(404);
  });

  it.each([
    ["JPEG", jpeg, "image/jpeg", 201, "image/jpeg"],
    ["WebP", webp, "image/webp", 201, "image/webp"],
    ["a JPEG that calls itself PNG, as what it is", jpeg, "image/png", 201, "image/jpeg"],
    [
      "a page that calls itself PNG",
      new Uint8Array(Buffer.from("<script>alert(1)</script>")),
      "image/png",
      415,
      undefined,
    ],
    ["SVG", new Uint8Array(Buffer.from("<svg/>")), "image/svg+xml", 415, undefined],
    ["nothing", new Uint8Array(0), "image/png", 415, undefined],
  ])("take %s by its first bytes", async (_name, bytes, type, status, kept) => {
    const answer = await add(anna, bytes, type);
    expect([answer.status, answer.body.type]).toEqual([status, status === 201 ? kept : "about:blank"]);
  });

  it("are bounded each and together", async () => {
    const most = 10 * 1024 * 1024;
    const statusOf = async (bytes: number): Promise<number> => {
      const big = new Uint8Array(bytes);
      big.set(png);
      return (await add(anna, big)).status;
    };
    // Short enough to be looked at, but there is no more room for it.
    expect([await statusOf(most - 1), await statusOf(most), await statusOf(most + 1)]).toEqual([422, 422, 413]);
    const large = new Uint8Array(25_000);
    large.set(jpeg);
    expect((await add(anna, large)).status).toBe(201);
    expect((await add(anna, large)).status).toBe(422);
  });
});

describe("rules by template", () => {
  it("are listed with what they cover, by kind of meter", async () => {
    const { items } = (await anna.get("/alert-rules/templates")).body;
    const kinds = new Set(
      items.flatMap(({ covers }: { covers: { meterKinds: string[] | null } | null }) => covers?.meterKinds ?? []),
    );
    for (const kind of ["electricity", "water", "gas", "steam", "pv", "emission"]) expect(kinds).toContain(kind);
    expect(items.find(({ id }: { id: string }) => id === "silence")).toMatchObject({ default: true, needs: [] });
  });

  it("cover the points there are and those added later, and need what no value fits", async () => {
    const missing = await admin.post("/alert-rules/from-template", { template: "electricity-power-high" });
    expect([missing.status, missing.body.detail]).toEqual([422, expect.stringContaining("above")]);
    const made = await admin.post("/alert-rules/from-template", {
      template: "electricity-power-high",
      id: "high",
      above: 900,
    });
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({
        id: "high",
        kind: "limit",
        above: 900,
        severity: "P3",
        onDelayS: 180,
        points: [],
        covers: { meterKinds: ["electricity"], quantities: ["activePower"], enterpriseId: null, meterId: null },
        coveredPoints: 1, // of two: a rule of the kind names the other one
        template: "electricity-power-high",
        default: false,
      }),
    ]);
    const points = [{ quantity: "activePower" }, { quantity: "voltageA" }];
    await admin.post("/meters", { id: "C", name: "C", enterpriseId: "A", kind: "electricity", points });
    expect((await admin.get("/alert-rules/high")).body.coveredPoints).toBe(2);
    expect((await park.ledger.rules()).find(({ id }) => id === "high")?.points).toContain("C.activePower");
    const named = await admin.post("/alert-rules/from-template", {
      template: "electricity-power-high",
      points: ["B-main.activePower"],
      above: 5,
    });
    expect(named.body).toMatchObject({ points: ["B-main.activePower"], covers: null });
    expect((await admin.get("/alert-rules/high")).body.coveredPoints).toBe(1);
    expect((await anna.post("/alert-rules/from-template", { template: "silence" })).status).toBe(403);
  });
});

describe("the rules of a new park", () => {
  const silence = async (): Promise<AlertRuleBody> => (await admin.get("/alert-rules/default-silence")).body;
  let points: number;
  beforeEach(() => {
    setUpDefaultRules(park.registry, park.clock);
    points = [...park.registry.current().points()].length;
  });

  it("watch every point for silence, after three of its intervals, and say that they are default", async () => {
    expect(await silence()).toMatchObject({
      kind: "silence",
      afterIntervals: 3,
      default: true,
      coveredPoints: points,
      points: [],
    });
    const list = (await admin.get("/alert-rules?limit=100")).body.items as AlertRuleBody[];
    expect(list.filter(({ default: isDefault }) => isDefault).length).toBeGreaterThan(3);
    const [rule] = (await park.ledger.rules()).filter(({ id }) => id === "default-silence");
    expect(rule?.points).toHaveLength(points);
  });

  it("leave a point to a rule of the same kind that names it, while that is switched on", async () => {
    const covered = async (): Promise<number | null | undefined> => (await silence()).coveredPoints;
    await admin.post("/alert-rules", { id: "own", kind: "silence", points: [power], afterS: 3600, enabled: false });
    expect(await covered()).toBe(points);
    await admin.patch("/alert-rules/own", { enabled: true });
    expect(await covered()).toBe(points - 1);
    await admin.patch("/alert-rules/own", { enabled: false });
    expect(await covered()).toBe(points);
    await admin.patch("/alert-rules/own", { enabled: true });
    await admin.delete("/alert-rules/own");
    expect(await covered()).toBe(points);
  });

  it("keep a point, and its alert, while somebody tries a rule of the same kind that is off", async () => {
    const now = park.clock.now();
    const raised = change("raised", now, { ruleId: "default-silence" });
    await keep([raised], now);
    await admin.post("/alert-rules", { id: "own", kind: "silence", points: [power], afterS: 3600, enabled: false });
    const everywhere = { template: "silence", id: "own-cover", enabled: false };
    expect((await admin.post("/alert-rules/from-template", everywhere)).status).toBe(201);
    expect(await silence()).toMatchObject({ coveredPoints: points });
    expect(await detail(raised.transition.alertId)).toMatchObject({ state: "active" });
    for (const id of ["own", "own-cover"]) await admin.delete(`/alert-rules/${id}`);
  });

  it("leave the points of a kind of meter to a rule by template", async () => {
    await admin.post("/alert-rules/from-template", {
      template: "silence",
      id: "water",
      covers: { meterKinds: ["water"] },
      severity: "P1",
    });
    expect(await silence()).toMatchObject({ coveredPoints: points - 2 });
    expect((await admin.get("/alert-rules/water")).body).toMatchObject({ coveredPoints: 2, severity: "P1" });
  });

  it("end the alert of a point that they leave", async () => {
    const now = park.clock.now();
    await keep([change("raised", now, { ruleId: "default-silence" })], now);
    await admin.post("/alert-rules", { id: "own", kind: "silence", points: [power], afterS: 3600 });
    const id = change("raised", now, { ruleId: "default-silence" }).transition.alertId;
    expect(await detail(id)).toMatchObject({ state: "cleared" });
  });

  it("stay as somebody left them: changed, switched off or deleted", async () => {
    await admin.patch("/alert-rules/default-silence", { enabled: false, afterIntervals: 5 });
    expect((await admin.delete("/alert-rules/default-night-flow")).status).toBe(204);
    setUpDefaultRules(park.registry, park.clock);
    expect(await silence()).toMatchObject({
      enabled: false,
      afterIntervals: 5,
      default: true,
      coveredPoints: points - 3,
    });
    expect((await admin.get("/alert-rules/default-night-flow")).status).toBe(404);
  });
});
