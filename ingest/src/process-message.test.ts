import { Catalog, type JournalRecord, type Meter, type MeterId, type RemovedMeter } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import { processMessage } from "./process-message.ts";
import { aRecord, deviceId, enterpriseId, noon, testCatalog } from "./testing/park.ts";

const process = (record: JournalRecord) => processMessage(record, testCatalog);
const fromGateway = (payload: unknown) =>
  process(aRecord({ payload, topic: "v1/gateway/telemetry", sender: deviceId("gateway") }));
const fromDevice = (sender: string, payload: unknown) =>
  process(aRecord({ payload, topic: "v1/devices/me/telemetry", sender: deviceId(sender) }));
const fromHttp = (enterprise: string, payload: unknown) =>
  process(
    aRecord({
      payload,
      source: "http",
      topic: "http",
      sender: deviceId("loader"),
      enterpriseId: enterpriseId(enterprise),
    }),
  );

const minute = 60_000;
const day = 24 * 60 * minute;
const reason = (processed: ReturnType<typeof process>) => processed.refusals.map((refusal) => refusal.reason);

describe("a message becomes readings of registered points", () => {
  it("keeps value, both times and the owner", () => {
    const { accepted, refusals, stampedByPlatform } = process(
      aRecord({ payload: { ts: noon - 1000, values: { activePower: 1200 } } }),
    );
    expect(accepted).toEqual([
      {
        enterpriseId: "cement",
        reading: {
          pointId: "kiln.activePower",
          observedAt: noon - 1000,
          receivedAt: noon,
          value: 1200,
          quality: "good",
        },
      },
    ]);
    expect({ refusals, stampedByPlatform }).toEqual({ refusals: [], stampedByPlatform: 0 });
  });

  it("counts values stamped by the platform", () => {
    expect(process(aRecord()).stampedByPlatform).toBe(1);
  });

  it.each([
    { value: 5000, flag: "N", quality: "good" },
    { value: 5000.1, flag: "N", quality: "suspect" },
    { value: -0.1, flag: "N", quality: "suspect" },
    { value: 9000, flag: "D", quality: "bad" },
  ])("$value kW with flag $flag at a meter of 0…5000 kW is $quality", ({ value, flag, quality }) => {
    const { accepted } = process(aRecord({ payload: { ts: noon, values: { activePower: value }, flag } }));
    expect(accepted[0]?.reading.quality).toBe(quality);
  });

  it.each([
    { name: "ten minutes ahead", at: noon + 10 * minute, refused: [] },
    { name: "more than ten minutes ahead", at: noon + 10 * minute + 1, refused: ["future_timestamp"] },
    { name: "seven days late", at: noon - 7 * day, refused: [] },
    { name: "more than seven days late", at: noon - 7 * day - 1, refused: ["too_old"] },
    { name: "in seconds instead of milliseconds", at: Math.floor(noon / 1000), refused: ["too_old"] },
  ])("a reading $name: refused for $refused", ({ at, refused }) => {
    expect(reason(process(aRecord({ payload: { ts: at, values: { activePower: 1 } } })))).toEqual(refused);
  });

  it("stores the known quantities of a message beside an unknown one", () => {
    const { accepted, refusals } = process(
      aRecord({ payload: { ts: noon, values: { activePower: 1, rainfall: 2, humidity: 3 } } }),
    );
    expect(accepted).toHaveLength(1);
    expect(refusals).toEqual([
      { reason: "unknown_quantity", detail: "meter kiln has no rainfall", count: 2, enterpriseId: "cement" },
    ]);
  });
});

describe("who may speak for which meter", () => {
  it("an unknown meter below the own enterprise is kept for later", () => {
    expect(process(aRecord({ topic: "park/cement/newcomer/telemetry" })).refusals).toEqual([
      { reason: "unknown_meter", detail: "no meter newcomer", count: 1, enterpriseId: "cement" },
    ]);
  });

  it("a meter of another enterprise is refused to its sender like one that does not exist, and put on record", () => {
    const { accepted, refusals, foreignMeters } = fromGateway({
      oven: { ts: noon, values: { activePower: 1 } },
      kiln: { ts: noon, values: { activePower: 2 } },
    });
    expect(accepted.map(({ reading }) => reading.pointId)).toEqual(["kiln.activePower"]);
    expect(refusals).toEqual([{ reason: "unknown_meter", detail: "no meter oven", count: 1, enterpriseId: "cement" }]);
    expect(foreignMeters).toEqual(["oven"]);
  });

  it("a gateway does not speak for a meter of its enterprise that is not behind it", () => {
    expect(reason(fromGateway({ yard: { ts: noon, values: { activePower: 1 } } }))).toEqual(["foreign_meter"]);
  });

  it("a device with one meter needs not name it", () => {
    expect(fromDevice("kilnBox", { activePower: 5 }).accepted[0]?.reading.pointId).toBe("kiln.activePower");
  });

  it.each([
    { sender: "gateway", expected: "ambiguous_meter" },
    { sender: "emptyBox", expected: "unknown_meter" },
    { sender: "stranger", expected: "unknown_meter" },
  ])("values of $sender without a meter: $expected, counted in values", ({ sender, expected }) => {
    expect(fromDevice(sender, { activePower: 5, activeEnergyImport: 6 }).refusals).toMatchObject([
      { reason: expected, count: 2 },
    ]);
  });

  it("an HTTP batch reaches the meters of its token's enterprise only", () => {
    const batch = { kiln: { ts: noon, values: { activePower: 1 } }, oven: { ts: noon, values: { activePower: 2 } } };
    expect(reason(fromHttp("food", batch))).toEqual(["unknown_meter"]);
    expect(fromHttp("food", batch).accepted.map(({ enterpriseId: owner }) => owner)).toEqual(["food"]);
  });

  it("an HTTP batch of a park-wide token counts each value in its owner's books, an unknown meter in nobody's", () => {
    const { accepted, refusals } = fromHttp("", {
      kiln: { ts: noon, values: { activePower: 1 } },
      oven: { ts: noon, values: { activePower: 2 } },
      newcomer: { ts: noon, values: { activePower: 3 } },
    });
    expect(accepted.map(({ enterpriseId: owner }) => owner)).toEqual(["cement", "food"]);
    expect(refusals).toMatchObject([{ reason: "unknown_meter", enterpriseId: "", count: 1 }]);
  });

  it("judges by the time of receipt alone, so a replay gives the same", () => {
    const record = aRecord({ receivedAt: 1_000_000, payload: { ts: 1_000_000, values: { activePower: 1 } } });
    expect(process(record)).toEqual(process(record));
    expect(process(record).accepted).toHaveLength(1);
  });
});

describe("a device that moved from cement to pharma at noon", () => {
  const [kiln, gateway] = [testCatalog.meter("kiln") as Meter, testCatalog.device("gateway")]; // both are in the test park
  const old: RemovedMeter = { ...kiln, removedAt: noon, successor: "kiln-2" as MeterId };
  const points = kiln.points.map((point) => ({
    ...point,
    ...{ id: `kiln-2.${point.quantity}` as never, meterId: "kiln-2" as MeterId, enterpriseId: enterpriseId("pharma") },
  }));
  const now: Meter = {
    ...kiln,
    id: old.successor as MeterId,
    enterpriseId: enterpriseId("pharma"),
    beginsAt: noon,
    points,
  };
  const moved = new Catalog({
    enterprises: [...testCatalog.enterprises()],
    meters: [...[...testCatalog.meters()].filter(({ id }) => id !== "kiln"), now],
    devices: gateway === undefined ? [] : [{ ...gateway, enterpriseId: now.enterpriseId, meterIds: [now.id] }],
    removedMeters: [old],
  });
  const say = (owner: string, topic: string, more: Partial<JournalRecord> & { ts: number; meter?: string }) => {
    const { ts, meter, ...record } = more;
    const values = { ts, values: { activePower: 1 } };
    const payload = meter === undefined ? values : { [meter]: [values] };
    const sent = aRecord({ payload, topic, sender: deviceId("gateway"), enterpriseId: enterpriseId(owner) });
    return processMessage({ ...sent, ...record }, moved);
  };
  const stored = ({ accepted }: ReturnType<typeof processMessage>) =>
    accepted.map(({ enterpriseId: owner, reading }) => [owner, reading.pointId]);

  it.each([
    ["on its own topic", "park/cement/kiln/telemetry", undefined],
    ["as the device's only meter", "v1/devices/me/telemetry", undefined],
    ["as one of a gateway's", "v1/gateway/telemetry", "kiln"],
  ])("what had come before, and is read only after the move, is the old owner's: %s", (_how, topic, meter) => {
    const record = { ts: noon - 2000, receivedAt: noon - 1000, ...(meter !== undefined && { meter }) };
    expect(stored(say("cement", topic, record))).toEqual([["cement", "kiln.activePower"]]);
  });

  it.each([
    ["on its own topic", "park/pharma/kiln-2/telemetry", undefined],
    ["as the device's only meter", "v1/devices/me/telemetry", undefined],
    ["as one of a gateway's", "v1/gateway/telemetry", "kiln-2"],
  ])("what comes afterwards is the new owner's, unless it was measured before: %s", (_how, topic, meter) => {
    const record = { receivedAt: noon + 1000, ...(meter !== undefined && { meter }) };
    expect(stored(say("pharma", topic, { ts: noon, ...record }))).toEqual([["pharma", "kiln-2.activePower"]]);
    const { accepted, refusals } = say("pharma", topic, { ts: noon - 1, ...record });
    expect([accepted, refusals]).toMatchObject([[], [{ reason: "too_old", enterpriseId: "" }]]);
  });

  it("does not know the old meter any more", () => {
    const { accepted, refusals } = say("pharma", "v1/gateway/telemetry", { ts: noon, receivedAt: noon, meter: "kiln" });
    expect([accepted, refusals]).toMatchObject([[], [{ reason: "unknown_meter", enterpriseId: "pharma" }]]);
  });
});
