import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFrame, FrameSplitter, hj212Limits, type Split } from "./index.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const good = (qn: string): string =>
  Buffer.from(encodeFrame(`QN=${qn};ST=31;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&DataTime=20260701080000&&`)).toString();
const told = (splits: readonly Split[]): string[] =>
  splits.map((split) => (split.kind === "frame" ? (split.message.qn ?? "") : split.reason));
const read = (...chunks: (string | Uint8Array)[]): string[] => {
  const splitter = new FrameSplitter();
  return told(chunks.flatMap((chunk) => splitter.push(typeof chunk === "string" ? bytes(chunk) : chunk)));
};

describe("a stream of frames", () => {
  it("gives the same frames however it is cut", () => {
    const text = `noise#${good("1")}${good("2").trim()}${good("3")}##00x1${good("4").replace("A1", "A2")}${good("5")}`;
    const frames = ["1", "2", "3", "bad_crc", "5"];
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(read(...at.slice(1).map((end, n) => text.slice(at[n], end)))).toEqual(frames);
      }),
    );
    expect(read(...text)).toEqual(frames);
  });

  it.each([
    ["that says it is longer than it is", good("1").replace(/^##\d{4}/, "##0999")],
    ["that says it is longer than a frame may be", good("1").replace(/^##\d{4}/, "##9999")],
    ["that says it is shorter than it is", good("1").replace(/^##\d{4}/, "##0040")],
    ["that is cut off", good("1").slice(0, 40)],
    ["of a wrong kind of parts", Buffer.from(encodeFrame("ST=31;CN=2011;PNUM=11;PNO=1;MN=A1;CP=&&&&")).toString()],
  ])("loses no good frame behind one %s", (_what, bad) => {
    expect(read(bad, good("2"), good("3"))).toEqual([expect.stringMatching(/^bad_/), "2", "3"]);
  });

  it("gives up a frame whose end does not come, and reads what stands in it", () => {
    const splitter = new FrameSplitter();
    const half = good("2").slice(0, 30);
    expect(told(splitter.push(bytes(`${good("1")}${half}`)))).toEqual(["1"]);
    expect(splitter.isWaiting).toBe(true);
    expect(told(splitter.abandon())).toEqual(["bad_frame"]);
    expect(told(splitter.push(bytes(good("3"))))).toEqual(["3"]);
    expect(told(splitter.abandon())).toEqual([]);
  });

  it("takes an encrypted frame up to 8 KiB as one, and no other that long", () => {
    const longHead = "QN=1;ST=32;CN=2011;PW=123456;MN=A1;Flag=9;CP=&&";
    const encrypted = (length: number): string => {
      const segment = `${longHead}{${"0xAB,".repeat(2000)}`.slice(0, length - 2);
      return `##${String(length).padStart(4, "0")}${segment}&&ABCD\r\n`;
    };
    for (const length of [1500, hj212Limits.encryptedFrameBytes - 10])
      expect(read(encrypted(length), good("2"))).toEqual(["bad_frame", "2"]);
    const [split] = new FrameSplitter().push(bytes(encrypted(1500)));
    expect(split?.kind === "fault" && split.detail).toMatch(/SM4/);
  });

  it.each([
    [hj212Limits.undecodedBytes - 1, ["1"], false],
    [hj212Limits.undecodedBytes, ["1"], false],
    [hj212Limits.undecodedBytes + 1, [], true],
  ])("takes %i bytes without a frame: %j", (noise, frames, isLost) => {
    const splitter = new FrameSplitter();
    const found = [...splitter.push(bytes("x".repeat(noise))), ...splitter.push(bytes(good("1")))];
    expect(told(found)).toEqual(frames);
    expect(splitter.isLost).toBe(isLost);
  });

  it("never throws, keeps little, and finds every good frame that nothing claims", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((some) => some.filter((byte) => byte !== 0x23)),
      fc.constantFrom("##", "#", "##0", "##12", "##0100", "##1024QN=", "&&", "\r\n").map(bytes),
      fc.constantFrom(good("1"), good("2")).map(bytes),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const splitter = new FrameSplitter();
        for (const one of pieces) splitter.push(one);
        splitter.abandon();
        expect(told(splitter.push(bytes(`\r\n${good("9")}${good("9")}`))).at(-1)).toBe("9");
      }),
      { numRuns: 300 },
    );
  });
});
