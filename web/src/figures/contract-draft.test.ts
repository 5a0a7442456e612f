import { describe, expect, it } from "vitest";
import type { ContractBody } from "../lib/queries.ts";
import { draftOf, neighboursOf, toContractRequest } from "./contract-draft.ts";

const contract = (effectiveFrom: string): ContractBody => ({
  ...{ enterpriseId: "A", effectiveFrom, electricity: null, demandMode: "interval", billingDay: 1 },
  ...{ waterPrice: null, note: "" },
});
const form = (values: Readonly<Record<string, string>>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
};
const written = { region: "hunan", energyPrice: "hunan.110kV", holidays: "", powerFactor: "0.90", billingDay: "1" };

describe("a contract in the form", () => {
  it("names what is suspended only when it pays by capacity", () => {
    const basic = { rules: "china", price: "p", capacityKva: "1,000", suspendedKva: "200", declaredKw: "600" };
    const contractOf = (method: string) =>
      (draftOf(form({ ...written, ...basic, method })) as { electricity: { basic: { contract: unknown } } }).electricity
        .basic.contract;
    expect(contractOf("capacity")).toEqual({ method: "capacity", capacityKva: 1000, suspendedKva: 200 });
    expect(contractOf("declaredDemand")).toEqual({ method: "declaredDemand", capacityKva: 1000, declaredKw: 600 });
    expect(contractOf("actualDemand")).toEqual({ method: "actualDemand", capacityKva: 1000 });
  });
  it("has no basic charge without a method, and what is left out is null", () => {
    expect(draftOf(form({ ...written, method: "" }))).toMatchObject({
      electricity: { basic: null, holidays: null, powerFactor: "0.90" },
      waterPrice: null,
    });
  });
  it("stands between the one before and the one after", () => {
    const all = ["2025-01-01", "2026-01-01", "2027-01-01"].map(contract);
    expect(neighboursOf(all, "2026-06-01")).toEqual({ before: all[1], next: all[2] });
    expect(neighboursOf(all, "2026-01-01")).toEqual({ before: all[0], next: all[2] });
    expect(neighboursOf(all, "2024-01-01")).toEqual({ before: undefined, next: all[0] });
  });
  it("is put back without what its address says", () => {
    expect(Object.keys(toContractRequest(contract("2026-01-01")))).not.toContain("effectiveFrom");
  });
});
