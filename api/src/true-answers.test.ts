import { systemPrincipal, type DeviceId, type EnterpriseId, type PointId, type Reading } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";
import { addWaitingDevice } from "../../tests/support/waiting-device.ts";
import type { Route } from "./define-route.ts";
import { toSchema } from "./openapi.ts";
import { plainNumber } from "./plain-numbers.ts";
import { allRoutes } from "./routes/index.ts";

let park: ApiUnderTest;
let admin: Client;
let document: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- a document is looked into
let alertId: string;

const at = (local: string): number => Date.parse(`${local}+08:00`);
const [from, to] = [at("2026-01-01T00:00:00"), at("2026-02-01T00:00:00")];

/** Every route that gives something to look at. */
const getters = allRoutes.filter(
  ({ method, path, answer }) => method === "get" && answer !== null && path !== "/metrics",
);
const isFigure = ({ access }: Route): boolean => access === "readings.read" || access === "alerts.read";

/** Numbers with more digits than anything is measured to, as sums of binary fractions have. */
function noisy(json: string): number[] {
  const found: number[] = [];
  JSON.parse(json, (_key, value: unknown) => {
    if (typeof value === "number" && value !== plainNumber(value)) found.push(value);
  });
  return found;
}

/** Needs what only another room makes. */
const outOfReach = new Map([
  ["/meters/{id}/messages", "the journal of edge"],
  ["/deliveries/{id}/attempts", "a delivery of notify"],
]);
/** Figure routes without a sheet, and why. */
const noSheet = new Map([
  ["/overview", "one page's summary; its figures have routes of their own"],
  ["/live", "the snapshot that a live connection begins with"],
  ["/figures/today", "stands in rows of meters, whose page gives them as a sheet"],
  ["/readings/last-hour", "drawn, not read; /readings has the sheet"],
  ["/alerts/{id}", "one row of /alerts"],
  ["/alert-rules", "settings, no figures"],
  ["/alert-rules/templates", "settings, no figures"],
  ["/maintenance-windows", "settings, no figures"],
  ["/maintenance-windows/{id}", "settings, no figures"],
  ["/alert-rules/{id}", "settings, no figures"],
]);
/** A park without a leak and without a reading that was overwritten. */
const mayBeEmpty = new Set(["/figures/leaks", "/figures/corrections", "/points/{id}/replaced-readings"]);
/** Readings as sent, lists of what is odd about them, alerts and signatures are no figures of a time that can be closed. */
const noClosing =
  /^\/(alerts|figures\/(anomalies|corrections|today)|readings|month-closings|points\/\{id\}\/(replaced-)?readings|enterprises\/\{id\}\/month-closings)/;

const pointOf = (path: string): string => {
  if (path.endsWith("-means")) return "stack.nox";
  return path.endsWith("night-flow") ? "A-water.waterVolume" : "A-main.activeEnergyImport";
};
const newcomer = "newcomer" as DeviceId;
const ids = new Map<string, string>([
  ["enterprises", "A"],
  ["meters", "A-main"],
  ["devices", "A-gateway"],
  ["users", "anna"],
  ["walls", "hall"],
  ["alert-rules", "high"],
  ["maintenance-windows", "works"],
  ["waiting-devices", newcomer],
]);
const idIn = (path: string): string => {
  const [, kind = ""] = path.split("/");
  return kind === "points" ? pointOf(path) : kind === "alerts" ? alertId : (ids.get(kind) ?? "");
};
const values = new Map<string, string | number>([
  ["from", from],
  ["to", to],
  ["month", "2026-01"],
  ["kind", "electricity"],
  ["enterprise", "A"],
  ["points", "A-main.activePower,A-water.waterVolume"],
  ["meters", "A-main,A-water"],
  ["of", "quota"],
]);
const more = new Map([
  ["/figures/registers", "&meter=A-main"],
  ["/figures/consumption", "&step=1d&compare=previous"],
  ["/readings", "&step=1d"],
]);

/** A request that the route answers: everything it requires, with a value that this park knows. */
function requestTo({ path, query }: Route): string {
  const { required = [] } = toSchema(query, "input") as { required?: string[] };
  const asked = required.map((name) => {
    if (!values.has(name)) throw new Error(`${path} requires ${name}: give it a value here`);
    return `${name}=${values.get(name)}`;
  });
  const filled = path.replace("{id}", idIn(path)).replace("{month}", "2026-01");
  return `${filled}?${asked.join("&")}${more.get(path) ?? ""}`;
}

async function fill(pointId: string, stepMs: number, valueAt: (step: number) => number): Promise<void> {
  const rows: Reading[] = [];
  for (let t = from, step = 0; t <= to; t += stepMs, step++)
    rows.push({ pointId: pointId as PointId, observedAt: t, receivedAt: t, value: valueAt(step), quality: "good" });
  await park.store.append(rows);
}

/** Everything there is a route for, in January 2026; it is the 3rd of February. */
beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "Asia/Shanghai" });
  park.clock.advance(at("2026-02-03T12:00:00") - park.clock.now());
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("anna", "enterpriseViewer", ["A"]);
  const meter = { enterpriseId: "A", intervalS: 900 };
  const points = (...quantities: string[]) => quantities.map((quantity) => ({ quantity }));
  const add = (id: string, kind: string, quantities: string[], extra = {}) =>
    admin.post("/meters", { ...meter, id, name: id, kind, points: points(...quantities), ...extra });
  await add("pv", "pv", ["pvEnergy", "activeEnergyExport"]);
  await add("battery", "storage", ["activeEnergyImport", "activeEnergyExport"]);
  await add("pile", "electricity", ["activeEnergyImport"], { purpose: "charging", parentId: "A-main" });
  await add("stack", "emission", ["nox", "oxygen"], { intervalS: 600 });
  const quarter = 900_000;
  await fill("A-main.activeEnergyImport", quarter, (step) => 100 * step);
  await fill("A-main.activePower", quarter, (step) => (step === 2000 ? 900 : 400));
  await fill("A-water.waterVolume", quarter, (step) => step);
  await fill("pv.pvEnergy", quarter, (step) => 10 * step);
  await fill("pv.activeEnergyExport", quarter, (step) => 2 * step);
  await fill("battery.activeEnergyImport", quarter, (step) => 5 * step);
  await fill("battery.activeEnergyExport", quarter, (step) => 4 * step);
  await fill("pile.activeEnergyImport", quarter, (step) => step);
  await fill("stack.nox", 600_000, () => 60);
  await fill("stack.oxygen", 600_000, () => 8);
  const limit = { kind: "hourlyMean", point: "stack.nox", limit: 100, title: "NOx", source: "排污许可证" };
  await admin.put("/watch-targets/nox", { ...limit, id: "nox", effectiveFrom: 0, referenceOxygen: 6 });
  const electricity = { region: "hunan", holidays: null, energyPrice: "hunan.110kV", basic: null, powerFactor: null };
  const contract = {
    enterpriseId: "A" as EnterpriseId,
    effectiveFrom: "2025-01-01",
    electricity,
    billingDay: 1,
    note: "",
  };
  park.registry.putTariffContract(systemPrincipal, { ...contract, demandMode: "interval", waterPrice: null }, audit);
  await admin.put("/quotas/water", {
    ...{ enterpriseId: "A", medium: "water", from: "2026-01-01", to: "2027-01-01" },
    ...{ value: 50_000, unit: "m³", source: "取水许可", status: "verified" },
  });
  const rule = { id: "high", name: "high", kind: "limit", points: ["A-main.activePower"], above: 800, severity: "P2" };
  await admin.post("/alert-rules", rule);
  await admin.post("/alerts/recalculate", { from, to });
  const scope = { meterIds: ["A-main"] };
  await admin.post("/maintenance-windows", { id: "works", scope, from, to, kind: "maintenance", reason: "检修" });
  alertId = (await admin.get("/alerts")).body.items[0]?.id ?? "";
  await addWaitingDevice(park, newcomer, 1);
  const { body: command } = await admin.post("/devices/A-gateway/commands", { command: "restart", params: { s: 1 } });
  ids.set("commands", command.id as string);
  const finding = { enterpriseId: "A", topic: "outlet", finding: "采样口无标识", dueOn: "2026-02-01" };
  const { body: inspection } = await admin.post("/inspections", finding);
  ids.set("inspections", inspection.id as string);
  const { body: annotation } = await admin.post("/annotations", { meterId: "A-main", from, tag: "data", text: "换表" });
  ids.set("annotations", annotation.id as string);
  await admin.post("/saved-views", { name: "缺数据", path: "/live?state=missing" });
  await admin.post("/walls", { id: "hall", name: "大厅" });
  await admin.post("/enterprises/A/month-closings", { month: "2026-01" });
  document = (await park.stranger().get("/openapi.json")).body;
}, 120_000);
afterAll(() => park.stop());

const named = (routes: readonly Route[]) => routes.map((route) => ({ path: route.path, route }));
const reachable = getters.filter(({ path }) => !outOfReach.has(path));
const figures = reachable.filter(isFigure);

describe("the OpenAPI document", () => {
  it.each(named(reachable))("says truly what GET $path answers", async ({ path, route }) => {
    const { schema } = document.paths[path].get.responses["200"].content["application/json"];
    const answer = await admin.get(requestTo(route));
    expect(answer.status, answer.text).toBe(200);
    expect(z.fromJSONSchema(schema).safeParse(answer.body).error).toBeUndefined();
    if (route.isFigure) expect(noisy(answer.text)).toEqual([]);
    // A list that is empty would prove nothing of what stands in it.
    if (isFigure(route))
      for (const list of ["items", "groups", "rows", "meters", "plants", "nodes", "registers"])
        if (!mayBeEmpty.has(path) && Array.isArray(answer.body[list])) expect(answer.body[list], list).not.toEqual([]);
  });
});

describe("figures", () => {
  it("all come as sheets, but for those that give a reason", () => {
    const without = getters.filter((route) => isFigure(route) && !route.hasTable).map(({ path }) => path);
    expect(without.sort()).toEqual([...noSheet.keys()].sort());
  });

  it.each(named(figures.filter(({ hasTable }) => hasTable)))("GET $path gives its sheet", async ({ path, route }) => {
    const csv = await admin.get(`${requestTo(route)}&format=csv`);
    expect(csv.status, csv.text).toBe(200);
    const [header = "", ...lines] = csv.text.replace("\uFEFF", "").trimEnd().split("\r\n");
    const rows = lines.filter((line) => !line.startsWith("#"));
    if (!mayBeEmpty.has(path)) expect(rows).not.toEqual([]);
    if (!noClosing.test(path)) expect(csv.text).toMatch(/状态/);
    for (const row of rows) expect(row.split(",").length).toBeGreaterThanOrEqual(header.split(",").length);
    const xlsx = await admin.get(`${requestTo(route)}&format=xlsx`);
    expect(xlsx.status).toBe(200);
  });

  it.each(
    named(figures.filter(({ path }) => !noClosing.test(path) && !noSheet.has(path) && path !== "/figures/leaks")),
  )("GET $path says whether its months are closed", async ({ path, route }) => {
    const { body } = await admin.get(requestTo(route));
    const of = path === "/figures/quotas" ? body.items[0] : body;
    const state = of.figureState ?? of.state;
    expect(["estimated", "closed"]).toContain(state);
    // A's January is signed; B's is not, and what is asked up to now or by the year goes beyond it.
    const isMore = /consumption|figures\/comparison|balance|standard-coal|carbon|quotas|night-flow|advice/.test(path);
    expect(state).toBe(isMore ? "estimated" : "closed");
  });
});
