import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Foreign programs that tests drive; the first name found wins. Their Debian packages are named in .ci/run. */
const names = {
  mosquitto_pub: ["mosquitto_pub"],
  mosquitto_sub: ["mosquitto_sub"],
  mosquitto: ["mosquitto"],
  influxd: ["influxd"],
  chromium: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
  strace: ["strace"],
  curl: ["curl"],
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

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
