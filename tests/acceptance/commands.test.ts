import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

const run = (folder: string, script: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(folder, "scripts", script), ...args], { cwd: folder, encoding: "utf8" });

describe("npm start on a clone without any installed package", () => {
  let clone = "";
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), "smart-park-commands-"));
    for (const name of ["scripts", "package.json", "package-lock.json"]) {
      cpSync(join(root, name), join(clone, name), { recursive: true });
    }
  });
  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  it("explains itself with --help: every environment variable the platform reads, each with its default", () => {
    const { status, stdout } = run(clone, "start.mjs", "--help");
    expect(status).toBe(0);
    const explained = [...stdout.matchAll(/^ {2}((?:PARK|INFLUX)_[A-Z0-9_]+|ROLES) /gm)].map(([, name]) => name);
    const config = readFileSync(join(root, "platform", "src", "config.ts"), "utf8");
    const read = [...config.matchAll(/^ {2}((?:PARK|INFLUX)_[A-Z0-9_]+|ROLES):/gm)].map(([, name]) => name);
    expect(explained.toSorted()).toEqual(read.toSorted());
    expect(stdout).toMatch(/PARK_TIME_ZONE +Asia\/Shanghai /);
  });

  it("tells its version", () => {
    const { status, stdout } = run(clone, "start.mjs", "--version");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "0.1.0\n" });
  });

  it.each([
    { args: ["--demmo"], says: "Unknown option '--demmo'; npm start -- --help lists all options." },
    { args: ["now"], says: "Unexpected argument 'now'; npm start -- --help lists all options." },
    { args: ["--demo", "--no-demo"], says: "--demo and --no-demo exclude each other." },
  ])("refuses $args with one sentence", ({ args, says }) => {
    const { status, stdout, stderr } = run(clone, "start.mjs", ...args);
    expect({ status, stdout, stderr: stderr.trim() }).toEqual({ status: 1, stdout: "", stderr: `✗ ${says}` });
  });

  it("refuses to run a program that does not exist", () => {
    const { status, stderr } = run(clone, "run.mjs", "simulators/src/nothing.ts");
    expect({ status, stderr: stderr.trim() }).toEqual({
      status: 1,
      stderr: "✗ There is no program simulators/src/nothing.ts.",
    });
  });
});
