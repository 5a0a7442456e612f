import { monitorEventLoopDelay } from "node:perf_hooks";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";
import { report } from "../../tests/support/report.ts";
import { registryRows } from "../../tests/support/registry-rows.ts";
import { fileTypes, toFile } from "./spreadsheet/file-answer.ts";

let park: ApiUnderTest;
let admin: Client;
beforeAll(async () => {
  park = await startApiUnderTest({ rateLimits: { perUserPerMinute: 0, perTokenPerMinute: 0, bulkPerMinute: 0 } });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
});
afterAll(() => park.stop());

const keys = "enterprise,meter,name,kind,points,interval,zone,workshop,parent,multiplier,side,modulus,device".split(
  ",",
);
type Row = Partial<Record<string, string | number>>;
const toCsv = (rows: readonly Row[]): string =>
  [keys.join(","), ...rows.map((row) => keys.map((key) => row[key] ?? "").join(","))].join("\r\n");
const aRow = (id: string, more: Row = {}): Row => ({
  ...{ enterprise: "A", meter: id, name: `表 ${id}`, kind: "电", points: "有功功率；正向有功电能(MWh)" },
  ...{ interval: 30, zone: "A 区", multiplier: 2000, side: "二次", device: `d-${id}`, ...more },
});
const send = async (rows: readonly Row[], { dryRun = false, client = admin } = {}) =>
  (await client.request("POST", `/devices/import?dryRun=${dryRun}`, toCsv(rows), { "Content-Type": fileTypes.csv }))
    .body;
/** Everything that is kept but the audit log. */
const kept = (): string[] => registryRows(park.directory);

describe("a file of meters and devices", () => {
  const rows = [
    aRow("g1", { parent: "g0", device: "gateway-g" }),
    aRow("g0", { device: "gateway-g" }),
    aRow("w1", { kind: "water", points: "waterVolume", device: "", multiplier: "", side: "" }),
  ];

  it("makes nothing in a dry run, and tells what it would make", async () => {
    const before = kept();
    const answer = await send(rows, { dryRun: true });
    expect(answer).toMatchObject({ dryRun: true, changed: false, rows: 3, refused: [], importId: null });
    expect(answer.newDevices).toEqual(["gateway-g"]);
    expect(answer.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(["new", "new", "new"]);
    expect(kept()).toEqual(before);
  });

  it("makes all of it, parents first, and edge knows it before the answer is out", async () => {
    const told = park.edge.registryChanges;
    const answer = await send(rows);
    expect(answer).toMatchObject({ changed: true, refused: [], importId: expect.any(String) });
    expect(park.edge.registryChanges).toBeGreaterThan(told);
    expect((await admin.get("/meters/g1")).body).toMatchObject({
      ...{ name: "表 g1", kind: "electricity", intervalS: 30, parentId: "g0", zoneId: "A 区", enterpriseId: "A" },
      points: [
        { quantity: "activePower", unit: "kW", multiplier: 2000, valueSide: "secondary" },
        { quantity: "activeEnergyImport", unit: "MWh", kind: "counter", multiplier: 2000, valueSide: "secondary" },
      ],
    });
    expect((await admin.get("/devices/gateway-g")).body.meterIds).toEqual(["g1", "g0"]);
    expect((await admin.get("/audit?action=device.import")).body.items).toMatchObject([{ actor: "admin" }]);
  });

  it("changes nothing the second time and says so", async () => {
    const before = kept();
    const answer = await send(rows);
    expect(answer).toMatchObject({ changed: false, refused: [], newDevices: [], importId: null });
    expect(answer.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(Array(3).fill("unchanged"));
    expect(kept()).toEqual(before);
  });

  it("adds a meter to a gateway that is there, which keeps its secret", async () => {
    const answer = await send([...rows, aRow("g2", { device: "gateway-g" })]);
    expect(answer).toMatchObject({ changed: true, newDevices: [], importId: null });
    expect((await admin.get("/devices/gateway-g")).body.meterIds).toEqual(["g1", "g0", "g2"]);
  });

  it("is read from a workbook too, and its template is one", async () => {
    const columns = keys.map((key) => ({ key, label: key }));
    const file = await toFile({ title: "x", columns, rows: [aRow("x1")], notes: [] }, "xlsx");
    const { body } = await admin.request("POST", "/devices/import", file.bytes, { "Content-Type": fileTypes.xlsx });
    expect(body).toMatchObject({ changed: true, refused: [], newDevices: ["d-x1"] });
    for (const format of ["csv", "xlsx"] as const) {
      const response = await fetch(`${park.url}/api/v1/devices/import/template?format=${format}`, {
        headers: { Cookie: admin.cookie ?? "" },
      });
      const template = new Uint8Array(await response.arrayBuffer());
      const answer = await admin.request("POST", "/devices/import?dryRun=true", template, {
        "Content-Type": fileTypes[format],
      });
      expect(answer.body).toMatchObject({ rows: 2, ignoredColumns: [] });
      // Only the enterprise of the examples is not there, so that nobody enters them by mistake.
      const columnsRefused = answer.body.refused.map(({ column }: { column: string }) => column);
      expect(columnsRefused).toEqual(["企业编号", "企业编号"]);
    }
  });
});

describe("credentials of an import", () => {
  it("are handed out once, kept as hashes only, and leave out who was rotated meanwhile", async () => {
    const { importId } = await send([aRow("c1"), aRow("c2"), aRow("c3")]);
    expect((await admin.get("/device-imports?limit=1")).body.items).toMatchObject([
      { id: importId, by: "admin", meters: 3, devices: 3, issuedAt: null },
    ]);
    const rotated = (await admin.post("/devices/d-c2/rotate", {})).body.password as string;
    const { text, status } = await admin.request("POST", `/device-imports/${importId}/credentials?format=csv`, {});
    expect(status).toBe(200);
    const lines = text.split("\r\n").filter((line) => line.startsWith("d-"));
    expect(lines).toHaveLength(2);
    const [username, password] = lines[0]?.split(",") ?? [];
    expect([username, password?.length]).toEqual(["d-c1", 43]);
    expect(text).toContain("park/A/c3/telemetry");
    expect(kept().join("\n")).not.toContain(password);
    expect(text).not.toContain(rotated);
    const again = await admin.post(`/device-imports/${importId}/credentials`, {});
    expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining("handed out already") } });
    expect((await admin.get("/audit?action=device.credentials")).text).not.toContain(password);
  });
});

/** Everything that can be wrong with one row, and the column that is named for it. */
const wrong: readonly { name: string; change: Row; column: string; says?: RegExp }[] = [
  { name: "no such enterprise", change: { enterprise: "none" }, column: "enterprise", says: /no such enterprise/ },
  { name: "no enterprise", change: { enterprise: "" }, column: "enterprise" },
  { name: "the park as owner", change: { enterprise: "园区" }, column: "enterprise", says: /belongs to an enterprise/ },
  { name: "no id", change: { meter: "" }, column: "meter" },
  { name: "an id that cannot be", change: { meter: "a b/c" }, column: "meter", says: /letters, digits/ },
  { name: "a meter that is another", change: { meter: "taken" }, column: "meter", says: /differs in: name/ },
  { name: "no name", change: { name: "" }, column: "name" },
  { name: "no such kind", change: { kind: "煤" }, column: "kind" },
  { name: "no points", change: { points: "；" }, column: "points" },
  { name: "no such quantity", change: { points: "activePowr" }, column: "points" },
  { name: "a quantity twice", change: { points: "有功功率;activePower" }, column: "points", says: /once/ },
  { name: "a unit of something else", change: { points: "activePower(m³)" }, column: "points", says: /converted/ },
  { name: "an interval of nothing", change: { interval: 0 }, column: "interval" },
  { name: "an interval in words", change: { interval: "daily" }, column: "interval" },
  { name: "a parent that is not there", change: { parent: "nobody" }, column: "parent", says: /no such meter/ },
  { name: "itself as parent", change: { meter: "self", parent: "self" }, column: "parent", says: /below this meter/ },
  { name: "a multiplier without a side", change: { side: "" }, column: "side", says: /一次/ },
  { name: "a side that is none", change: { side: "三次" }, column: "side" },
  { name: "a negative multiplier", change: { multiplier: -1 }, column: "multiplier" },
  { name: "a capacity in words", change: { modulus: "many" }, column: "modulus" },
  { name: "a device id that cannot be", change: { device: "设备" }, column: "device" },
  { name: "a device of somebody else", change: { device: "device-b" }, column: "device", says: /another enterprise/ },
  { name: "a service as device", change: { device: "recorder" }, column: "device", says: /in use/ },
];

describe("a file with errors", () => {
  beforeAll(async () => {
    await send([aRow("taken", { name: "先到" }), aRow("of-b", { enterprise: "B", device: "device-b" })]);
    await admin.post("/services", { id: "recorder" });
  });

  it.each(wrong)("names $name by row and column", async ({ change, column, says }) => {
    const { refused, changed } = await send([aRow("fine"), aRow("bad", change)]);
    expect(changed).toBe(false);
    expect(refused.map(({ row, column: named }: { row: number; column: string }) => [row, named])).toContainEqual([
      3,
      column,
    ]);
    if (says !== undefined) expect(refused[0].message).toMatch(says);
  });

  it("names rows that fit no other row: a meter twice, a gateway of two owners, parents in a ring", async () => {
    const { refused } = await send([
      aRow("p"),
      aRow("p"),
      aRow("q", { device: "shared" }),
      aRow("r", { device: "shared", enterprise: "B" }),
      aRow("ring1", { parent: "ring2" }),
      aRow("ring2", { parent: "ring1" }),
    ]);
    expect(refused).toMatchObject([
      { row: 3, column: null, message: "the same as row 2" },
      { row: 5, column: "device", message: "row 4 gives it to another enterprise" },
      { row: 6, column: "parent" },
      { row: 7, column: "parent" },
    ]);
  });

  it("makes nothing, whatever good and bad rows stand in it", async () => {
    const before = kept();
    const good = fc.integer({ min: 0, max: 99 }).map((n) => ({ id: n, change: {} }));
    const bad = fc
      .tuple(fc.integer({ min: 100, max: 199 }), fc.constantFrom(...wrong))
      .map(([id, { change }]) => ({ id, change }));
    const mixture = fc
      .tuple(fc.array(good, { maxLength: 8 }), fc.array(bad, { minLength: 1, maxLength: 4 }))
      .chain(([some, others]) => fc.shuffledSubarray([...some, ...others], { minLength: some.length + others.length }));
    await fc.assert(
      fc.asyncProperty(mixture, async (parts) => {
        const { changed, refused } = await send(parts.map(({ id, change }) => aRow(`m${id}`, change)));
        expect(changed).toBe(false);
        expect(refused.length).toBeGreaterThan(0);
        expect(kept()).toEqual(before);
      }),
      { numRuns: 12 },
    );
  });

  it("takes what a program of one enterprise may not see for what is not there", async () => {
    const { token } = (await admin.post("/tokens", { name: "t", scopes: ["registry:write"], enterpriseId: "A" })).body;
    const client = park.stranger();
    client.token = token;
    const { refused } = await send([aRow("n1", { enterprise: "B" }), aRow("of-b", { device: "device-b" })], { client });
    expect(refused).toMatchObject([
      { row: 2, message: "there is no such enterprise" },
      { row: 3, column: "meter", message: "the id is in use" },
      { row: 3, column: "device", message: "the id is in use" },
    ]);
  });
});

/** The most that a file may hold, 5,000, is imported by the page at night (`tests/nightly/import-page.test.ts`). */
describe("a thousand meters", () => {
  it("are made in one go", async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => aRow(`k${n}`, { device: `gw-${Math.floor(n / 4)}` }));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const checked = await send(rows, { dryRun: true });
    const checkStallMs = delay.max / 1e6;
    expect([checked.changed, checked.refused]).toEqual([false, []]);
    delay.reset();
    const startedAt = performance.now();
    const { changed, newDevices, importId } = await send(rows);
    const madeMs = performance.now() - startedAt;
    const makeStallMs = delay.max / 1e6;
    delay.disable();
    expect([changed, newDevices.length]).toEqual([true, 250]);
    const { items } = (await admin.post(`/device-imports/${importId}/credentials`, {})).body;
    expect(new Set(items.map(({ password }: { password: string }) => password)).size).toBe(250);
    const before = kept();
    expect((await send(rows)).changed).toBe(false);
    expect(kept()).toEqual(before);
    report("1,000 meters with 250 devices", {
      "made in, s": madeMs / 1000,
      "longest stall of a dry run, ms": checkStallMs,
      "longest stall of the import, ms": makeStallMs,
    });
  });
});
