import { describe, expect, it } from "vitest";
import { Catalog, emptyCatalog, type EnterpriseId, type Meter, type MeterId } from "./park.ts";
import { aPoint } from "./testing/a-point.ts";

const meterId = "M1" as MeterId;
const enterpriseId = "E1" as EnterpriseId;
const point = aPoint("activePower", { meterId, enterpriseId, stampAt: "end", intervalS: 10 });
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
