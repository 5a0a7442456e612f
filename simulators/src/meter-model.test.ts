import { describe, expect, it } from "vitest";
import { toMeterRequest } from "./demo/register-park.ts";
import { buildModels } from "./meter-model.ts";
import { readDemoPark } from "./park-file.ts";
import { SeriesLibrary } from "./series.ts";
import { noStories } from "./stories.ts";
import { meterRequest } from "@smart-park/core/wire";

const park = readDemoPark();
const options = { timeZone: "Asia/Shanghai", stories: noStories, library: new SeriesLibrary() };
const models = buildModels(park, options);
const now = Date.UTC(2026, 10, 23, 6, 30);
const quarter = 900_000;

describe("the demo park", () => {
  it("has at least 20 enterprises and 200 meters, all marked as demo and each naming its data set or model", () => {
    expect(park.enterprises.length).toBeGreaterThanOrEqual(20);
    expect(park.meters.length).toBeGreaterThanOrEqual(200);
    expect(park.enterprises.every((enterprise) => enterprise.demo && enterprise.nameEn !== null)).toBe(true);
    expect(park.meters.filter((meter) => meter.dataSource === null)).toEqual([]);
    expect(park.meters.filter((meter) => meter.isMain).length).toBeGreaterThanOrEqual(20);
  });

  it("fits the API's own shapes and names only what exists", () => {
    const ids = new Set(park.meters.map((meter) => meter.id));
    const points = new Set<string>(
      park.meters.flatMap((meter) => meter.points.map((p) => `${meter.id}.${p.quantity}`)),
    );
    const enterprises = new Set<string>(park.enterprises.map((enterprise) => enterprise.id));
    for (const meter of park.meters) {
      expect(() => meterRequest.parse(toMeterRequest(meter))).not.toThrow();
      expect(enterprises.has(meter.enterpriseId)).toBe(true);
      if (meter.parentId !== null) expect(ids.has(meter.parentId)).toBe(true);
    }
    for (const rule of park.rules) expect(rule.points.filter((point) => !points.has(point))).toEqual([]);
    for (const target of park.watchTargets) expect(points.has(target.point)).toBe(true);
    expect(ids.size).toBe(park.meters.length);
    expect(new Set(park.devices.flatMap((device) => device.meterIds))).toEqual(ids);
  });
});

describe("demo meters", () => {
  it("show the same for the same moment, however often they are built", () => {
    const again = buildModels(park, options);
    for (const { id } of park.meters) expect(again.get(id)?.valuesAt(now)).toEqual(models.get(id)?.valuesAt(now));
  });

  it("of PV feed in a part of what they make, never more, over each day of a year", () => {
    const plants = park.meters.filter(({ kind }) => kind === "pv");
    const counted = (id: string, from: number, to: number, quantity: string): number =>
      (models.get(id)?.valuesAt(to)[quantity] ?? NaN) - (models.get(id)?.valuesAt(from)[quantity] ?? NaN);
    const day = 96 * quarter;
    for (const { id } of plants) {
      for (let from = now - 364 * day; from < now; from += 7 * day) {
        const fedIn = counted(id, from, from + day, "activeEnergyExport");
        expect([id, fedIn >= 0 && fedIn <= counted(id, from, from + day, "pvEnergy")]).toEqual([id, true]);
      }
      const share =
        counted(id, now - 364 * day, now, "activeEnergyExport") / counted(id, now - 364 * day, now, "pvEnergy");
      expect([id, share > 0.02 && share < 0.4]).toEqual([id, true]);
    }
  });

  it("give every point a finite value inside its plausible range", () => {
    const wrong: string[] = [];
    for (const meter of park.meters) {
      for (let at = now - 14 * 86_400_000; at < now; at += 7 * quarter) {
        const values = models.get(meter.id)?.valuesAt(at) ?? {};
        for (const { quantity, min, max } of meter.points) {
          const value = values[quantity] ?? NaN;
          if (!(value >= (min ?? -Infinity) && value <= (max ?? Infinity)))
            wrong.push(`${meter.id}.${quantity} ${value}`);
        }
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it("have registers in which the imported past and the live present join without a jump", () => {
    for (const meter of park.meters) {
      const model = models.get(meter.id);
      for (const { quantity, kind } of meter.points) {
        if (kind !== "counter") continue;
        expect(model?.valuesOver(now, quarter)[quantity]).toBe(model?.valuesAt(now)[quantity]);
      }
    }
  });

  it("have registers that never fall", () => {
    for (const meter of park.meters) {
      for (const { quantity, kind } of meter.points) {
        if (kind !== "counter") continue;
        let last = -Infinity;
        for (let at = now; at < now + 3_600_000; at += 120_000) {
          const value = models.get(meter.id)?.valuesAt(at)[quantity] ?? NaN;
          expect(value).toBeGreaterThanOrEqual(last);
          last = value;
        }
      }
    }
  });

  it("show a mean power that agrees with their register", () => {
    const electric = park.meters.filter((meter) => meter.kind === "electricity");
    for (const { id } of electric) {
      const model = models.get(id);
      const [first, next] = [model?.valuesOver(now, quarter) ?? {}, model?.valuesOver(now + quarter, quarter) ?? {}];
      const used = (next["activeEnergyImport"] ?? 0) - (first["activeEnergyImport"] ?? 0);
      expect(Math.abs(used * 4 - (first["activePower"] ?? 0))).toBeLessThan(0.15);
    }
  });

  it("never let sub-meters show more than their main meter", () => {
    const mains = park.meters.filter((meter) => meter.id.endsWith("-E0"));
    for (const main of mains) {
      const subs = park.meters.filter((meter) => meter.parentId === main.id);
      const power = (id: string, at: number): number => models.get(id)?.valuesOver(at, quarter)["activePower"] ?? 0;
      for (let at = now - 86_400_000; at < now; at += quarter) {
        const sum = subs.reduce((total, sub) => total + power(sub.id, at), 0);
        expect(sum).toBeLessThanOrEqual(power(main.id, at) + 0.3);
      }
    }
  });

  it("hang every electricity meter under its enterprise's main meter", () => {
    const roots = park.meters.filter((meter) => meter.kind === "electricity" && meter.parentId === null);
    expect(roots.map(({ id }) => id).filter((id) => !id.endsWith("-E0"))).toEqual([]);
  });

  it("show at the committee's main meter what offices and street lights take, and 2 % loss", () => {
    const day = (id: string): number => {
      const read = (at: number): number => models.get(id)?.valuesAt(at)["activeEnergyImport"] ?? NaN;
      return read(now) - read(now - 86_400_000);
    };
    const subs = day("committee-E1") + day("committee-E2") + day("committee-E8");
    expect(day("committee-E0") / subs).toBeCloseTo(1.02, 3);
  });
});
