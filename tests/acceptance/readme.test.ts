import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../support/programs.ts";
import { adminPassword, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The commands under a heading, as a reader copies them. */
function commandsUnder(heading: string): string {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  const block = /```sh\n([\s\S]*?)```/.exec(section.split("\n## ")[0] ?? "")?.[1];
  if (block === undefined) throw new Error(`the readme has no commands under ${heading}`);
  return block;
}

/** What a reader fills in: where the park is, the password, what the device's answer showed. */
const filledIn = (commands: string, { url, mqtt }: { url: string; mqtt: number }): string =>
  commands
    .replace("http://127.0.0.1:8080", url)
    .replace("-p 1883", `-p ${mqtt}`)
    .replace('"password":"…"', `"password":"${adminPassword}"`)
    .replace(/^(curl .*\/devices .*?) +# .*$/m, "device=$($1); echo $device")
    .replace(/^password=….*$/m, `password=$(echo "$device" | sed 's/.*"password":"\\([^"]*\\)".*/\\1/')`)
    // The alert is there a moment after the acknowledgement.
    .replace(/^(curl .*\/alerts) +# .*$/m, 'until $1 | grep -q "功率过高"; do sleep 0.1; done; $1');

describeWith(["curl", "mosquitto_pub"], "the commands of the readme, copied", () => {
  let park: TestPlatform;
  let output = "";
  const folder = mkdtempSync(join(tmpdir(), "readme-"));

  beforeAll(async () => {
    park = await startTestPlatform();
    const setting = { url: park.url, mqtt: park.ports.mqtt ?? 0 };
    // A command that is refused ends it, with what it was told.
    const strict = 'set -euo pipefail; curl() { command curl -sS --fail-with-body "$@"; echo; }\n';
    const script =
      strict + ["First meter", "Figures"].map((heading) => filledIn(commandsUnder(heading), setting)).join("\n");
    const ran = promisify(execFile)("bash", ["-c", script], { cwd: folder, timeout: 60_000 });
    output = await ran.then(
      ({ stdout }) => stdout,
      (error: { stdout: string; message: string }) => Promise.reject(new Error(`${error.stdout}\n${error.message}`)),
    );
  }, 90_000);
  afterAll(async () => {
    await park.stop();
    rmSync(folder, { recursive: true });
  });

  it("give an alert by the value that was published", () => {
    expect(output).toContain('"ruleName":"功率过高"');
  });

  it("give the month's energy, its bill to the cent, and the readings behind it", () => {
    expect(output).toContain('"total":{"value":72000,"unit":"kWh"');
    expect(output).toContain("合计,,,,,,,45288,");
    expect(output).toMatch(/"first":\{"at":"2026-06-01T00:00:00\+08:00","value":1000\}/);
  });

  it("show what each tariff rests on", () => {
    expect(output).toContain("湖南 110 kV 到户电价样例");
  });
});
