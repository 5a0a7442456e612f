import { systemPrincipal } from "@smart-park/core";
import { afterAll, describe, expect, it } from "vitest";
import { startApiUnderTest, type Answer } from "../../tests/support/api-under-test.ts";
import {
  nameOf,
  samplesOf,
  toOperations,
  type Operation,
  type Sample,
} from "../../tests/support/isolation/request-samples.ts";
import { routeRows } from "../../tests/support/isolation/route-rows.ts";
import { TwoSides } from "../../tests/support/isolation/two-sides.ts";

/** What must hold for every route that changes something: made of the table of routes, so that a new one is in it by itself. */
const rateLimits = { perUserPerMinute: 0, perTokenPerMinute: 0, bulkPerMinute: 0 };
const park = await startApiUnderTest({ rateLimits });
afterAll(() => park.stop());
const admin = await park.signIn("admin");
const two = new TwoSides(park, admin);
await two.build();
const operations = toOperations((await park.stranger().get("/openapi.json")).body);
const writes = operations.filter(({ method, right }) => method !== "get" && right !== "public");
const table = (list: readonly Operation[]) => list.map((operation) => [nameOf(operation), operation] as const);

const rowOf = (operation: Operation) => routeRows.get(nameOf(operation)) ?? {};
const ownRequests = (operation: Operation): Sample[] =>
  samplesOf(operation, rowOf(operation), ({ collection }) => two.idOf("own", collection, rowOf(operation).quantity));

const send = ({ method, fileTypes }: Operation, { path, body }: Sample, headers = {}, who = "admin"): Promise<Answer> =>
  park.signedIn(who).request(method.toUpperCase(), path, body, {
    ...(fileTypes.length > 0 && { "Content-Type": fileTypes.find((type) => type === "text/csv") ?? "image/png" }),
    ...headers,
  });

const entries = () => park.registry.audit(systemPrincipal, { limit: 500 }).items;
const newestEntry = (): number => entries()[0]?.id ?? 0;

let freshAlerts = 0;
/** Only the first acknowledgement counts, and only an own one just given is taken back: of an alert that nobody had yet. */
async function ofFreshAlert(name: string, sample: Sample): Promise<Sample> {
  if (!name.endsWith("acknowledge")) return sample;
  const id = `own-fresh-alert-${++freshAlerts}`;
  await two.raiseAlert("own", id);
  const path = sample.path.replace("own-alert", id);
  if (!name.endsWith("/unacknowledge")) return { ...sample, path };
  await admin.post("/alerts/acknowledge", { ids: [id] });
  return path === sample.path ? { path, body: { ids: [id] } } : { ...sample, path };
}

/** Routes that change nothing that is kept beside readings. */
const unaudited = new Map([
  ["POST /alert-rules/backtest", "it keeps nothing"],
  ["POST /alert-rules/running-threshold", "it keeps nothing"],
  ["POST /telemetry", "the journal keeps every batch with its sender; books count it"],
]);

describe.each(table(writes))("%s", (name, operation) => {
  it("stands in the audit log with who did it, also when it was refused", async () => {
    for (const sample of ownRequests(operation)) {
      const asked = await ofFreshAlert(name, sample);
      const last = newestEntry();
      const { status, text } = await send(operation, asked);
      await two.repair("own");
      if (unaudited.has(name)) continue;
      const added = entries().filter(({ id, actor }) => id > last && actor === "admin");
      const isKept = added.length > 0 || (status === 409 && rowOf(operation).refusal !== undefined);
      expect({ name, status, text, isKept }).toEqual({ name, status, text, isKept: true });
    }
    const last = newestEntry();
    await send(operation, ownRequests(operation)[0] ?? { path: "", body: {} }, {}, "own-user");
    if (["signed-in", "subscriptions.own", "views.own"].includes(operation.right)) return; // everybody may
    const denied = entries().filter(({ id }) => id > last);
    expect(denied).toMatchObject([{ actor: "own-user", action: operation.right, result: "denied" }]);
  });

  it("is refused from a page of another site and as a form", async () => {
    const [sample] = ownRequests(operation);
    if (sample === undefined) throw new Error("no sample");
    for (const headers of [
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
    ])
      expect((await send(operation, sample, headers)).status, JSON.stringify(headers)).toBe(403);
    for (const type of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""])
      expect((await send(operation, { ...sample, body: "a=1" }, { "Content-Type": type })).status, type).toBe(415);
  });
});

const hasClosedBody = (operation: Operation): boolean =>
  operation.body !== null && operation.body["additionalProperties"] === false;
const withAlternatives = (operation: Operation): boolean =>
  operation.body !== null && (operation.body["oneOf"] ?? operation.body["anyOf"]) !== undefined;

describe.each(table(writes.filter(({ body }) => body !== null)))("the body of %s", (name, operation) => {
  it("takes no field that was not declared", async () => {
    if (name === "POST /telemetry") return; // its fields are the meters' ids
    expect([name, hasClosedBody(operation) || withAlternatives(operation)]).toEqual([name, true]);
    for (const extra of ["role", "isAdmin", "createdBy", "passwordHash", "scope", "tenantId"])
      for (const { path, body } of ownRequests(operation)) {
        const given = body as Record<string, unknown>; // samples of JSON bodies are objects
        if (extra in given || Object.keys(operation.body?.["properties"] ?? {}).includes(extra)) continue;
        const answer = await send(operation, { path, body: { ...given, [extra]: "parkAdmin" } });
        expect([name, extra, answer.status]).toEqual([name, extra, 400]);
      }
  });

  it("reaches no prototype", async () => {
    const poison = `{"isPolluted":true,"role":"parkAdmin","enterpriseIds":null}`;
    for (const { path, body } of ownRequests(operation)) {
      const text = JSON.stringify(body);
      const inner = text.replaceAll("{", `{"__proto__":${poison},`).replaceAll(",}", "}");
      const outer = `{"constructor":{"prototype":${poison}},${text.slice(1)}`.replaceAll(",}", "}");
      for (const payload of [inner, outer]) {
        const { status } = await send(operation, { path, body: payload });
        await two.repair("own");
        expect([name, status < 500]).toEqual([name, true]);
      }
    }
    expect(({} as { isPolluted?: boolean }).isPolluted).toBeUndefined();
    expect((await park.signedIn("own-user").get("/me")).body).toMatchObject({ role: "enterpriseViewer" });
  });
});

describe.each(table(operations.filter(({ method, right }) => method === "get" && right !== "public")))(
  "%s",
  (name, operation) => {
    it("takes no question that was not declared", async () => {
      const [sample] = ownRequests(operation);
      const path = sample?.path ?? "";
      for (const extra of ["tenant=foreign", "enterprise_id=foreign", "__proto__=x", "constructor=x"]) {
        const { status } = await send(operation, {
          path: `${path}${path.includes("?") ? "&" : "?"}${extra}`,
          body: undefined,
        });
        expect([name, extra, status]).toEqual([name, extra, 400]);
      }
    });
  },
);

describe("what changes a figure", () => {
  const main = "own-main.activeEnergyImport";
  const quota = { enterpriseId: "own", medium: "electricity", from: "2026-01-01", to: "2027-01-01", unit: "kWh" };
  const rest = { source: "x", status: "unverified" };
  const target = { id: "t", kind: "demand", point: "own-main.activePower", title: "x", ...rest, effectiveFrom: 0 };
  const contract = { electricity: null, waterPrice: "water.park" };
  it.each([
    {
      of: "a limit of a rule",
      method: "PATCH",
      path: "/alert-rules/own-rule",
      field: "forS",
      values: [60, 90],
      more: {},
    },
    {
      of: "a limit that is watched",
      method: "PUT",
      path: "/watch-targets/t",
      field: "limit",
      values: [5, 6],
      more: target,
    },
    { of: "a quota", method: "PUT", path: "/quotas/q", field: "value", values: [5, 6], more: { ...quota, ...rest } },
    {
      of: "a tariff",
      ...{ method: "PUT", path: "/enterprises/own/tariff-contracts/2025-01-01", field: "billingDay", values: [1, 15] },
      more: contract,
    },
    {
      of: "a transformer's ratio",
      ...{ method: "PUT", path: `/points/${main}/multipliers`, field: "multipliers" },
      values: [[{ from: null, value: 40 }], [{ from: null, value: 60 }]],
      more: {},
    },
  ])("keeps the old and the new value of $of", async ({ method, path, field, values, more }) => {
    const [old, now] = values;
    for (const value of values) {
      const { status, text } = await admin.request(method, path, { ...more, [field]: value });
      expect([status, text]).toEqual([200, expect.anything()]);
    }
    const detail = JSON.parse(entries()[0]?.detail ?? "{}") as Record<string, unknown>;
    expect(detail).toEqual({ [field]: [old, now] });
  });
});

describe("what leaves as a file", () => {
  it("stands in the audit log", async () => {
    await admin.get("/meters/own-main");
    const last = newestEntry();
    expect((await admin.get("/quotas?format=csv")).status).toBe(200);
    expect(entries().filter(({ id }) => id > last)).toMatchObject([
      { actor: "admin", action: "export", object: "/api/v1/quotas", detail: `{"format":"csv"}` },
    ]);
  });
});

describe("the audit log", () => {
  it("is searched by who, what, when and how it ended", async () => {
    const found = (await admin.get("/audit?actor=own-user&result=denied&limit=5")).body.items;
    expect(found).toHaveLength(5);
    expect(new Set(found.map(({ actor, result }: Record<string, string>) => `${actor} ${result}`))).toEqual(
      new Set(["own-user denied"]),
    );
    const exports = (await admin.get("/audit?action=export&object=%2Fapi%2Fv1%2Fquotas")).body.items;
    expect(exports).toHaveLength(1);
    const at = encodeURIComponent(exports[0].at as string);
    expect((await admin.get(`/audit?action=export&from=${at}`)).body.items).toHaveLength(1);
    expect((await admin.get(`/audit?action=export&to=${at}`)).body.items).toHaveLength(0);
    expect((await admin.get("/audit?enterprise=own&limit=1")).body.items).toMatchObject([{ enterpriseId: "own" }]);
    const ofRules = (await admin.get("/audit?action=rule.&limit=500")).body.items as { action: string }[];
    expect(ofRules.length).toBeGreaterThan(3);
    expect(ofRules.filter(({ action }) => !action.startsWith("rule."))).toEqual([]);
    expect((await admin.get("/audit?action=rule&limit=1")).body.items).toEqual([]);
  });

  it("goes out as a sheet and is whole from its first entry on", async () => {
    const sheet = await admin.get("/audit?format=csv&limit=3");
    expect(sheet.text.split("\n")[0]).toContain("序号,时间,操作人");
    expect(sheet.text).toContain("仅含最新的 3 条");
    const whole = await admin.get("/audit?format=csv&limit=50000&action=export");
    const { items } = (await admin.get("/audit?limit=50000&action=export")).body;
    expect(whole.text).not.toContain("仅含最新");
    expect(whole.text.split("\n").filter((line) => line.includes(",export,"))).toHaveLength(items.length - 1);
    const { body } = await admin.get("/audit/verify");
    expect(body).toMatchObject({ brokenAt: null, isKnown: null, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(body.entries).toBeGreaterThan(100);
    await admin.get("/meters/none");
    expect((await admin.get(`/audit/verify?hash=${body.head}`)).body).toMatchObject({ brokenAt: null, isKnown: true });
    const other = "0".repeat(64);
    expect((await admin.get(`/audit/verify?hash=${other}`)).body).toMatchObject({ brokenAt: null, isKnown: false });
  });
});
