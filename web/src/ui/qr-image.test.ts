import decodeQr from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { qrModules } from "./qr-image.tsx";

/** What a camera reads off a picture of the code, four pixels to a module. */
function read(modules: readonly (readonly boolean[])[]): string {
  const [scale, size] = [4, modules.length * 4];
  const data = new Uint8Array(size * size * 4).map((_, n) => {
    const [x, y] = [Math.floor(((n >> 2) % size) / scale), Math.floor((n >> 2) / size / scale)];
    return n % 4 === 3 || modules[y]?.[x] === false ? 255 : 0;
  });
  return decodeQr({ width: size, height: size, data });
}

describe("a QR code", () => {
  it.each([
    ["Latin letters", "HELLO world"],
    ["letters of three bytes", "智慧园区 é"],
    [
      "credentials as they are written into it",
      JSON.stringify({ url: "mqtts://park:8883", username: "gw1", password: "p".repeat(32) }),
    ],
    ["the most that is drawn", "w".repeat(660)],
  ])("of %s is read again as it was", (_name, text) => {
    const modules = qrModules(text);
    expect(modules && read(modules)).toBe(text);
  });
  it("has a quiet zone of four modules around it", () => {
    const modules = qrModules("HELLO world") ?? [];
    expect(modules.length).toBe(21 + 8);
    for (const edge of [0, 3, 25, 28]) expect(modules[edge]?.some(Boolean)).toBe(false);
  });
  it("is none of more than a phone reads off a screen", () => {
    expect(qrModules("w".repeat(661))).toBeNull();
  });
});
