import { systemPrincipal } from "@smart-park/core";
import { afterAll, describe, expect, it } from "vitest";
import { startApiUnderTest, testPassword } from "../../tests/support/api-under-test.ts";
import {
  nameOf,
  samplesOf,
  toOperations,
  type Operation,
  type Sample,
} from "../../tests/support/isolation/request-samples.ts";
import { routeRows } from "../../tests/support/isolation/route-rows.ts";
import { aContract, aWaterPrice, TwoSides } from "../../tests/support/isolation/two-sides.ts";
import {
  cellChanges,
  isTold,
  pictureOf,
  plainValues,
  toldBy,
  type CellChange,
} from "../../tests/support/registry-changes.ts";

/**
 * Whatever a route changes in the registry's file, the audit log tells with its old and its new value. Made of the table
 * of routes that the running API serves and of the tables that are in the file: a new route or a new table is in it by
 * itself, and fails here by its name until it is covered.
 */
const rateLimits = { perUserPerMinute: 0, perTokenPerMinute: 0, bulkPerMinute: 0 };
const park = await startApiUnderTest({ rateLimits });
afterAll(() => park.stop());
const admin = await park.signIn("admin");
const two = new TwoSides(park, admin);
await two.build();
const operations = toOperations((await park.stranger().get("/openapi.json")).body);
const writes = operations.filter(({ method, right }) => method !== "get" && right !== "public");

/** What money, permits and rights depend on: limits, factors, ratios, tariffs, registers, settlement, quotas, rules, people. */
const audited = new Set([
  ...["enterprise", "meter", "point", "point_multiplier", "point_gas_state", "register_change"],
  ...["alert_rule", "alert_rule_point", "watch_target", "maintenance_window", "maintenance_target"],
  ...["regulated_version", "regulated_confirmation", "tariff_contract", "settlement_meter", "virtual_meter"],
  ...["supplier_bill", "activity_input", "quota", "month_closing"],
  ...["user", "user_enterprise", "token", "device", "device_meter", "service", "channel", "subscription"],
  ...["onboarding_token", "inspection", "inspection_step", "wall", "site_plan", "meter_place", "annotation"],
]);

/** Tables whose rows are no setting of somebody, and what tells of them instead. */
const toldElsewhere = new Map([
  ["alert", "its own events"],
  ["alert_event", "is itself a record of who did what"],
  ["alert_photo", "its event"],
  ["alert_rule_version", "is itself the record of every version of a rule"],
  ["command", "its own steps, each an entry"],
  ["device_import", "the devices and meters that it made"],
  ["device_import_entry", "the devices and meters that it made"],
  ["figure_rule_run", "worked out"],
  ["figure_rule_state", "worked out"],
  ["rule_state", "worked out"],
  ["heard", "worked out"],
  ["book", "counted"],
  ["engine", "where ingest stands"],
  ["outbox", "what is to be sent"],
  ["delivery", "is itself a record of what was sent"],
  ["delivery_attempt", "is itself a record of what was sent"],
  ["quarantine", "what came in"],
  ["waiting_device", "came by itself; that it was let in or refused is an entry"],
  ["former_password", "that a password was changed is an entry"],
  ["session", "sign-in and sign-out are entries"],
  ["ended_session", "follows from removing a person, which is an entry"],
  ["saved_view", "a person's own; what is shared of it is told (api/src/saved-views.test.ts)"],
  ["setting", "the platform's own"],
  ["spent_meter_id", "the meters that were removed"],
  ["zone", "a name that the meter's entry has"],
  ["migration", "the platform's own"],
  ["removed_meter", "the meter's entry when it was removed"],
]);

/** Single columns that follow from something else that is told. */
const follows = new Set([
  "maintenance_target.kind", // from the field that names the target
  "channel.secrets", // sealed anew at each write; a new secret is told by its name (api/src/notification-routes.test.ts)
  "activity_input.id",
  "inspection.state", // from its steps
  "inspection_step.inspection", // the entry's object
]);
/** Columns that say nothing of what somebody decided. */
const workedOut = new Set([
  ...["position", "version", "rowid", "number"],
  ...["last_seen_at", "last_sign_in_at", "password_changed_at"], // by whom and when is the entry itself
  ...["created_at", "created_by", "entered_at", "entered_by", "by", "at", "closed_at", "closed_by", "removed_at"],
  ...["changed_at", "changed_by"],
  ...["reopened_at", "reopened_by", "figures"], // a signed month is told by its hash
]);
/** Never told, only that there is a new one. */
const secrets = new Set(["password_hash", "secret_hash", "link_hash"]);

/** Routes that change nothing in those tables, and why. */
const [ofAlert, ofCommand] = ["an alert has its own events", "a command has its own steps"];
const ofPerson = "what a view of somebody's own holds is told to nobody";
const changesNothing = new Map<string, string>([
  ["DELETE /session", "it ends a session"],
  ["DELETE /users/{id}/sessions", "it ends sessions"],
  ["POST /telemetry", "readings"],
  ["POST /import/readings", "readings"],
  ["POST /alert-rules/backtest", "it keeps nothing"],
  ["POST /alert-rules/running-threshold", "it keeps nothing"],
  ["POST /channels/{id}/test", "it sends a message"],
  ["POST /deliveries/{id}/retry", "it sends a message again"],
  ["POST /alerts/recalculate", ofAlert],
  ["POST /alerts/acknowledge", ofAlert],
  ["POST /alerts/unacknowledge", ofAlert],
  ...["acknowledge", "unacknowledge", "assign", "comment", "shelve", "close", "photos"].map(
    (step) => [`POST /alerts/{id}/${step}`, ofAlert] as const,
  ),
  ...["POST /saved-views", "PATCH /saved-views/{id}", "DELETE /saved-views/{id}"].map(
    (route) => [route, ofPerson] as const,
  ),
  ["POST /devices/{id}/commands", ofCommand],
  ["POST /commands/{id}/cancel", ofCommand],
  ["DELETE /waiting-devices/{id}", "it forgets what came by itself"],
  ["POST /waiting-devices/{id}/refuse", "it refuses what came by itself"],
]);

const rowOf = (operation: Operation) => routeRows.get(nameOf(operation)) ?? {};
const samples = (operation: Operation): Sample[] =>
  samplesOf(operation, rowOf(operation), ({ collection }) => two.idOf("own", collection, rowOf(operation).quantity));

/** `as` = who sends it, when it is not the administrator. */
type Request = Sample & { readonly as?: string };

/** Where the matrix's own request is refused, or leaves out what goes with an object: made just before it is sent. */
const more = new Map<string, () => Promise<Request>>([
  [
    "POST /me/password",
    async () => ({ path: "/me/password", body: { current: testPassword, next: "kettle-drum-4713" }, as: "own-user" }),
  ],
  [
    "POST /inspections/{id}/reviews",
    async () => {
      const path = `/inspections/${two.idOf("own", "inspections")}`;
      await made("POST", `${path}/rectifications`, { note: "已整改" });
      return { path: `${path}/reviews`, body: { isAccepted: false, note: "未到位" } };
    },
  ],
  [
    "POST /annotations/{id}/restore",
    async () => {
      const path = `/annotations/${two.idOf("own", "annotations")}`;
      await made("DELETE", path, undefined);
      return { path: `${path}/restore`, body: {} };
    },
  ],
  [
    "DELETE /enterprises/{id}",
    async () => {
      await made("POST", "/enterprises", { id: "gone", name: "将去" });
      const rest = { source: "许可证", status: "unverified" };
      const quota = { enterpriseId: "gone", medium: "electricity", from: "2026-01-01", to: "2027-01-01", ...rest };
      await made("PUT", "/quotas/gone-quota", { ...quota, value: 4711, unit: "kWh" });
      await made("PUT", "/enterprises/gone/tariff-contracts/2026-01-01", aContract);
      await made("PUT", "/enterprises/gone/supplier-bills/electricity/2026-05", { amount: 4712, yuan: 4713 });
      const input = { enterpriseId: "gone", item: "output", period: "2024", value: 4714, unit: "万元", source: "年报" };
      await made("POST", "/activity-inputs", { inputs: [input] });
      const virtual = { name: "和", enterpriseId: "gone", kind: "electricity" };
      await made("PUT", "/virtual-meters/gone-virtual", {
        ...virtual,
        terms: [{ meterId: "own-main", coefficient: 0.25 }],
      });
      const config = { kind: "mqtt", meterId: "own-main" };
      await made("POST", "/channels", { id: "gone-hook", name: "灯", enterpriseId: "gone", config });
      await made("POST", "/subscriptions", { userId: "admin", channelId: "gone-hook" });
      await made("POST", "/annotations", { enterpriseId: "gone", from: 1777564800000, tag: "other", text: "停产" });
      await made("POST", "/tokens", { name: "gone-token", scopes: ["read"], enterpriseId: "gone" });
      return { path: "/enterprises/gone", body: undefined };
    },
  ],
  ["DELETE /meters/{id}", async () => ({ path: `/meters/${await aMeterWithAll()}`, body: undefined })],
  [
    "PATCH /meters/{id}",
    async () => ({ path: `/meters/${await aMeterWithAll()}`, body: { points: [{ quantity: "temperature" }] } }),
  ],
  [
    "POST /meters",
    async () => {
      const id = await aMeterWithAll();
      await made("DELETE", `/meters/${id}`, undefined);
      return { path: "/meters", body: { ...aMeter, id } };
    },
  ],
  [
    "POST /devices/{id}/move",
    async () => {
      const id = await aMeterWithAll();
      await made("POST", "/devices", { id: `${id}-device`, enterpriseId: "own", meterIds: [id] });
      return { path: `/devices/${id}-device/move`, body: { enterpriseId: "foreign", meters: [] } };
    },
  ],
  [
    "POST /devices/{id}/enable",
    async () => {
      await made("POST", "/devices/own-gateway/disable", {});
      return { path: "/devices/own-gateway/enable", body: {} };
    },
  ],
  [
    "PUT /regulated/{id}",
    async () => ({ path: "/regulated/water.1", body: { ...aWaterPrice, value: 3.45, documentNumber: "2026-17" } }),
  ],
  [
    "PUT /enterprises/{id}/tariff-contracts/{from}",
    async () => ({
      path: "/enterprises/own/tariff-contracts/2026-01-01",
      body: { electricity: null, waterPrice: "water.park", billingDay: 15, note: "换约" },
    }),
  ],
  [
    "PUT /settlement-meters/{id}",
    async () => ({
      path: "/settlement-meters/own-settlement",
      body: { place: "enterprise:own", kind: "electricity", meterId: "own-top", from: "2026-02-01", to: "2026-03-01" },
    }),
  ],
  [
    "DELETE /users/{id}",
    async () => {
      park.addUser("gone-user", "enterpriseAdmin", ["own"]);
      const token = { name: "gone-user-token", scopes: ["read"], enterpriseId: "own" };
      expect((await park.signedIn("gone-user").post("/tokens", token)).status).toBe(201);
      await made("POST", "/subscriptions", { userId: "gone-user", channelId: "own-hook" });
      return { path: "/users/gone-user", body: undefined };
    },
  ],
]);

async function made(method: string, path: string, body: unknown): Promise<void> {
  const { status, text } = await park.signedIn("admin").request(method, path, body);
  expect({ path, status, text }).toMatchObject({ status: expect.toSatisfy((one: number) => one < 300) });
}

const aMeter = {
  ...{ name: "将去", enterpriseId: "own", kind: "electricity" },
  points: [{ quantity: "activePower" }, { quantity: "activeEnergyImport", multiplier: 41.5 }],
};
let meters = 0;

/** A meter that has a limit, transformers, an exchange and a rule. */
async function aMeterWithAll(): Promise<string> {
  const id = `all-${++meters}`;
  await made("POST", "/meters", { ...aMeter, id });
  const target = { id: `${id}-limit`, kind: "demand", point: `${id}.activePower`, limit: 4715.5, title: "需量" };
  await made("PUT", `/watch-targets/${id}-limit`, { ...target, source: "合同", effectiveFrom: 0 });
  const register = `/points/${id}.activeEnergyImport`;
  await made("PUT", `${register}/multipliers`, { multipliers: [{ from: null, value: 43.5 }] });
  await made("PUT", `${register}/register-changes/1777564800000`, { endReading: 4716.5, startReading: 0.5 });
  await made("PUT", `/meters/${id}/position`, { x: 4.75, y: 4.25 });
  const rule = { kind: "limit", points: [`${id}.activePower`, "own-main.activePower"], above: 1e6, severity: "P3" };
  await made("POST", "/alert-rules", { id: `${id}-rule`, name: "两点", ...rule });
  return id;
}

/** Of a change one request for each field and value that may stand alone, beside the one that the matrix makes. */
function requestsOf(operation: Operation): Sample[] {
  if (operation.method !== "patch" || operation.body === null) return samples(operation);
  const properties = Object.entries((operation.body["properties"] ?? {}) as Record<string, Record<string, unknown>>);
  const each = properties.flatMap(([name, schema]) =>
    choicesOf(schema).flatMap((choice) => {
      const body = { ...operation.body, properties: { [name]: choice }, required: [name] };
      const { path } = samples(operation)[0] ?? { path: "" };
      return samplesOf({ ...operation, body }, {}, ({ collection }) => two.idOf("own", collection)).map((one) => ({
        ...one,
        path,
      }));
    }),
  );
  return [...samples(operation), ...each];
}

/** Puts back the fields that a request changed, so that the next finds what it needs. */
async function undo({ path, body }: Sample, original: Readonly<Record<string, unknown>>): Promise<void> {
  const fields = Object.keys(body as object).filter((name) => Object.hasOwn(original, name));
  const back = Object.fromEntries(fields.map((name) => [name, original[name]]));
  await park.signedIn("admin").patch(path, back);
}

async function originalOf(operation: Operation): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await park.signedIn("admin").get(samples(operation)[0]?.path ?? "");
  return status === 200 ? (body as Record<string, unknown>) : {};
}

function choicesOf(schema: Record<string, unknown>): Record<string, unknown>[] {
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value: unknown) => ({ const: value }));
  return schema["type"] === "boolean" ? [{ const: false }, { const: true }] : [schema];
}

const newestEntry = (): number => park.registry.audit(systemPrincipal, { limit: 1 }).items[0]?.id ?? 0;
const entriesAfter = (id: number) =>
  park.registry.audit(systemPrincipal, { limit: 500 }).items.filter((entry) => entry.id > id && entry.result === "ok");

/** Sends a request and gives what it changed, and of that what no entry tells. */
async function changedBy({ method, fileTypes }: Operation, { path, body, as = "admin" }: Request) {
  const [before, last] = [pictureOf(park.directory), newestEntry()];
  const type = fileTypes.find((one) => one === "text/csv") ?? fileTypes[0];
  const { status } = await park
    .signedIn(as)
    .request(method.toUpperCase(), path, body, type === undefined ? {} : { "Content-Type": type });
  const after = pictureOf(park.directory);
  const changed = cellChanges(before, after).filter((change) => isDecided(change) && !isOfGonePoint(change, after));
  const told = toldBy(entriesAfter(last));
  return { status, changed, untold: changed.filter((change) => !isWhollyTold(change, told)) };
}

const isDecided = ({ table, column }: CellChange): boolean =>
  audited.has(table) && !workedOut.has(column) && !follows.has(`${table}.${column}`);

/** A rule loses a point with the point itself, which is told. */
const isOfGonePoint = ({ table, key }: CellChange, after: ReturnType<typeof pictureOf>): boolean =>
  table === "alert_rule_point" && after.get("point")?.has(JSON.stringify([(JSON.parse(key) as string[])[1]])) !== true;

function isWhollyTold({ column, before, after }: CellChange, told: ReturnType<typeof toldBy>): boolean {
  if (secrets.has(column)) return before === null || after === null || told.after.has("changed");
  return (
    plainValues(before).every((value) => isTold(value, told.before, told)) &&
    plainValues(after).every((value) => isTold(value, told.after, told))
  );
}

describe("the tables of the registry", () => {
  it("are all either told by the audit log or named here with what tells of them", () => {
    const tables = [...pictureOf(park.directory).keys()];
    expect(tables.filter((name) => audited.has(name) === toldElsewhere.has(name))).toEqual([]);
  });
});

describe.each(writes.map((operation) => [nameOf(operation), operation] as const))("%s", (name, operation) => {
  it("tells the old and the new value of all that it changes", async () => {
    let count = 0;
    const special = await more.get(name)?.();
    const original = operation.method === "patch" ? await originalOf(operation) : {};
    for (const sample of [...(special === undefined ? [] : [special]), ...requestsOf(operation)]) {
      const { status, changed, untold } = await changedBy(operation, sample);
      expect({ sample, status, untold }).toEqual({ sample, status, untold: [] });
      count += changed.length;
      if (operation.method === "patch" && sample !== special) await undo(sample, original);
      await two.repair("own");
    }
    const isExpected = count > 0 !== changesNothing.has(name);
    expect({ name, count, isExpected }).toEqual({ name, count, isExpected: true });
  });
});
