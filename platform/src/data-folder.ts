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
  readonly photos: string;
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
    photos: join(directory, "photos"),
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
  if (owner !== null && owner.pid !== process.pid && isAlive(owner)) {
    throw new ParkError(
      "config_invalid",
      `The data folder ${folder.directory} is in use by process ${owner.pid}; stop it or set another PARK_DATA_DIR.`,
    );
  }
  writeFileSync(file, `${process.pid} ${startOf(process.pid) ?? ""}`);
  return () => rmSync(file, { force: true });
}

interface Owner {
  readonly pid: number;
  /** When it started, as the system tells it; null = unknown. */
  readonly start: string | null;
}

function readOwner(file: string): Owner | null {
  const [pid, start] = (readIfThere(file) ?? "").split(" ");
  const owner = { pid: Number(pid), start: start || null };
  return Number.isInteger(owner.pid) && owner.pid > 0 ? owner : null;
}

/** After a crash or a reboot another program may have the number; it did not start at the same moment. */
function isAlive({ pid, start }: Owner): boolean {
  const now = startOf(pid);
  if (start !== null && now !== null) return now === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Boot and clock ticks since then, so one number never means two processes; null where the system does not tell. */
function startOf(pid: number): string | null {
  const boot = readIfThere("/proc/sys/kernel/random/boot_id")?.trim();
  // The second field is the program's name in brackets, which may hold anything; the 22nd is the start.
  const start = readIfThere(`/proc/${pid}/stat`)?.split(")").at(-1)?.trim().split(" ")[19];
  return boot === undefined || start === undefined ? null : `${boot}/${start}`;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
