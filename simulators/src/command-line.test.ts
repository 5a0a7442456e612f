import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { platformAddress, speedOf } from "./command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "sim-"));
writeFileSync(join(folder, "run.json"), JSON.stringify({ http: 8123, mqtt: 1999, ws: null, pid: 1 }));
writeFileSync(join(folder, "pw.txt"), "a long password\n");

describe("where the platform is", () => {
  it("comes from the data folder of a running platform", () => {
    expect(platformAddress({ "data-dir": folder })).toEqual({
      apiUrl: "http://127.0.0.1:8123",
      mqttUrl: "mqtt://127.0.0.1:1999",
      auth: null,
    });
  });

  it("comes from the data folder of PARK_DATA_DIR when none is named", () => {
    expect(platformAddress({}, { PARK_DATA_DIR: folder }).apiUrl).toBe("http://127.0.0.1:8123");
    const named = { "data-dir": join(folder, "none") };
    expect(() => platformAddress(named, { PARK_DATA_DIR: folder })).toThrow("--url");
  });

  it("comes from the options first, a password from a file", () => {
    const values = { url: "https://park", mqtt: "mqtts://park", "password-file": join(folder, "pw.txt") };
    expect(platformAddress(values)).toEqual({
      apiUrl: "https://park",
      mqttUrl: "mqtts://park",
      auth: { username: "admin", password: "a long password" },
    });
  });

  it("is asked for in one sentence when nothing says it", () => {
    expect(() => platformAddress({ "data-dir": join(folder, "none") })).toThrow("--url");
    expect(() => platformAddress({ url: "http://x", "token-file": join(folder, "none") })).toThrow("cannot be read");
  });
});

describe("speed", () => {
  it("is a number above 0 or as fast as it goes", () => {
    expect([speedOf(undefined), speedOf("max"), speedOf("900")]).toEqual([Infinity, Infinity, 900]);
    for (const text of ["0", "-1", "fast"]) expect(() => speedOf(text)).toThrow("--speed");
  });
});
