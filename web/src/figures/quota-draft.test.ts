import { describe, expect, it } from "vitest";
import { newQuotaId, overlapping } from "./quota-draft.ts";

const quota = (id: string, more: object = {}) => ({
  ...{ id, enterpriseId: "A", medium: "water", from: "2026-01-01", to: "2027-01-01" },
  ...{ value: 1, unit: "m³", source: "x", status: "unverified" as const, ...more },
});

describe("a new quota", () => {
  it("is named after its owner, its medium and its first day", () => {
    const of = { enterprise: "steel", medium: "discharge.so2", from: "2026-01-01" };
    expect(newQuotaId(of, [])).toBe("steel-discharge-so2-20260101");
    expect(newQuotaId({ ...of, enterprise: null }, [])).toBe("park-discharge-so2-20260101");
  });
  it("never takes the name of another one, however long the owner's id is", () => {
    const of = { enterprise: "x".repeat(48), medium: "water", from: "2026-01-01" };
    const first = newQuotaId(of, []);
    const second = newQuotaId(of, [{ id: first }]);
    expect([first.length, second.length]).toEqual([48, 48]);
    expect(second).not.toBe(first);
    expect(first).toMatch(/water-20260101$/);
    expect(second).toMatch(/-2$/);
  });
});

describe("quotas of the same days", () => {
  it.each([
    ["the same days", {}, true],
    ["a part of them", { from: "2026-12-31", to: "2028-01-01" }, true],
    ["the days after", { from: "2027-01-01", to: "2028-01-01" }, false],
    ["another medium", { medium: "gas" }, false],
    ["another owner", { enterpriseId: null }, false],
    ["itself", { id: "mine" }, false],
  ])("%s", (_name, more, expected) => {
    expect(overlapping(quota("mine"), [quota("other", more)])).toHaveLength(expected ? 1 : 0);
  });
});
