import { quantityNames } from "@smart-park/core";
import { approvalRequest, deviceRequest, meterRequest } from "@smart-park/core/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  draftOfTemplate,
  draftOfWaiting,
  firstDraft,
  problemsOf,
  toApproval,
  toDevice,
  toMeter,
  withIds,
} from "./device-draft.ts";
import { templateNames } from "./meter-templates.ts";

const nothingTaken = (): boolean => false;

describe("a device that is about to be made", () => {
  it.each(templateNames)("by template %s is one that the server takes", (template) => {
    const meter = { ...draftOfTemplate(template), name: "表" };
    const draft = withIds({ ...firstDraft("plant"), meters: [meter, meter] }, nothingTaken);
    expect(problemsOf(draft)).toEqual([]);
    for (const one of draft.meters) meterRequest.parse(toMeter(draft, one));
    expect(deviceRequest.parse(toDevice(draft))).toMatchObject({ meterIds: draft.meters.map(({ id }) => id) });
    expect(approvalRequest.parse(toApproval(draft)).meters).toHaveLength(2);
  });

  it("tells whose part a meter is, so that what both count is summed once", () => {
    const part = { ...draftOfTemplate("power"), id: "plant-E2", name: "分表", parentId: "plant-E1" };
    expect(meterRequest.parse(toMeter(firstDraft("plant"), part)).parentId).toBe("plant-E1");
    const main = { ...part, parentId: null };
    expect(meterRequest.parse(toMeter(firstDraft("plant"), main)).parentId).toBeNull();
  });

  it("proposes ids that nobody has", () => {
    const taken = new Set(["plant-E1", "plant-E3"]);
    const power = draftOfTemplate("power");
    const draft = { ...firstDraft("plant"), meters: [power, { ...power, id: "plant-E2" }, power] };
    const { meters, deviceId } = withIds(draft, (id) => taken.has(id));
    expect(meters.map(({ id }) => id)).toEqual(["plant-E4", "plant-E2", "plant-E5"]);
    expect(deviceId).toBe("plant-E4");
  });

  it("multiplies power and energy and nothing that is the same behind transformers", () => {
    const meter = {
      ...draftOfTemplate("powerMain"),
      name: "表",
      id: "m",
      multiplier: 2000,
      side: "secondary" as const,
    };
    const { points } = meterRequest.parse(toMeter(firstDraft("plant"), meter));
    const scaled = points.filter(({ multiplier, valueSide }) => multiplier === 2000 && valueSide === "secondary");
    expect(scaled.map(({ quantity }) => quantity)).toEqual([
      "activePower",
      "activeEnergyImport",
      "reactiveEnergyImport",
    ]);
    expect(points.find(({ quantity }) => quantity === "powerFactor")?.multiplier).toBe(1);
  });

  it("is not made before somebody has said what a multiplier means", () => {
    const meter = { ...draftOfTemplate("power"), name: "表", multiplier: 2000 };
    const problems = (some: object) =>
      problemsOf(withIds({ ...firstDraft("plant"), meters: [{ ...meter, ...some }] }, nothingTaken));
    expect(problems({})).toEqual(["side"]);
    expect(problems({ side: "primary" })).toEqual([]);
    expect(problems({ ...draftOfTemplate("water"), name: "表", multiplier: 2000 })).toEqual([]);
  });

  it("is proposed no id before it has an owner", () => {
    expect(withIds(firstDraft(""), nothingTaken)).toMatchObject({ deviceId: "", meters: [{ id: "" }] });
  });

  it("says what is missing", () => {
    const empty = { ...draftOfTemplate("power"), id: "a b", points: [], multiplier: 0, intervalS: 0 };
    expect(
      problemsOf(withIds({ enterpriseId: "", deviceId: "x y", mn: null, meters: [empty, empty] }, nothingTaken)),
    ).toEqual([...["enterprise", "deviceId", "meterId", "sameIds", "name", "points", "multiplier", "interval"]]);
    expect(problemsOf(withIds({ ...firstDraft("plant"), deviceId: "d", meters: [] }, nothingTaken))).toEqual([
      "noMeters",
    ]);
  });
});

describe("an HJ 212 station", () => {
  const station = (mn: string) =>
    withIds(
      { ...firstDraft("plant"), deviceId: "st", mn, meters: [{ ...draftOfTemplate("power"), name: "口" }] },
      nothingTaken,
    );

  it("is asked for its MN, and for a PW that ends no field", () => {
    expect(problemsOf(station(""), "a;b")).toEqual(["mn", "pw"]);
    expect(problemsOf(station("8888A1"), "123456")).toEqual([]);
  });

  it("is registered with its MN, and its PW where it has one", () => {
    expect(toDevice(station("8888A1"), "123456")).toMatchObject({
      id: "st",
      protocol: "hj212",
      mn: "8888A1",
      pw: "123456",
    });
    expect(toDevice(station("8888A1"))).not.toHaveProperty("pw");
    expect(toDevice({ ...station("8888A1"), mn: null }, "123456")).not.toHaveProperty("protocol");
  });
});

describe("a device that waits", () => {
  const message = (topic: string, payload: unknown) => ({
    ...{ topic, receivedAt: "2026-11-26T08:00:00+08:00" },
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  });

  it("is proposed as what it claims to be", () => {
    const first = [
      message("park/plant/w-7/telemetry", { ts: 1, values: { waterFlow: 1, nonsense: 2 } }),
      message("park/plant/w-7/telemetry", [{ values: { waterVolume: 5 } }]),
      message("v1/devices/me/telemetry", { activePower: 3 }),
    ];
    const { enterpriseId, deviceId, meters } = draftOfWaiting({ id: "new-1", first }, ["plant"]);
    expect([enterpriseId, deviceId]).toEqual(["plant", "new-1"]);
    expect(meters.map(({ id, template, points }) => [id, template, points.map(({ quantity }) => quantity)])).toEqual([
      ["w-7", "water", ["waterFlow", "waterVolume"]],
      ["new-1", "power", ["activePower"]],
    ]);
  });

  it("is no reason to believe in an enterprise that there is not", () => {
    const first = [message("park/nobody/m/telemetry", "{oops")];
    expect(draftOfWaiting({ id: "d", first }, ["plant"])).toMatchObject({ enterpriseId: "", meters: [{ id: "m" }] });
  });

  it("never breaks the page, whatever it sends", () => {
    const payload = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom("null", '{"values":null}', '{"values":{"__proto__":1}}'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), payload), { maxLength: 5 }), (sent) => {
        const draft = draftOfWaiting({ id: "d", first: sent.map(([topic, text]) => message(topic, text)) }, ["plant"]);
        expect(draft.meters.length).toBeGreaterThan(0);
        for (const { points } of draft.meters)
          expect(points.every(({ quantity }) => quantityNames.includes(quantity))).toBe(true);
      }),
    );
  });
});
