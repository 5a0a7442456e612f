import { describe, expect, it } from "vitest";
import { Catalog, emptyCatalog, toPointId, type EnterpriseId, type Meter, type MeterId, type Point } from "./park.ts";

const meterId = "M1" as MeterId;
const enterpriseId = "E1" as EnterpriseId;
const point: Point = {
  id: toPointId(meterId, "activePower"),
  meterId,
  enterpriseId,
  quantity: "activePower",
  unit: "kW",
  kind: "gauge",
  multiplier: 1,
  multiplierFrom: null,
  valueSide: "primary",
  modulus: null,
  ratedPerHour: null,
  stampAt: "end",
  min: null,
  max: null,
  intervalS: 10,
};
const meter: Meter = {
  id: meterId,
  name: "Kiln",
  nameEn: null,
  enterpriseId,
  kind: "electricity",
  intervalS: 10,
  parentId: null,
  zoneId: null,
  workshop: null,
  dataSource: null,
  points: [point],
};

describe("the catalog", () => {
  const catalog = new Catalog({
    enterprises: [{ id: enterpriseId, name: "Cement", nameEn: null, chain: null, demo: true }],
    meters: [meter],
    devices: [],
  });

  it("finds meters and points by id", () => {
    expect(catalog.meter("M1")).toBe(meter);
    expect(catalog.point("M1.activePower")).toBe(point);
    expect(catalog.enterprise("E1")?.name).toBe("Cement");
    expect([...catalog.points()]).toEqual([point]);
  });

  it("finds nothing under a name that every object has", () => {
    for (const id of ["__proto__", "constructor", "toString", "M1.__proto__"]) {
      expect(catalog.meter(id)).toBeUndefined();
      expect(catalog.point(id)).toBeUndefined();
      expect(catalog.device(id)).toBeUndefined();
    }
    expect([...emptyCatalog.meters()]).toEqual([]);
  });
});
