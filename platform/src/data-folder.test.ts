import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dataFolderOf, lockDataFolder, type DataFolder } from "./data-folder.ts";

let folder: DataFolder;
const lockFile = (): string => join(folder.directory, "lock");
beforeEach(() => {
  folder = dataFolderOf(mkdtempSync(join(tmpdir(), "park-folder-")));
});
afterEach(() => {
  rmSync(folder.directory, { recursive: true, force: true });
});

// Elsewhere the system does not tell when a process started.
describe.runIf(process.platform === "linux")("the lock of a data folder", () => {
  it("keeps out a second program while the first one runs", () => {
    lockDataFolder(folder);
    // Handed to a process that is certainly running: the one that runs this test's process.
    const start = readFileSync(`/proc/${process.ppid}/stat`, "utf8").split(")").at(-1)?.trim().split(" ")[19];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    writeFileSync(lockFile(), `${process.ppid} ${boot}/${start}`);
    expect(() => lockDataFolder(folder)).toThrow(`in use by process ${process.ppid}`);
    writeFileSync(lockFile(), String(process.ppid));
    expect(() => lockDataFolder(folder)).toThrow("in use by process");
  });

  it.each([
    ["a program that is gone", "999999999 x/1"],
    ["another program that got its number", `${process.ppid} before-the-reboot/1`],
    ["a torn file", ""],
  ])("left behind by %s holds nobody up", (_, text) => {
    writeFileSync(lockFile(), text);
    const unlock = lockDataFolder(folder);
    expect(readFileSync(lockFile(), "utf8")).toMatch(new RegExp(`^${process.pid} `));
    unlock();
    expect(() => readFileSync(lockFile())).toThrow("ENOENT");
  });
});
