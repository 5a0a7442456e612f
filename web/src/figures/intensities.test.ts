import { describe, expect, it } from "vitest";
import { denominatorsOf, productsOf } from "./intensities.ts";

const of = (per: string, value: number | null, unit: string) => ({ per, value, unit, missing: [] });
const cement = [
  of("addedValue", 1.2, "tce/万元"),
  of("product.熟料", null, "tce/t"),
  of("product.水泥", 0.09, "tce/t"),
];
const garments = [of("addedValue", null, "tce"), of("landArea", 3, "tce/公顷"), of("product.服装", 0.4, "tce/件")];

describe("intensities in a table", () => {
  it("have one column for what all can be related to, and none for the products of others", () => {
    expect(denominatorsOf([{ intensities: cement }, { intensities: garments }])).toEqual(["addedValue", "landArea"]);
  });

  it("list the products of each by name, known ones first", () => {
    expect(productsOf(cement)).toEqual([
      { product: "水泥", value: 0.09, unit: "tce/t" },
      { product: "熟料", value: null, unit: "tce/t" },
    ]);
    expect(productsOf(garments)).toEqual([{ product: "服装", value: 0.4, unit: "tce/件" }]);
    expect(productsOf([])).toEqual([]);
  });
});
