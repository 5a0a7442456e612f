import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silent } from "./edge-under-test.ts";
import { SecretScan } from "./secret-scan.ts";

const secret = "b7f1c2-device-secret";
const issued = { text: `{"username":"gw1","password":"${secret}"}`, headers: new Headers() };

let folder: string;
let scan: SecretScan;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secret-scan-"));
  scan = new SecretScan();
  scan.see("POST /devices", "{}", issued);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the secret scan", () => {
  it("finds nothing where a secret was told once, to whom it was made for", () => {
    scan.watched(silent).debug({ device: "gw1" }, "device made");
    writeFileSync(join(folder, "registry.db"), "gw1");
    expect(scan.findings(folder)).toEqual([]);
  });

  it.each([
    { place: "a second answer", leak: () => scan.see("GET /devices", "", issued), found: "the answer to GET /devices" },
    {
      place: "a log line",
      leak: () => scan.watched(silent).debug({ x: { y: secret } }, "in"),
      found: 'the log line "in',
    },
    {
      place: "a file",
      leak: () => writeFileSync(join(folder, "registry.db"), `\0${secret}\0`),
      found: "the file registry.db",
    },
  ])("finds it in $place", ({ leak, found }) => {
    leak();
    expect(scan.findings(folder)).toEqual([expect.stringContaining(found)]);
  });

  it("learns cookies and the passwords in requests too", () => {
    const headers = new Headers({ "set-cookie": "park=cookie-0123456789; HttpOnly" });
    scan.see("POST /session", '{"username":"admin","password":"correct-horse"}', { text: "{}", headers });
    writeFileSync(join(folder, "a"), "cookie-0123456789");
    writeFileSync(join(folder, "b"), "correct-horse");
    expect(scan.findings(folder).toSorted()).toEqual(["the file a", "the file b"]);
  });
});
