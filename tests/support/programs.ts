import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";

/** Foreign programs that tests drive; the first name found wins. Their Debian packages are named in .ci/run. */
const names = {
  mosquitto_pub: ["mosquitto_pub"],
  mosquitto_sub: ["mosquitto_sub"],
  mosquitto: ["mosquitto"],
  influxd: ["influxd"],
  chromium: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
  strace: ["strace"],
} as const;

export type Program = keyof typeof names;

/** The path of a program, or null when this machine has none. `PARK_CHROMIUM` names a Chromium off the path. */
export function findProgram(program: Program): string | null {
  if (program === "chromium" && process.env.PARK_CHROMIUM) return process.env.PARK_CHROMIUM;
  // Servers live in sbin folders, which are not on every user's path.
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  for (const name of names[program]) {
    for (const folder of folders) {
      const path = join(folder, process.platform === "win32" ? `${name}.exe` : name);
      if (folder !== "" && isExecutable(path)) return path;
    }
  }
  return null;
}

/**
 * A `describe` that needs foreign programs; `fill` gets their paths in the order asked. Where one is missing the suite is
 * skipped by name and reason, but with `CI=true` it fails: nothing is left out unseen there.
 */
export function describeWith(
  programs: Program | readonly Program[],
  title: string,
  fill: (...paths: string[]) => void,
) {
  const wanted = typeof programs === "string" ? [programs] : programs;
  const paths = wanted.map(findProgram);
  const missing = wanted.filter((_, i) => paths[i] === null);
  const found = paths.filter((path) => path !== null);
  if (missing.length === 0) {
    describe(title, () => fill(...found));
    return;
  }
  const reason = `${missing.join(" and ")} not found on this machine`;
  if (process.env.CI === "true") {
    it(`${title}: needs ${missing.join(" and ")}`, () => expect.fail(reason));
  } else {
    it.skip(`${title} (${reason})`, () => {});
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
