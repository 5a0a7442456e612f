import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";
import { fileTypes, toFile } from "./spreadsheet/file-answer.ts";

let park: ApiUnderTest;
let admin: Client;
let userOfA: Client;
beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("anna", "enterpriseOperator", ["A"]);
  userOfA = await park.signIn("anna");
});
afterAll(() => park.stop());

const send = (client: Client, path: string, body: string | Uint8Array, type: string = fileTypes.csv) =>
  client.request("POST", path, body, { "Content-Type": type });
const bytesOf = async (client: Client, path: string): Promise<Uint8Array> => {
  const response = await fetch(`${park.url}/api/v1${path}`, { headers: { Cookie: client.cookie ?? "" } });
  return new Uint8Array(await response.arrayBuffer());
};

describe("a sheet of values that no meter gives", () => {
  const path = "/activity-inputs/import";
  const sheet = [
    "企业,项目,时期,数值 (任意),单位,来源,备注",
    '企业 A,工业增加值,2025,"1,200",万元,统计年报,',
    "A,headcount,2025年,eighty,人,人事,",
    "",
    "B,headcount,2025,5,人,人事,",
    "A,从业人数,2025/7,80,人,人事,",
    "A,headcount,2025-07,81,人,人事,",
    "园区,用地面积,2025,1,公顷,规划,",
  ].join("\r\n");
  const refused = [
    { row: 3, column: "数值 (任意)", value: "eighty", message: expect.any(String) },
    { row: 5, column: "企业", value: "B", message: "there is no such enterprise" },
    { row: 7, column: null, value: "", message: "the same as row 6" },
    { row: 8, column: "企业", value: "园区", message: "only the park enters values of the park as a whole" },
  ];

  it("is only looked at in a dry run", async () => {
    const answer = await send(userOfA, `${path}?dryRun=true`, sheet);
    expect(answer).toMatchObject({ status: 200, body: { dryRun: true, rows: 6, refused } });
    expect((await admin.get("/activity-inputs")).body.items).toEqual([]);
  });

  it("is entered row by row: bad rows are named, good ones stand", async () => {
    const { body } = await send(userOfA, path, sheet);
    expect(body).toMatchObject({ dryRun: false, refused, ignoredColumns: ["备注"] });
    expect(body.accepted).toMatchObject([
      { row: 2, input: { enterpriseId: "A", item: "addedValue", period: "2025", value: 1200 } },
      { row: 6, input: { item: "headcount", period: "2025-07", value: 80 } },
    ]);
    expect((await admin.get("/activity-inputs")).body.items).toHaveLength(2);
    expect((await admin.get("/audit")).text).toContain("activityInput.put");
  });

  it.each(["csv", "xlsx"] as const)("that was written as %s is read as the same rows", async (format) => {
    const before = (await admin.get("/activity-inputs")).body.items;
    const written = await bytesOf(admin, `/activity-inputs?format=${format}`);
    const { body } = await send(admin, path, written, fileTypes[format]);
    expect(body.refused).toEqual([]);
    expect(body.accepted.map(({ input }: { input: object }) => input)).toEqual(
      before.map(({ entered: _, ...input }: { entered: object }) => input),
    );
    // What is the same as before is not entered again.
    expect((await admin.get("/activity-inputs?history=true")).body.items).toEqual(before);
  });

  it("takes a foreign enterprise for a missing one", async () => {
    const header = "enterprise,item,period,value,unit,source";
    const rows = ["B", "none"].map((id) => `${id},output,2025,1,万元,x`);
    const [foreign, missing] = (await send(userOfA, path, [header, ...rows].join("\n"))).body.refused;
    expect({ ...foreign, row: 0, value: "" }).toEqual({ ...missing, row: 0, value: "" });
  });

  it("is refused without a needed column, in another type, too large, or by those who may not", async () => {
    expect((await send(admin, path, "企业,项目\nA,output")).body).toMatchObject({
      status: 422,
      detail: expect.stringContaining("时期 (period)"),
    });
    expect((await send(admin, path, "")).status).toBe(422);
    expect((await send(admin, path, "a", "text/plain")).body).toMatchObject({ status: 415 });
    expect((await admin.post(path, {})).status).toBe(415);
    expect((await send(admin, path, "x", fileTypes.xlsx)).status).toBe(400);
    expect((await send(admin, path, "x".repeat(2 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await send(admin, path, `a\n${"x\n".repeat(5001)}`)).status).toBe(413);
    park.addUser("vera", "enterpriseViewer", ["A"]);
    expect((await send(await park.signIn("vera"), path, sheet)).status).toBe(403);
  });
});

describe("a sheet of suppliers' bills", () => {
  const path = "/supplier-bills/import";
  const table = {
    title: "账单",
    columns: [
      { key: "enterprise", label: "企业" },
      { key: "kind", label: "介质" },
      { key: "month", label: "月份", type: "day" as const },
      { key: "amount", label: "用量", unit: "kWh" },
      { key: "peak", label: "高峰", unit: "kWh" },
      { key: "powerFactor", label: "功率因数", type: "number" as const },
      { key: "yuan", label: "金额", unit: "元" },
    ],
    notes: [],
  };

  it("is entered, and the causes that somebody found stay", async () => {
    const causes = { amount: { cause: "loss", note: "" } };
    await admin.put("/enterprises/A/supplier-bills/electricity/2026-05", { amount: 1, causes });
    const rows = [
      { enterprise: "A", kind: "电", month: "2026-05-01", amount: 1000, peak: 400, yuan: 700.12 },
      { enterprise: "B", kind: "water", month: "2026-05-01", amount: 20 },
      { enterprise: "A", kind: "电", month: "2999-01-01", amount: 1 },
      { enterprise: "A", kind: "煤", month: "2026-05-01", powerFactor: 1.2 },
    ];
    const { bytes } = await toFile({ ...table, rows }, "xlsx");
    const { body } = await send(admin, path, bytes, fileTypes.xlsx);
    expect(body.accepted.map(({ row }: { row: number }) => row)).toEqual([2, 3]);
    expect(body.refused).toMatchObject([
      { row: 4, column: "月份", value: "2999-01-01", message: "it has not begun yet" },
      { row: 5, column: "功率因数", value: "1.2" },
      { row: 5, column: "介质", value: "煤" },
    ]);
    const { items } = (await admin.get("/supplier-bills?enterprise=A")).body;
    expect(items).toMatchObject([
      { amount: 1000, amountByPeriod: { peak: 400 }, yuan: 700.12, powerFactor: null, causes },
    ]);
    expect((await admin.get("/audit")).text).toContain("supplierBill.put");
  });

  it.each(["csv", "xlsx"] as const)("that was written as %s is read as the same rows", async (format) => {
    const before = (await admin.get("/supplier-bills")).body.items.map(
      ({ entered: _, ...bill }: { entered: object }) => bill,
    );
    const written = await bytesOf(admin, `/supplier-bills?format=${format}`);
    expect((await send(admin, path, written, fileTypes[format])).body).toMatchObject({ rows: 2, refused: [] });
    const after = (await admin.get("/supplier-bills")).body.items.map(
      ({ entered: _, ...bill }: { entered: object }) => bill,
    );
    expect(after).toEqual(before);
  });
});

describe("a template", () => {
  it.each(["activity-inputs", "supplier-bills"])("of %s is a sheet that its import understands", async (name) => {
    expect((await admin.get(`/${name}/template`)).body.columns.length).toBeGreaterThan(5);
    for (const format of ["csv", "xlsx"] as const) {
      const template = await bytesOf(admin, `/${name}/template?format=${format}`);
      const { body } = await send(admin, `/${name}/import?dryRun=true`, template, fileTypes[format]);
      expect(body).toMatchObject({ rows: 2, ignoredColumns: [] });
      // The examples name an enterprise that is not there, so that nobody enters them by mistake.
      expect(body.refused).toContainEqual(expect.objectContaining({ column: "企业编号", value: "example-1" }));
    }
  });
});
