import fc from "fast-check";
import { strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { toMonth, toNumber, toPeriod } from "./cell-values.ts";
import { toFile } from "./file-answer.ts";
import { SheetReader, sheetLimits } from "./sheet-reader.ts";
import type { TableAnswer } from "./table-answer.ts";

const reader = new SheetReader();
const csv = (text: string) => new TextEncoder().encode(text);
const aTable = (rows: TableAnswer["rows"]): TableAnswer => ({
  title: "t",
  columns: [
    { key: "name", label: "企业" },
    { key: "use", label: "用量", unit: "kWh" },
  ],
  rows,
  notes: ["参考值"],
});
/** A real workbook, with what the test puts in the place of its cells. */
async function workbookWith(sheetData: string): Promise<Uint8Array> {
  const { bytes } = await toFile(aTable([{ name: "甲" }]), "xlsx");
  const name = "xl/worksheets/sheet1.xml";
  const files = unzipSync(bytes);
  const xml = new TextDecoder().decode(files[name]).replace(/<sheetData>.*<\/sheetData>/s, sheetData);
  return zipSync({ ...files, [name]: strToU8(xml) });
}

describe("a sheet", () => {
  it("reads the same rows as were written, as CSV and as a workbook", async () => {
    // A workbook keeps no control characters and no empty text, and a CSV one kind of line end.
    const name = fc
      .stringMatching(/^[ =+@#'"＝\-,;a-z中文0-9]{0,12}[a-z=#'甲]$/)
      .filter((text) => text.trim() === text);
    const use = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }).map((n) => n + 0);
    const rows = fc.array(fc.record({ name, use }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, async (written) => {
        const header = ["企业", "用量 (kWh)"];
        const table = aTable(written);
        const fromCsv = await reader.read((await toFile(table, "csv")).bytes, false);
        expect(fromCsv).toEqual([header, ...written.map((row) => [row.name, String(row.use)]), []]);
        const fromXlsx = await reader.read((await toFile(table, "xlsx")).bytes, true);
        expect(fromXlsx).toEqual([header, ...written.map((row) => [row.name, row.use])]);
      }),
      { numRuns: 4 },
    );
  });

  it("of Chinese Excel is read in its own encoding", async () => {
    // "企业,用量" in GB 18030.
    const bytes = new Uint8Array([0xc6, 0xf3, 0xd2, 0xb5, 0x2c, 0xd3, 0xc3, 0xc1, 0xbf]);
    expect(await reader.read(bytes, false)).toEqual([["企业", "用量"]]);
  });

  it("has its rows when a template with CRLF was continued with LF, and line ends inside quotes stay text", async () => {
    expect(await reader.read(csv('企业,用量\r\n甲,1\n乙,2\r"丙\n丁",3\r\n'), false)).toEqual([
      ["企业", "用量"],
      ["甲", "1"],
      ["乙", "2"],
      ["丙\n丁", "3"],
    ]);
  });

  it("gives the saved result of a formula and never works one out", async () => {
    const cells = '<c r="A1"><f>1+1</f><v>7</v></c><c r="B1" t="str"><f>WEBSERVICE("http://x")</f><v>saved</v></c>';
    expect(await reader.read(await workbookWith(`<sheetData><row r="1">${cells}</row></sheetData>`), true)).toEqual([
      [7, "saved"],
    ]);
  });

  it.each([
    ["text that is no workbook", csv("企业"), true],
    ["a zip without sheets", zipSync({ "a.xml": strToU8("<a/>") }), true],
    ["a broken zip", new Uint8Array([0x50, 0x4b, 3, 4, 9, 9, 9]), true],
    ["bytes that are no text", new Uint8Array([0xff, 0xff, 0xff]), false],
    ["a quote that never ends", csv('a,"b'), false],
  ])("is refused when it is %s", async (_name, bytes, isWorkbook) => {
    await expect(reader.read(bytes, isWorkbook)).rejects.toMatchObject({ code: "bad_request" });
  });

  it("is refused when it has too many rows", async () => {
    const lines = Array.from({ length: sheetLimits.maxRows + 2 }, (_, i) => `a${i}`);
    await expect(reader.read(csv(lines.join("\n")), false)).rejects.toMatchObject({ code: "too_large" });
    expect(await reader.read(csv(lines.slice(1).join("\n")), false)).toHaveLength(sheetLimits.maxRows + 1);
  });

  it("is refused when it unpacks to more than it may, whatever sizes it claims", async () => {
    const bomb = await workbookWith(`<sheetData>${" ".repeat(40 * 1024 * 1024)}</sheetData>`);
    expect(bomb.length).toBeLessThan(1024 * 1024);
    await expect(reader.read(bomb, true)).rejects.toMatchObject({ code: "too_large" });
  });

  it("is refused when one cell at the far corner would make it fill the memory", async () => {
    const corner = '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>';
    await expect(reader.read(await workbookWith(corner), true)).rejects.toMatchObject({ code: "too_large" });
    expect(await reader.read(csv("a,b"), false)).toEqual([["a", "b"]]);
  });

  /** A workbook whose cells all hold the one shared text. */
  const sharing = async (text: string, cells: number): Promise<Uint8Array> => {
    const rows = Array.from({ length: cells }, (_, n) => `<row r="${n + 1}"><c r="A${n + 1}" t="s"><v>0</v></c></row>`);
    const files = unzipSync(await workbookWith(`<sheetData>${rows.join("")}</sheetData>`));
    return zipSync({ ...files, "xl/sharedStrings.xml": strToU8(`<sst><si><t>${text}</t></si></sst>`) });
  };

  it("may hold 16 Mi characters, also when its cells share them, and not one more", async () => {
    const [cells, length] = [4096, sheetLimits.maxUnpackedBytes / 4096];
    const whole = await reader.read(await sharing("x".repeat(length), cells), true);
    expect(whole).toHaveLength(cells);
    await expect(reader.read(await sharing("x".repeat(length), cells + 1), true)).rejects.toMatchObject({
      code: "too_large",
    });
  });

  it.each([
    [500_000, true],
    [500_001, false],
  ])("of %i cells is read: %s", async (cells, isRead) => {
    const [rows, last] = [Math.floor(cells / 500), cells % 500];
    const lines = Array.from({ length: rows }, () => ",".repeat(499));
    if (last > 0) lines.push(",".repeat(last - 1) + "x");
    const outcome = reader.read(csv(lines.join("\n")), false);
    if (isRead) expect((await outcome).flat()).toHaveLength(cells);
    else await expect(outcome).rejects.toMatchObject({ code: "too_large" });
  });

  it.each([
    ["a column beyond all columns", `<sheetData><row r="1"><c r="${"Z".repeat(200)}1"><v>1</v></c></row></sheetData>`],
    ["a million cells in a row", `<sheetData><row r="1">${"<c><v>1</v></c>".repeat(1e6)}</row></sheetData>`],
  ])("with %s ends nothing but its own reading", async (_name, cells) => {
    await expect(reader.read(await workbookWith(cells), true)).rejects.toMatchObject({
      code: expect.stringMatching(/^(too_large|bad_request)$/),
    });
    expect(await reader.read(csv("a,b"), false)).toEqual([["a", "b"]]);
  });

  it("is not waited for without end", async () => {
    const many = Array.from({ length: 9 }, () => reader.read(csv("a"), false));
    const outcomes = await Promise.allSettled(many);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(8);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: "rate_limited" } });
  });
});

describe("a cell", () => {
  it.each([
    ["1,234.5", 1234.5],
    ["-3e2", -300],
    [7, 7],
    ["12,34", null],
    ["1.2.3", null],
    ["", null],
    ["abc", null],
    [true, null],
  ])("%j is the number %j", (cell, number) => expect(toNumber(cell)).toBe(number));

  it.each([
    ["2026-05", "2026-05"],
    ["2026/5", "2026-05"],
    ["2026年5月", "2026-05"],
    [202_605, "2026-05"],
    ["2026-05-31", "2026-05"],
    [new Date("2026-05-01T00:00:00Z"), "2026-05"],
    ["May", "May"],
    ["20265", "20265"],
  ])("%j is the month %s", (cell, month) => expect(toMonth(cell)).toBe(month));

  it.each([
    [2025, "2025"],
    ["2025年", "2025"],
    ["2025-7", "2025-07"],
  ])("%j is the period %s", (cell, period) => expect(toPeriod(cell)).toBe(period));
});
