import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ParkError } from "@smart-park/core";

/** Paths inside the data folder; the one place that names its files. */
export interface DataFolder {
  readonly directory: string;
  readonly journal: string;
  readonly readings: string;
  readonly registryFile: string;
  readonly secretKeyFile: string;
  readonly runFile: string;
  readonly demoSecretsFile: string;
  readonly demoStateFile: string;
  /** Local socket between edge and app. */
  readonly linkPath: string;
}

/** Longest path a unix socket may have on every system we run on. */
const maxSocketPath = 100;

export function dataFolderOf(dataDirectory: string): DataFolder {
  const directory = resolve(dataDirectory);
  return {
    directory,
    journal: join(directory, "journal"),
    readings: join(directory, "readings"),
    registryFile: join(directory, "registry.db"),
    secretKeyFile: join(directory, "secret.key"),
    runFile: join(directory, "run.json"),
    demoSecretsFile: join(directory, "demo-devices.json"),
    demoStateFile: join(directory, "demo-state.json"),
    linkPath: linkPathOf(directory),
  };
}

function linkPathOf(directory: string): string {
  const name = `smart-park-${createHash("sha256").update(directory).digest("hex").slice(0, 16)}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  const inside = join(directory, "edge.sock");
  return inside.length <= maxSocketPath ? inside : join(tmpdir(), `${name}.sock`);
}

/** Makes the folder and checks that it can be written; ParkError (config_invalid) with one sentence when not. */
export function prepareDataFolder(folder: DataFolder): void {
  try {
    for (const path of [folder.directory, folder.journal, folder.readings])
      mkdirSync(path, { recursive: true, mode: 0o700 });
    const probe = join(folder.directory, `.write-test-${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new ParkError(
      "config_invalid",
      `The data folder ${folder.directory} cannot be written (${reason}); set PARK_DATA_DIR to a folder that can.`,
    );
  }
}

/** Claims the folder for this process; a second program on it is refused. Gives the function that lets it go. */
export function lockDataFolder(folder: DataFolder): () => void {
  const file = join(folder.directory, "lock");
  const owner = readOwner(file);
  if (owner !== null && owner !== process.pid && isAlive(owner)) {
    throw new ParkError(
      "config_invalid",
      `The data folder ${folder.directory} is in use by process ${owner}; stop it or set another PARK_DATA_DIR.`,
    );
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function readOwner(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
