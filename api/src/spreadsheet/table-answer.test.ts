import { parse } from "csv-parse/sync";
import { readSheet } from "read-excel-file/universal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toFile } from "./file-answer.ts";
import { fromSafeText, toSafeText } from "@smart-park/core";
import type { TableAnswer } from "./table-answer.ts";

const aTable = (change: Partial<TableAnswer> = {}): TableAnswer => ({
  title: "用量",
  columns: [
    { key: "name", label: "企业" },
    { key: "use", label: "用量", unit: "kWh" },
    { key: "day", label: "日期", type: "day" },
    { key: "at", label: "时间", type: "instant" },
  ],
  rows: [{ name: "甲", use: -5.25, day: "2026-05-01", at: "2026-05-01T08:30:00+08:00" }],
  notes: ["参考值"],
  ...change,
});
const csvOf = async (table: TableAnswer): Promise<string> =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode((await toFile(table, "csv")).bytes);
async function sheetOf(table: TableAnswer, sheet = 1) {
  const { bytes } = await toFile(table, "xlsx");
  return readSheet(new Uint8Array(bytes).buffer, sheet);
}

describe("a table as CSV", () => {
  it("has a byte order mark, a header with units, its rows and its notes", async () => {
    expect(await csvOf(aTable())).toBe(
      "\uFEFF企业,用量 (kWh),日期,时间\r\n甲,-5.25,2026-05-01,2026-05-01T08:30:00+08:00\r\n# 参考值,,,\r\n",
    );
  });

  it("leaves empty what is not known", async () => {
    const text = await csvOf(aTable({ rows: [{ name: null, use: null }], notes: [] }));
    expect(text.split("\r\n")[1]).toBe(",,,");
  });

  it.each(["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", '=HYPERLINK("http://x","y")'])(
    "never hands %j to a spreadsheet as a formula",
    async (name) => {
      const [, row] = parse(await csvOf(aTable({ rows: [{ name }], notes: [] })), { bom: true });
      expect(row?.[0]).toBe(`'${name}`);
    },
  );

  it("does not take a name that begins with a number sign for a note", async () => {
    expect((await csvOf(aTable({ rows: [{ name: "#1 主变" }], notes: [] }))).split("\r\n")[1]).toBe("'#1 主变,,,");
  });

  it("gives back every text as it was", () => {
    const odd = fc.array(fc.constantFrom("'", "=", "-", "a", "\t", "＠", '"', ",")).map((signs) => signs.join(""));
    fc.assert(fc.property(fc.oneof(fc.string(), odd), (text) => fromSafeText(toSafeText(text)) === text));
  });
});

describe("a table as a workbook", () => {
  it("has numbers that are numbers and dates that are dates, on the park's clock", async () => {
    expect(await sheetOf(aTable())).toEqual([
      ["企业", "用量 (kWh)", "日期", "时间"],
      ["甲", -5.25, new Date("2026-05-01T00:00:00Z"), new Date("2026-05-01T08:30:00Z")],
    ]);
  });

  it("says its title, its units and its notes on a second sheet", async () => {
    expect(await sheetOf(aTable(), 2)).toEqual([["用量"], ["单位：用量 (kWh)"], ["参考值"]]);
  });

  it("keeps text as text, whatever it begins with", async () => {
    const [, row] = await sheetOf(aTable({ rows: [{ name: "=1+1", use: 1, day: "soon" }] }));
    expect(row?.slice(0, 3)).toEqual(["=1+1", 1, "soon"]);
  });

  it("is refused when it is longer than people read", async () => {
    const rows = Array.from({ length: 50_001 }, () => ({ name: "甲" }));
    await expect(toFile(aTable({ rows }), "xlsx")).rejects.toMatchObject({ code: "unprocessable" });
  });
});
