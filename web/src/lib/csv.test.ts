import { describe, expect, it } from "vitest";
import { toCsv } from "./csv.ts";

describe("export", () => {
  it("begins with a byte order mark and ends each row with CR LF", () => {
    expect(toCsv([["表号", "kW"]])).toBe("\uFEFF表号,kW\r\n");
  });

  it("keeps numbers numbers, leaves unknown values empty and quotes what needs it", () => {
    expect(toCsv([[-1.5, null, 'a "b", c']])).toBe('\uFEFF-1.5,,"a ""b"", c"\r\n');
  });

  it("gives a spreadsheet no formula to run", () => {
    expect(toCsv([["=1+1", "@x", "-cmd"]])).toBe("\uFEFF'=1+1,'@x,'-cmd\r\n");
    expect(toCsv([["＝1+1", "＠x", "'=1"]])).toBe("\uFEFF'＝1+1,'＠x,''=1\r\n");
  });
});
