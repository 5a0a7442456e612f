import { createHash, randomBytes } from "node:crypto";
import {
  hours,
  systemPrincipal,
  wallState,
  type DeviceId,
  type EnterpriseId,
  type IngestLedger,
  type MeterId,
  type PointId,
  type Principal,
  type UserId,
} from "@smart-park/core";
import { audit, type ApiUnderTest, type Client } from "../api-under-test.ts";
import { addWaitingDevice } from "../waiting-device.ts";

/** Two enterprises that have one of everything, under ids that begin with their side's name. */
export const sides = ["own", "foreign"] as const;
export type Side = (typeof sides)[number];

/** What the screen of a side shows of itself. */
export const wallSecret = (side: Side): string => `${side}-wall-secret`;
const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");

const day = "2026-01-01";
const exchangedAt = Date.parse("2026-05-01T00:00:00+08:00");
const momentOf = (date: string) => ({ from: `${date}T00:00:00+08:00` });
const waterSide = ["waterFlow", "waterVolume"];

/** Makes all that is not there, or not there any more. */
export class TwoSides {
  readonly #park: ApiUnderTest;
  readonly #admin: Client;
  /** Ids that the product gives, by side and collection. */
  readonly #given = new Map<string, string>();
  #sequence = 0;

  constructor(park: ApiUnderTest, admin: Client) {
    this.#park = park;
    this.#admin = admin;
  }

  async build(): Promise<void> {
    for (const side of sides) await this.#history(side);
    for (const side of sides) await this.repair(side);
    await this.#shared();
  }

  /** What the park has that names things of both sides. */
  async #shared(): Promise<void> {
    const mains = sides.map((side) => `${side}-main`);
    const points = mains.map((id) => `${id}.activePower`);
    const terms = mains.map((meterId) => ({ meterId, coefficient: 1 }));
    const virtual = { name: "园区", kind: "electricity" };
    await this.#put("/virtual-meters/park-both", { ...virtual, terms });
    // Which it is made of stands in another one.
    await this.#put("/virtual-meters/park-sum", { ...virtual, terms: [{ meterId: "park-both", coefficient: 1 }] });
    await this.#put("/virtual-meters/park-mixed", { ...virtual, enterpriseId: "own", terms });
    const rule = { kind: "limit", points, above: 1e6, severity: "P3" };
    await this.#post("/alert-rules", { id: "park-rule", name: "园区规则", ...rule });
    const range = { from: `${day}T00:00:00+08:00`, to: `${day}T01:00:00+08:00` };
    const window = { id: "park-window", kind: "stopped", reason: "园区", ...range };
    await this.#post("/maintenance-windows", { ...window, scope: { enterpriseIds: sides, meterIds: mains, points } });
    await this.#post("/annotations", { tag: "other", text: "own 与 foreign 同时停电", ...momentOf(day) });
    await this.#post("/saved-views", { name: "园区 foreign", path: "/alerts?ent=foreign", isShared: true });
  }

  async #history(side: Side): Promise<void> {
    await this.#meters(side);
    const readings = ["2026-04-01", "2026-05-01", "2026-06-01"].map((date, n) => ({
      ts: `${date}T00:00:00+08:00`,
      values: { activePower: side === "own" ? 111.25 : 777.25, activeEnergyImport: 1000 * n },
    }));
    await this.#post("/import/readings", { meterId: `${side}-main`, readings });
  }

  async #meters(side: Side): Promise<void> {
    if (!this.#has("enterprises", side)) await this.#post("/enterprises", { id: side, name: `企业 ${side}` });
    await this.#meter(side, `${side}-top`, "electricity", ["activePower"]);
    await this.#meter(side, `${side}-main`, "electricity", ["activePower", "activeEnergyImport"]);
    await this.#meter(side, `${side}-water`, "water", waterSide);
    await this.#meter(side, `${side}-gas`, "gas", ["gasVolume"]);
    await this.#meter(side, `${side}-stack`, "emission", ["nox"]);
  }

  /** Puts back what a test took away from a side. */
  async repair(side: Side): Promise<void> {
    const { registry } = this.#park;
    const [main, all] = [`${side}-main`, systemPrincipal];
    const point = `${main}.activePower`;
    if (!registry.regulatedVersions().some(({ id }) => id === "water.1"))
      await this.#put("/regulated/water.1", aWaterPrice);
    await this.#meters(side);
    const device = registry.devices(all).find(({ id }) => id === `${side}-gateway`);
    if (device === undefined)
      await this.#post("/devices", { id: `${side}-gateway`, enterpriseId: side, meterIds: [main] });
    else if (!device.isEnabled) await this.#post(`/devices/${side}-gateway/enable`, {});
    if (!registry.services(all).some(({ id }) => id === `${side}-service`))
      await this.#post("/services", { id: `${side}-service` });
    this.#user(side);
    if (registry.rule(all, `${side}-rule`) === null) {
      const condition = { kind: "stuck", points: [point], runningPoint: point, forS: 60 };
      await this.#post("/alert-rules", { id: `${side}-rule`, name: `${side} 规则`, ...condition });
    }
    if (!this.#has("watchTargets", `${side}-watch`)) {
      const target = { kind: "demand", point, limit: 100, title: "需量", source: side, effectiveFrom: 0 };
      await this.#put(`/watch-targets/${side}-watch`, { id: `${side}-watch`, ...target });
    }
    if (!this.#has("channels", `${side}-hook`)) {
      const config = { kind: "mqtt", meterId: main };
      await this.#post("/channels", { id: `${side}-hook`, name: side, enterpriseId: side, config });
    }
    if (registry.maintenanceWindow(all, `${side}-window`) === null) {
      const window = { id: `${side}-window`, scope: { meterIds: [main] }, kind: "stopped", reason: side };
      const range = { from: `${day}T00:00:00+08:00`, to: `${day}T01:00:00+08:00` };
      await this.#post("/maintenance-windows", { ...window, ...range });
    }
    await this.#inputs(side);
    await this.#alert(side);
    await this.#photo(side);
    await this.#token(side);
    await this.#subscription(side);
    await this.#deviceImport(side);
    await this.#waiting(side);
    await this.#command(side);
    await this.#inspection(side);
    await this.#annotation(side);
    await this.#savedView(side);
    await this.#wall(side);
    await this.#place(side);
  }

  /** A remark on a chart of a meter. */
  async #annotation(side: Side): Promise<void> {
    const id = this.#given.get(`${side} annotations`);
    if (id !== undefined && this.#park.registry.annotation(systemPrincipal, id) !== null) return;
    const about = { enterpriseId: side, meterId: `${side}-main`, tag: "data", text: `${side} 换表` };
    const { body } = await this.#admin.post("/annotations", { ...about, ...momentOf(day) });
    this.#given.set(`${side} annotations`, body.id as string);
  }

  /** The own side's is shared by the park's people, the other's belongs to its own person. */
  async #savedView(side: Side): Promise<void> {
    const owner = side === "own" ? "admin" : `${side}-user`;
    const principal: Principal = {
      ...{ kind: "user", id: owner as UserId, tokenScopes: null },
      ...(side === "own"
        ? { role: "parkAdmin", scope: "all" }
        : { role: "enterpriseViewer", scope: new Set([side as EnterpriseId]) }),
    };
    const { registry } = this.#park;
    const id = this.#given.get(`${side} saved-views`);
    if (registry.savedViews(principal).some((view) => view.id === id && view.isShared === (side === "own"))) return;
    const view = { name: `${side} 视图`, path: `/alerts?ent=${side}`, isShared: side === "own" };
    this.#given.set(`${side} saved-views`, registry.createSavedView(principal, view, audit).id);
  }

  /** The ground of both sides, and where a side's meter stands on it. */
  async #place(side: Side): Promise<void> {
    const { registry } = this.#park;
    if (registry.sitePlan(systemPrincipal)?.widthM !== aSitePlan.widthM) await this.#put("/site-plan", aSitePlan);
    const place = { meterId: `${side}-main`, x: side === "own" ? 30.5 : 130.25, y: 40.5 };
    const known = registry.meterPlaces(systemPrincipal).find(({ meterId }) => meterId === place.meterId);
    if (known?.x !== place.x || known.y !== place.y)
      await this.#put(`/meters/${place.meterId}/position`, { x: place.x, y: place.y });
  }

  /** A finding that is to be put right. */
  async #inspection(side: Side): Promise<void> {
    const id = this.#given.get(`${side} inspections`);
    const known = id === undefined ? null : this.#park.registry.inspection(systemPrincipal, id);
    if (known?.steps.length === 0) return;
    const finding = { topic: "outlet", finding: `${side} 排口`, dueOn: day };
    const about = { enterpriseId: side, meterId: `${side}-stack` };
    const { body } = await this.#admin.post("/inspections", { ...about, ...finding });
    this.#given.set(`${side} inspections`, body.id as string);
  }

  /** A screen that was opened and may read. */
  async #wall(side: Side): Promise<void> {
    const { registry, clock } = this.#park;
    const id = `${side}-wall`;
    const known = registry.wall(systemPrincipal, id);
    if (known === null) await this.#post("/walls", { id, name: side });
    else if (wallState(known, clock.now()) === "open") return;
    const link = hashSecret(`${side} link`);
    registry.renewWallLink(systemPrincipal, id, link, audit);
    registry.openWall(link, hashSecret(wallSecret(side)), audit);
  }

  /** A command that waits for its device. */
  async #command(side: Side): Promise<void> {
    const id = this.#given.get(`${side} commands`);
    const known = id === undefined ? null : this.#park.registry.command(systemPrincipal, id);
    if (known?.state === "accepted") return;
    const order = { command: side, params: { side }, expiresAt: this.#park.clock.now() + hours(23) };
    const { body } = await this.#admin.post(`/devices/${side}-gateway/commands`, order);
    this.#given.set(`${side} commands`, body.id as string);
  }

  /** A device that waits, and a token by which it came. */
  async #waiting(side: Side): Promise<void> {
    const { registry } = this.#park;
    const tokens = registry.onboardingTokens(systemPrincipal);
    if (!tokens.some(({ id }) => id === this.#given.get(`${side} onboarding-tokens`))) {
      const { body } = await this.#admin.request("POST", "/onboarding-tokens", { name: side });
      this.#given.set(`${side} onboarding-tokens`, body.id as string);
    }
    const id = `${side}-waiting` as DeviceId;
    const known = registry.waitingDevice(systemPrincipal, id);
    if (known?.state === "waiting") return;
    if (known !== null) await this.#expect([204], "DELETE", `/waiting-devices/${id}`, {});
    if (registry.device(systemPrincipal, id) !== null) await this.#expect([204], "DELETE", `/devices/${id}`, {});
    this.#sequence += 1;
    await addWaitingDevice(this.#park, id, this.#sequence);
  }

  /** One whose credentials nobody fetched yet. */
  async #deviceImport(side: Side): Promise<void> {
    const { registry } = this.#park;
    const known = registry
      .deviceImports(systemPrincipal)
      .find(({ id }) => id === this.#given.get(`${side} device-imports`));
    if (known?.issuedAt === null) return;
    this.#sequence += 1;
    const id = `${side}-bulk-${this.#sequence}`;
    const sheet = `enterprise,meter,name,kind,points,device\n${side},${id},${side},electricity,activePower,${id}`;
    const { body } = await this.#admin.request("POST", "/devices/import", sheet, { "Content-Type": "text/csv" });
    this.#given.set(`${side} device-imports`, body.importId as string);
  }

  #user(side: Side): void {
    const { registry } = this.#park;
    const id = `${side}-user` as UserId;
    const user = registry.users(systemPrincipal).find((one) => one.id === id);
    if (user === undefined) this.#park.addUser(id, "enterpriseViewer", [side]);
    else if (user.mustChangePassword) registry.updateUser(systemPrincipal, id, { mustChangePassword: false }, audit);
  }

  async #inputs(side: Side): Promise<void> {
    const { registry } = this.#park;
    const [main, all, owner] = [`${side}-main`, systemPrincipal, side as EnterpriseId];
    if (!this.#has("quotas", `${side}-quota`)) {
      const quota = { medium: "electricity", from: day, to: "2027-01-01", value: 9, unit: "kWh", source: side };
      await this.#put(`/quotas/${side}-quota`, { enterpriseId: side, status: "unverified", ...quota });
    }
    if (!this.#has("settlementMeters", `${side}-settlement`)) {
      const settlement = { place: `enterprise:${side}`, kind: "electricity", meterId: main, from: day };
      await this.#put(`/settlement-meters/${side}-settlement`, settlement);
    }
    if (!this.#has("virtualMeters", `${side}-virtual`)) {
      const terms = [{ meterId: main, coefficient: 1 }];
      await this.#put(`/virtual-meters/${side}-virtual`, {
        name: side,
        enterpriseId: side,
        kind: "electricity",
        terms,
      });
    }
    if (registry.tariffContracts(all, owner).length === 0)
      await this.#put(`/enterprises/${side}/tariff-contracts/${day}`, aContract);
    if (!registry.supplierBills(all).some(({ enterpriseId, month }) => enterpriseId === owner && month === "2026-05"))
      await this.#put(`/enterprises/${side}/supplier-bills/electricity/2026-05`, { amount: 1, yuan: 1 });
    const { registerChanges = [] } = registry.current().point(`${main}.activeEnergyImport` as PointId) ?? {};
    if (registerChanges.length === 0) {
      const change = { endReading: 1000, startReading: 1000 };
      await this.#put(`/points/${main}.activeEnergyImport/register-changes/${exchangedAt}`, change);
    }
    const closings = registry.monthClosings(all, { enterpriseId: owner, month: "2026-05" });
    if (!closings.some(({ reopened }) => reopened === null))
      await this.#post(`/enterprises/${side}/month-closings`, { month: "2026-05" });
    const input = { item: "output", period: "2024", value: 1, unit: "万元", source: side };
    if (!registry.activityInputs(all).some(({ enterpriseId }) => enterpriseId === owner))
      await this.#post("/activity-inputs", { inputs: [{ enterpriseId: side, ...input }] });
  }

  #has(
    list: "enterprises" | "users" | "watchTargets" | "channels" | "quotas" | "settlementMeters" | "virtualMeters",
    id: string,
  ): boolean {
    const objects: readonly { readonly id: string }[] = this.#park.registry[list](systemPrincipal);
    return objects.some((one) => one.id === id);
  }

  /** The id of a side's object. Other words give the id of something that is not there. */
  idOf(side: string, collection: string, quantity = "activePower"): string {
    const given = this.#given.get(`${side} ${collection}`);
    if (given !== undefined) return given;
    const name = names.get(collection);
    if (name !== undefined) return name(side, quantity);
    throw new Error(`there is no object of the collection "${collection}" in the matrix: add one to two-sides.ts`);
  }

  async #meter(side: string, id: string, kind: string, quantities: readonly string[]): Promise<void> {
    const known = this.#park.registry.meter(systemPrincipal, id as MeterId);
    const points = quantities.map((quantity) => ({ quantity }));
    if (known === null) await this.#post("/meters", { id, name: `表 ${id}`, enterpriseId: side, kind, points });
    else if (known.points.length !== points.length)
      await this.#expect([200], "PATCH", `/meters/${id}`, { points, parentId: null });
  }

  /** An alert as ingest would raise it, of the side's rule and main meter. */
  raiseAlert(side: Side, alertId = `${side}-alert`): Promise<void> {
    const now = this.#park.clock.now();
    const raised = { type: "raised", alertId, ruleId: `${side}-rule`, raisedAt: now, at: now } as const;
    const figures = { pointId: `${side}-main.activePower` as PointId, value: 120, limit: 100 };
    return this.#ingest({
      alerts: [
        {
          transition: { ...raised, ...figures },
          enterpriseId: side as EnterpriseId,
          ...{ severity: "P2", late: false, recalculated: false },
        },
      ],
    });
  }

  async #ingest(news: Partial<Parameters<IngestLedger["commit"]>[0]>): Promise<void> {
    this.#sequence += 1;
    await this.#park.database.ledger.commit({
      position: { journalId: "j", sequence: this.#sequence, segment: 1, offset: this.#sequence },
      ...{ quarantined: [], books: [], alerts: [], ruleStates: [], heard: [], audits: [], commandNews: [] },
      clock: { upMs: 0, lastTickAt: null },
      ...news,
    });
  }

  /** An alert with a delivery that gave up, as ingest and the notifier would leave them, and a test of its channel. */
  async #alert(side: Side): Promise<void> {
    if (this.#given.has(`${side} deliveries`)) return this.#giveUp(side);
    const now = this.#park.clock.now();
    await this.raiseAlert(side);
    await this.#ingest({
      quarantined: [
        {
          ...{ receivedAt: now, source: "mqtt", enterpriseId: side as EnterpriseId, deviceId: null, topic: side },
          ...{ payload: new TextEncoder().encode(side), reason: "malformed", detail: "", count: 1 },
        },
      ],
      books: [{ enterpriseId: side as EnterpriseId, ...aBook }],
    });
    const { deliveries } = this.#park.database;
    const planned = [
      { channelId: `${side}-hook`, address: "", kind: "raised", nextAt: now, waitsFor: "turn" },
    ] as const;
    for (const { id: noticeId } of deliveries.waitingNotices(9)) deliveries.plan([{ noticeId, planned }], now);
    const found = this.#park.registry.deliveries(systemPrincipal, { alertId: `${side}-alert`, limit: 1 }).items[0];
    this.#given.set(`${side} deliveries`, String(found?.id));
    this.#giveUp(side);
    await this.#expect([200], "POST", `/channels/${side}-hook/test`, {});
  }

  #giveUp(side: Side): void {
    const id = Number(this.#given.get(`${side} deliveries`));
    const attempt = { at: 1, tookMs: 1, isOk: false, detail: `no answer to ${side}` };
    this.#park.database.deliveries.record([{ id, state: "dead", nextAt: null }], attempt);
  }

  async #photo(side: Side): Promise<void> {
    if (this.#given.has(`${side} photos`)) return;
    const photo = await this.#admin.request("POST", `/alerts/${side}-alert/photos?note=${side}`, aPhoto, {
      "Content-Type": "image/png",
    });
    if (photo.status !== 201) throw new Error(`photo: ${photo.status} ${photo.text}`);
    this.#given.set(`${side} photos`, photo.body.id as string);
  }

  async #token(side: Side): Promise<void> {
    const { registry } = this.#park;
    const isIt = ({ name }: { name: string }): boolean => name === `${side}-token`;
    if (!registry.tokens(systemPrincipal).some(isIt))
      await this.#post("/tokens", { name: `${side}-token`, scopes: ["read"], enterpriseId: side });
    this.#given.set(`${side} tokens`, registry.tokens(systemPrincipal).find(isIt)?.id ?? "");
  }

  async #subscription(side: Side): Promise<void> {
    const userId = `${side}-user`;
    const known = this.#park.registry
      .subscriptions(systemPrincipal, true)
      .find(({ owner }) => "userId" in owner && owner.userId === userId);
    const made = known ?? (await this.#admin.post("/subscriptions", { userId, channelId: `${side}-hook` })).body;
    this.#given.set(`${side} subscriptions`, made.id as string);
  }

  async #post(path: string, body: object): Promise<void> {
    await this.#expect([200, 201, 409], "POST", path, body);
  }
  async #put(path: string, body: object): Promise<void> {
    await this.#expect([200, 201], "PUT", path, body);
  }
  async #expect(statuses: readonly number[], method: string, path: string, body: object): Promise<void> {
    const answer = await this.#admin.request(method, path, body);
    if (!statuses.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  }
}

const metersOfQuantities = new Map([
  ["waterFlow", "water"],
  ["waterVolume", "water"],
  ["nox", "stack"],
  ["gasVolume", "gas"],
]);
const meterOf = (side: string, quantity: string): string => `${side}-${metersOfQuantities.get(quantity) ?? "main"}`;

const names = new Map<string, (side: string, quantity: string) => string>([
  ["new", (side) => `${side}-new-${randomBytes(6).toString("hex")}`],
  ["enterprises", (side) => side],
  ["meters", (side) => `${side}-main`],
  ["parents", (side) => `${side}-top`],
  ["points", (side, quantity) => `${meterOf(side, quantity)}.${quantity}`],
  ["users", (side) => `${side}-user`],
  ["devices", (side) => `${side}-gateway`],
  ["device-imports", (side) => `i-${side}`],
  ["commands", (side) => `c-${side}`],
  ["inspections", (side) => `n-${side}`],
  ["waiting-devices", (side) => `${side}-waiting`],
  ["onboarding-tokens", (side) => `t-${side}`],
  ["annotations", (side) => `a-${side}`],
  ["saved-views", (side) => `v-${side}`],
  ["walls", (side) => `${side}-wall`],
  ["services", (side) => `${side}-service`],
  ["channels", (side) => `${side}-hook`],
  ["alerts", (side) => `${side}-alert`],
  ["alert-rules", (side) => `${side}-rule`],
  ["maintenance-windows", (side) => `${side}-window`],
  ["watch-targets", (side) => `${side}-watch`],
  ["quotas", (side) => `${side}-quota`],
  ["settlement-meters", (side) => `${side}-settlement`],
  ["virtual-meters", (side) => `${side}-virtual`],
  ["places", (side) => `enterprise:${side}`],
  ["regulated", (side) => (side === "own" ? "water.1" : `${side}.1`)],
  ["tokens", (side) => `${side}-token`],
  ["subscriptions", (side) => `s-${side}`],
  ["photos", () => "0".repeat(24)],
  ["deliveries", () => "999999"],
]);

const aPlot = (side: Side, left: number) => ({
  ...{ kind: "plot", name: `地块 ${side}`, nameEn: null, enterpriseId: side },
  outline: [
    [left, 10],
    [left + 80, 10],
    [left + 80, 90],
  ],
});
const aSitePlan = {
  widthM: 200,
  heightM: 150,
  shapes: [
    aPlot("own", 10),
    aPlot("foreign", 110),
    { ...aPlot("foreign", 110), kind: "building", name: "foreign 库", enterpriseId: null },
  ],
};

/** One pixel. */
export const aPhoto = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

const aBook = { received: 1, stored: 0, duplicate: 0, overwritten: 0, quarantined: 1, rejected: 0 };

export const aWaterPrice = {
  id: "water.1",
  kind: "number",
  subject: "water.park",
  name: "自来水价",
  value: 3.2,
  unit: "元/m³",
  effectiveFrom: day,
  effectiveTo: null,
  source: "供水合同",
  documentNumber: null,
  status: "unverified",
};

export const aContract = {
  electricity: {
    region: "hunan",
    holidays: null,
    energyPrice: "hunan.110kV",
    basic: null,
    powerFactor: null,
  },
  waterPrice: "water.park",
};
