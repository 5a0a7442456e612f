import { builtInRecords, bookProblems, endedByNext, ParkTime } from "@smart-park/core";
import {
  activityInputsRequest,
  meterPatch,
  meterPlaceRequest,
  quotaRequest,
  regulatedRequest,
  registerChangeRequest,
  settlementMeterRequest,
  sitePlanRequest,
  tariffContractRequest,
  virtualMeterRequest,
  watchTargetRequest,
} from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { readDemoInputs } from "../inputs-file.ts";
import { buildModels } from "../meter-model.ts";
import { readDemoPark } from "../park-file.ts";
import { SeriesLibrary } from "../series.ts";
import { readDemoSite } from "../site-file.ts";
import { noStories } from "../stories.ts";
import { planInputs } from "./plan-inputs.ts";

const [park, inputs] = [readDemoPark(), readDemoInputs()];
const time = new ParkTime("Asia/Shanghai");
const now = time.instantOf(2026, 11, 26, 9);
const exchangeAt = time.instantOf(2026, 11, 7, 10, 20);
const models = buildModels(park, {
  timeZone: "Asia/Shanghai",
  stories: { ...noStories, exchangeAt },
  library: new SeriesLibrary(),
});
const planned = planInputs({ park, inputs, site: readDemoSite(), models, time, now, exchangeAt });
const of = (what: string) => planned.filter(({ key }) => key.startsWith(`${what} `));
const amount = (enterpriseId: string, item: string, period: string): number =>
  of("activity").find(({ key }) => key === `activity ${enterpriseId} ${item} ${period}`)?.value?.value ?? NaN;

describe("what the demo's people enter", () => {
  it.each<[string, z.ZodType]>([
    ["site", sitePlanRequest],
    ["place", meterPlaceRequest],
    ["regulated", regulatedRequest],
    ["contract", tariffContractRequest],
    ["purpose", meterPatch],
    ["settlement", settlementMeterRequest],
    ["exchange", registerChangeRequest],
    ["virtual", virtualMeterRequest],
    ["limit", watchTargetRequest],
    ["quota", quotaRequest],
  ])("is what the API takes: %s", (what, schema) => {
    expect(of(what).length).toBeGreaterThan(0);
    for (const { key, body } of of(what)) expect([key, schema.safeParse(body).error]).toEqual([key, undefined]);
  });

  it("are values in the API's own shape, and each thing once", () => {
    const values = of("activity").map(({ value }) => value);
    expect(activityInputsRequest.shape.inputs.element.array().safeParse(values).error).toBeUndefined();
    expect(new Set(planned.map(({ key }) => key)).size).toBe(planned.length);
  });

  it("leaves no enterprise without contract, settlement meter and land", () => {
    const all = park.enterprises.map(({ id }) => id).toSorted();
    expect(inputs.enterprises.map(({ id }) => id).toSorted()).toEqual(all);
    const settled = new Set(of("settlement").map(({ unless = "" }) => unless));
    for (const id of all) {
      expect(settled).toContain(`settled enterprise:${id} electricity`);
      expect(amount(id, "landArea", "2025")).toBeGreaterThan(0);
    }
  });

  it("settles nothing by a meter that measures for others", () => {
    const forOthers = park.meters
      .filter(({ purpose }) => purpose === "forOthers")
      .map(({ id }) => `settlement demo-${id}`);
    expect(forOthers).toContain("settlement demo-heat-S0");
    expect(of("settlement").filter(({ key }) => forOthers.includes(key))).toEqual([]);
  });

  it("names only tariffs and prices that are there, without two at once", () => {
    const book = endedByNext([...builtInRecords, ...inputs.regulated]);
    expect(bookProblems(book)).toEqual([]);
    const subjects = new Set(book.map(({ kind, subject }) => `${kind} ${subject}`));
    for (const { contract } of inputs.enterprises) {
      const { electricity, waterPrice } = contract;
      expect(subjects).toContain(`energyPrice ${electricity?.energyPrice}`);
      expect(subjects).toContain(`timeOfUse ${electricity?.region}`);
      expect(subjects).toContain(`number ${waterPrice}`);
      if (electricity?.basic) expect(subjects).toContain(`number ${electricity.basic.price}`);
      if (electricity?.basic) expect(subjects).toContain(`twoPartRules ${electricity.basic.rules}`);
    }
  });

  it("makes the months of last year its year, and a busier month a larger one", () => {
    expect(amount("cement-a", "product.水泥", "2025")).toBe(1_000_000);
    const [october, september] = ["2026-10", "2026-09"].map((month) => amount("cement-a", "product.水泥", month));
    const used = (from: number, to: number): number =>
      (models.get("cement-a-E0")?.valuesAt(to)["activeEnergyImport"] ?? 0) -
      (models.get("cement-a-E0")?.valuesAt(from)["activeEnergyImport"] ?? 0);
    const starts = [9, 10, 11].map((month) => time.instantOf(2026, month, 1));
    const ratio = used(starts[1] ?? 0, starts[2] ?? 0) / used(starts[0] ?? 0, starts[1] ?? 0);
    expect((october ?? 0) / (september ?? 1)).toBeCloseTo(ratio, 3);
    expect(amount("cement-a", "product.水泥", "2026-11")).toBeNaN();
  });

  it("records both readings of the exchanged meter as its models show them", () => {
    const [entry, ...more] = of("exchange");
    expect(more).toEqual([]);
    expect(entry?.path).toBe("/points/garment-a-W0.waterVolume/register-changes/2026-11-07T10%3A20%3A00%2B08%3A00");
    const before = models.get("garment-a-W0")?.valuesAt(exchangeAt - 1)["waterVolume"];
    expect(entry?.body).toEqual({ endReading: before, startReading: 0 });
    const without = planInputs({ park, inputs, site: readDemoSite(), models, time, now, exchangeAt: null });
    expect(without.filter(({ key }) => key.startsWith("exchange "))).toEqual([]);
  });

  it("quotas run in the year and month of the first start", () => {
    const quota = (id: string) => of("quota").find(({ key }) => key === `quota ${id}`)?.body;
    expect(quota("demo-park-energy-2026")).toMatchObject({ from: "2026-01-01", to: "2027-01-01", unit: "tce" });
    expect(quota("demo-sewage-cod-2026-11")).toMatchObject({ from: "2026-11-01", to: "2026-12-01" });
  });
});
