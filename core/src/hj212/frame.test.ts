import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeFrame,
  hj212Crc,
  hj212Limits,
  parseDataTime,
  readFrame,
  readItems,
  toAnswer,
  toDataTime,
  wantsAnswer,
} from "./index.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const head = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;";
const frameOf = (segment: string): Uint8Array => encodeFrame(segment).subarray(0, -2);
const refusalOf = (frame: Uint8Array) => {
  const read = readFrame(frame);
  return read.ok ? null : read.reason;
};
/** A right segment of so many bytes. */
const segmentOf = (length: number): string => {
  const filler = (n: number) => `${head}CP=&&Info=${"x".repeat(n)}&&`;
  return filler(length - filler(0).length);
};

describe("the CRC of HJ 212", () => {
  it.each([
    [
      "2017 annex A",
      "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&",
      0x1c80,
    ],
    ["2025", "QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&", 0x2200],
  ])("gives the vector of %s", (_edition, segment, crc) => {
    expect(hj212Crc(bytes(segment))).toBe(crc);
  });

  it("is the loop of the standard", () => {
    const loop = (data: Uint8Array): number => {
      let crc = 0xffff;
      for (const byte of data) {
        crc = (crc >> 8) ^ byte;
        for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
      }
      return crc;
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (data) => hj212Crc(data) === loop(data)));
  });
});

describe("a frame", () => {
  it("is read as the standard's example of hour data", () => {
    const data = "DataTime=20160801080000;w01018-Cou=63.0,w01018-Avg=40.1,w01018-Flag=N";
    const read = readFrame(frameOf(`${head.replace("2011", "2061")}CP=&&${data}&&`));
    expect(read).toEqual({
      ok: true,
      message: {
        ...{ qn: "20160801085857223", st: "32", cn: "2061", mn: "010000A8900016F000169DC0", pw: "123456" },
        ...{ flag: 5, part: null, data },
      },
    });
    expect(readItems(data)[1]?.[1]).toEqual({ factor: "w01018", field: "Avg", value: "40.1" });
  });

  it("takes a CRC in small letters, a length of three digits, and blanks around names", () => {
    const text = Buffer.from(
      frameOf(`ST=32;CN=2011;PW=1;MN=A;CP=&&DataTime=20160801080000; LA-Rtd =50.1&&`),
    ).toString();
    const loose = text.replace(/^##0/, "##").replace(/.{4}$/, (crc) => crc.toLowerCase());
    const read = readFrame(bytes(loose));
    expect(read.ok && readItems(read.message.data)[1]).toEqual([{ factor: "LA", field: "Rtd", value: "50.1" }]);
  });

  it.each([
    [1023, null],
    [1024, null],
  ])("of %i bytes of data is taken", (length, refusal) => {
    expect(refusalOf(frameOf(segmentOf(length)))).toBe(refusal);
  });

  it("of 1025 bytes of data is dropped", () => {
    const long = segmentOf(1025);
    const crc = hj212Crc(bytes(long)).toString(16).toUpperCase().padStart(4, "0");
    expect(refusalOf(bytes(`##1025${long}${crc}`))).toBe("bad_frame");
    expect(() => encodeFrame(long)).toThrow(RangeError);
    expect(encodeFrame(segmentOf(1024))).toHaveLength(hj212Limits.frameBytes);
  });

  it.each([
    ["PNUM=9;PNO=9;", null],
    ["PNUM=10;PNO=10;", null],
    ["PNUM=10;PNO=1;", null],
    ["PNUM=11;PNO=1;", "bad_frame"],
    ["PNUM=3;PNO=4;", "bad_frame"],
    ["PNUM=3;PNO=0;", "bad_frame"],
    ["PNUM=3;", "bad_frame"],
    ["PNUM=x;PNO=1;", "bad_frame"],
  ])("as part %s gives %s", (part, refusal) => {
    expect(refusalOf(frameOf(`${head}${part}CP=&&DataTime=20160801080000&&`))).toBe(refusal);
  });

  it.each([
    [63, null],
    [64, null],
    [65, "bad_frame"],
  ])("with a QN of %i characters, all of which go back in the answer, gives %s", (length, refusal) => {
    const segment = `QN=${"1".repeat(length)};ST=3;CN=2011;PW=1;MN=A;Flag=5;CP=&&&&`;
    expect(refusalOf(frameOf(segment))).toBe(refusal);
  });

  it.each([
    ["a changed byte", (text: string) => text.replace("50.1", "50.2"), "bad_crc"],
    ["a wrong CRC", (text: string) => text.replace(/.{4}$/, "FFFF"), "bad_crc"],
    ["a length too short", (text: string) => text.replace(/^##\d{4}/, "##0050"), "bad_frame"],
    ["a length too long", (text: string) => text.replace(/^##\d{4}/, "##0900"), "bad_frame"],
    ["no head", (text: string) => text.slice(2), "bad_frame"],
    ["nothing", () => "", "bad_frame"],
  ])("with %s is dropped", (_what, spoil, reason) => {
    const text = Buffer.from(frameOf(`${head}CP=&&DataTime=20160801080000;LA-Rtd=50.1&&`)).toString();
    expect(refusalOf(bytes(spoil(text)))).toBe(reason);
  });

  it.each(["MN=A;CP=&&&&", "ST=32;MN=A;CP=&&&&", "ST=32;CN=20;MN=A;CP=&&&&", "ST=32;CN=2011;MN=A;&&", "&&"])(
    "with the head %j is none",
    (segment) => expect(refusalOf(frameOf(segment))).toBe("bad_frame"),
  );

  it("that is encrypted is told as that", () => {
    const read = readFrame(frameOf(`${head}CP=&&{0x7D,0x95}g=N&&`));
    expect(read.ok ? "" : read.detail).toMatch(/SM4/);
  });
});

describe("an answer", () => {
  it.each([
    [5, true, 4],
    [4, false, 4],
    [7, true, 4],
    [9, true, 8],
    [1, true, 0],
  ])("to flag %i is wanted: %s, in version %i", (flag, isWanted, version) => {
    const read = readFrame(frameOf(`${head.replace("Flag=5", `Flag=${flag}`)}CP=&&&&`));
    if (!read.ok) throw new Error(read.detail);
    expect(wantsAnswer(read.message)).toBe(isWanted);
    expect(toAnswer(read.message, "9014")).toBe(
      `QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=${version};CP=&&&&`,
    );
  });
});

describe("DataTime", () => {
  it.each([
    ["20160801085857", "2016-08-01T00:58:57.000Z"],
    ["20160801085857223", "2016-08-01T00:58:57.223Z"],
    ["20160229235959", "2016-02-29T15:59:59.000Z"],
  ])("%s is Chinese time", (text, iso) => {
    expect(new Date(parseDataTime(text) ?? NaN).toISOString()).toBe(iso);
  });

  it.each([
    "",
    "2016080108585",
    "20161301085857",
    "20160230085857",
    "20160801245857",
    "20160801085860",
    "x",
    "1617937097417",
  ])("%j is none", (text) => expect(parseDataTime(text)).toBeNull());

  it("is written as it is read", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e9 }),
        (second) => parseDataTime(toDataTime(second * 1000)) === second * 1000,
      ),
    );
  });
});
