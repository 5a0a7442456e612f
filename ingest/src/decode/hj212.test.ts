import fc from "fast-check";
import { Catalog, type Device, type Meter, type Quantity } from "@smart-park/core";
import { encodeFrame, parseDataTime } from "@smart-park/core/hj212";
import { aPoint } from "@smart-park/core/testing";
import { describe, expect, it } from "vitest";
import { processMessage } from "../process-message.ts";
import { aRecord, deviceId, enterpriseId, meterId, noon } from "../testing/park.ts";
import { decode } from "./index.ts";

const at = parseDataTime("20261123135900") ?? 0;
const frameOf = (cn: string, data: string): Uint8Array =>
  encodeFrame(`QN=1;ST=31;CN=${cn};PW=******;MN=A1;Flag=5;CP=&&${data}&&`).subarray(0, -2);
const recordOf = (cn: string, data: string, topic = "hj212") =>
  aRecord({ source: "hj212", sender: deviceId("st"), topic, payload: frameOf(cn, data) });
const values = (cn: string, data: string) =>
  decode(recordOf(cn, `DataTime=20261123135900;${data}`)).values.map(({ quantity, value, quality, unit = null }) => [
    ...[quantity, value, quality, unit],
  ]);

describe("a frame of a station", () => {
  it.each<[string, string, string, unknown[]]>([
    ["real-time data", "2011", "a21002-Rtd=1.5,a21002-Flag=N", [["nox", 1.5, "good", "mg/m³"]]],
    [
      "raw and corrected data",
      "2011",
      "a21026-Rtd=1,a21026-ZsRtd=2,a21026-Flag=N",
      [
        ["so2", 1, "good", "mg/m³"],
        ["so2Corrected", 2, "good", "mg/m³"],
      ],
    ],
    [
      "a corrected value in a group of its own",
      "2011",
      "a34013-ZsRtd=3;a34013-Flag=D",
      [["particulatesCorrected", 3, "bad", "mg/m³"]],
    ],
    ["minute data", "2051", "a19001-Min=1,a19001-Avg=2,a19001-Max=3,a19001-Cou=4", [["oxygen", 2, "good", "%"]]],
    ["hour data", "2061", "w01018-Avg=40.1,w01018-Cou=63.0", [["cod", 40.1, "good", "mg/L"]]],
    ["day data", "2031", "w00000-Avg=17.5,w00000-Cou=1500", [["wastewaterFlow", 17.5, "good", "L/s"]]],
    [
      "codes of 2005",
      "2011",
      "011-Rtd=5,011-Flag=N;B02-Rtd=2;S01-Rtd=9;02-Rtd=1",
      [
        ["cod", 5, "good", "mg/L"],
        ["flueGasFlow", 2, "good", "m³/s"],
        ["oxygen", 9, "good", "%"],
        ["so2", 1, "good", "mg/m³"],
      ],
    ],
    [
      "values whose unit is the point's",
      "2011",
      "a34004-Rtd=35;LA-Rtd=50.1",
      [
        ["pm25", 35, "good", null],
        ["noise", 50.1, "good", null],
      ],
    ],
    ...(["F", "M", "S", "D", "C", "T", "B"] as const).map((flag): [string, string, string, unknown[]] => [
      `the flag ${flag}`,
      "2011",
      `w01001-Rtd=7,w01001-Flag=${flag}`,
      [["ph", 7, "bad", "1"]],
    ]),
  ])("gives the values of %s", (_what, cn, data, expected) => {
    expect(values(cn, data)).toEqual(expected);
  });

  it("sets aside what no point can hold and what is no number, and keeps the rest", () => {
    const data = "DataTime=20261123135900;a99999-Rtd=1;a21002-Rtd=,a21026-Rtd=0x10,a19001-Rtd=1e999;a21005-Rtd=4";
    expect(decode(recordOf("2011", data))).toMatchObject({
      values: [{ quantity: "co", value: 4, observedAt: at }],
      refusals: [
        { reason: "unknown_quantity", detail: "a99999-Rtd", count: 1 },
        { reason: "non_finite", count: 3 },
      ],
    });
  });

  it.each([
    ["without a time", "2011", "a21002-Rtd=1", "hj212", "malformed"],
    ["with a time that is none", "2011", "DataTime=20261323135900;a21002-Rtd=1", "hj212", "malformed"],
    ["of states of a plant", "2021", "DataTime=20261123135900;SB1-RS=1", "hj212", "unknown_quantity"],
    ["that edge found damaged", "2011", "DataTime=20261123135900;a21002-Rtd=1", "hj212/bad_crc", "bad_crc"],
    ["that edge found malformed", "2011", "DataTime=20261123135900;a21002-Rtd=1", "hj212/bad_frame", "bad_frame"],
  ])("%s gives no value but a reason", (_what, cn, data, topic, reason) => {
    expect(decode(recordOf(cn, data, topic))).toMatchObject({ values: [], refusals: [{ reason, count: 1 }] });
  });

  it("that only says that it started leaves no trace; a part has the time that edge noted", () => {
    const start = recordOf("2081", "DataTime=20261123135900;RestartTime=20261123135800");
    expect(decode(start)).toEqual({ values: [], refusals: [] });
    expect(decode(recordOf("2051", "a21002-Avg=1", "hj212/at/20261123135900")).values).toMatchObject([
      { observedAt: at },
    ]);
  });

  it("never throws and gives only finite numbers, whatever the bytes", () => {
    const item = fc.tuple(
      fc.constantFrom("a21002", "011", "x", ""),
      fc.constantFrom("Rtd", "Avg", "Flag", "-"),
      fc.string(),
    );
    const dataOf = fc.array(item, { maxLength: 6 }).map((all) => all.map(([a, b, c]) => `${a}-${b}=${c}`).join(";"));
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      dataOf.map((data) => frameOf("2011", `DataTime=20261123135900;${data}`)),
    );
    fc.assert(
      fc.property(payload, fc.constantFrom("hj212", "hj212/at/x", "hj212/bad_crc", "x"), (bytes, topic) => {
        const { accepted } = processMessage(aRecord({ source: "hj212", topic, payload: bytes }), catalog);
        return accepted.every(({ reading }) => Number.isFinite(reading.value));
      }),
      { numRuns: 1000 },
    );
  });
});

const outlet = (
  id: string,
  intervalS: number,
  quantities: readonly Quantity[],
  stampAt: "start" | "end" = "end",
): Meter => ({
  ...{ id: meterId(id), name: id, nameEn: null, enterpriseId: enterpriseId("cement"), kind: "emission", intervalS },
  ...{ parentId: null, zoneId: null, workshop: null, dataSource: null },
  points: quantities.map((quantity) =>
    aPoint(quantity, { meterId: meterId(id), stampAt, enterpriseId: enterpriseId("cement") }),
  ),
});
const station = (...meters: string[]): Device => ({
  ...{ id: deviceId("st"), enterpriseId: enterpriseId("cement"), protocol: "hj212", mn: "A1", isEnabled: true },
  meterIds: meters.map(meterId),
});
const park = (...meters: Meter[]): Catalog =>
  new Catalog({ enterprises: [], meters, devices: [station(...meters.map(({ id }) => id))] });
const catalog = park(outlet("DA1", 60, ["nox"]));

describe("the meter of a value", () => {
  const hours = outlet("H", 3600, ["nox"], "start");
  const days = outlet("D", 86_400, ["nox"]);
  const minutes = outlet("M", 60, ["nox"], "start");
  const where = (all: Catalog, cn: string, field: string) => {
    const { accepted, refusals } = processMessage(recordOf(cn, `DataTime=20261123130000;a21002-${field}=1`), all);
    return [
      ...accepted.map(({ reading }) => [reading.pointId, reading.observedAt]),
      ...refusals.map((one) => one.reason),
    ];
  };
  const start = parseDataTime("20261123130000") ?? 0;

  it.each<[string, Catalog, string, string, unknown[]]>([
    ["a moment, of the one of minutes", park(days, hours, minutes), "2011", "Rtd", [["M.nox", start]]],
    ["a minute, of the one of minutes", park(days, hours, minutes), "2051", "Avg", [["M.nox", start]]],
    ["an hour, of the one of hours", park(minutes, hours), "2061", "Avg", [["H.nox", start]]],
    ["an hour, of the only one", park(minutes), "2061", "Avg", [["M.nox", start]]],
    ["two alike: nobody can tell", park(minutes, outlet("M2", 60, ["nox"])), "2011", "Rtd", ["ambiguous_meter"]],
    ["of another quantity: none", park(outlet("W", 60, ["cod"])), "2011", "Rtd", ["unknown_quantity"]],
    ["no meter at all", park(), "2011", "Rtd", ["unknown_meter"]],
    ["a minute stamped at its end", park(outlet("E", 60, ["nox"])), "2051", "Avg", [["E.nox", start + 60_000]]],
    ["an hour stamped at its end", park(outlet("E", 60, ["nox"])), "2061", "Avg", [["E.nox", start + 3_600_000]]],
    ["a moment is no period", park(outlet("E", 60, ["nox"])), "2011", "Rtd", [["E.nox", start]]],
  ])("%s", (_what, all, cn, field, expected) => {
    expect(where(all, cn, field)).toEqual(expected);
  });

  it("is never another enterprise's, whatever is bound to the station", () => {
    const foreign = { ...outlet("F", 60, ["nox"]), enterpriseId: enterpriseId("food") };
    expect(where(park(foreign), "2011", "Rtd")).toEqual(["unknown_meter"]);
  });

  it("is set aside when it is no number any more in the unit of its point", () => {
    const record = recordOf("2011", "DataTime=20261123135900;w00000-Rtd=1e308");
    const { accepted, refusals } = processMessage(record, park(outlet("W", 60, ["wastewaterFlow"])));
    expect({ accepted, refusals }).toMatchObject({ accepted: [], refusals: [{ reason: "non_finite", count: 1 }] });
  });

  it("states flow in the unit of its point", () => {
    const record = recordOf("2011", "DataTime=20261123135900;w00000-Rtd=10");
    const { accepted } = processMessage(record, park(outlet("W", 60, ["wastewaterFlow"])));
    expect(accepted.map(({ reading }) => reading.value)).toEqual([36]);
    expect(noon).toBeGreaterThan(at);
  });
});
