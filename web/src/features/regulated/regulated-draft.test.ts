import { describe, expect, it } from "vitest";
import { regulatedRequest } from "@smart-park/core/wire";
import { newVersionId, toRegulatedRequest, valueOf, type EnteredKind } from "./regulated-draft.ts";

const form = (values: Readonly<Record<string, string>>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
};
const rest = {
  ...{ id: "x.2026-01-01", subject: "x", name: "名称", unit: "元/kWh", effectiveFrom: "2026-01-01", effectiveTo: null },
  ...{ source: "文件", documentNumber: null, status: "unverified" },
};

describe("a regulated value in the form", () => {
  it.each<[EnteredKind, Record<string, string>, unknown]>([
    ["number", { value: "3.2" }, 3.2],
    ["gridCarbon", { year: "2024", kgPerKwh: "0.5306" }, { year: 2024, kgPerKwh: 0.5306 }],
    [
      "fuelCarbon",
      { ncvGj: "389.31", carbonTPerTj: "15.3", oxidation: "0.99" },
      { ncvGj: 389.31, carbonTPerTj: 15.3, oxidation: 0.99 },
    ],
    [
      "energyPrice",
      { peak: "1.02", valley: "0.31", fund: "0.05", isIncluded: "yes" },
      {
        form: "allIn",
        yuanPerKwh: { peak: 1.02, valley: 0.31 },
        governmentFund: { yuanPerKwh: 0.05, isIncluded: true },
      },
    ],
  ])("%s has the shape that the server takes", (kind, values, expected) => {
    const value = valueOf(kind, form(values));
    expect(value).toEqual(expected);
    expect(regulatedRequest.safeParse({ ...rest, kind, value }).error).toBeUndefined();
  });
  it("is named by what it is of and its first day, never as one that there is", () => {
    expect(newVersionId("water.park", "2026-01-01", new Set())).toBe("water.park.2026-01-01");
    expect(newVersionId("water.park", "2026-01-01", new Set(["water.park.2026-01-01"]))).toBe(
      "water.park.2026-01-01.2",
    );
    expect(newVersionId("x".repeat(80), "2026-01-01", new Set())).toHaveLength(80);
  });
  it("is put back without its confirmation, which is given again", () => {
    const version = { ...rest, kind: "number", value: 1, label: "official", note: null, builtIn: false } as const;
    const confirmedBy = { by: "mei", at: "2026-01-01T00:00:00+08:00", documentNumber: "1" };
    const body = toRegulatedRequest({ ...version, status: "unverified", confirmedBy });
    expect(regulatedRequest.safeParse(body).error).toBeUndefined();
  });
});
