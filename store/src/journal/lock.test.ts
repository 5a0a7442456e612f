import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDirectory } from "./lock.ts";

/** Takes the lock, says so, and waits; or says why it cannot. */
const taker = `
  import { lockDirectory } from ${JSON.stringify(fileURLToPath(new URL("./lock.ts", import.meta.url)))};
  lockDirectory(process.argv[1]).then(
    () => { console.log("taken"); setInterval(() => {}, 1000); },
    (error) => { console.log(error.code); process.exit(0); },
  );`;
const nodeArguments = (directory: string) => ["--import", "tsx", "--input-type=module", "-e", taker, directory];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "journal-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("the lock of a journal", () => {
  it("is free again when its process was killed", async () => {
    const holder = spawn(process.execPath, nodeArguments(directory));
    const [said] = (await once(holder.stdout, "data")) as [Buffer];
    expect(said.toString().trim()).toBe("taken");
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: "config_invalid" });
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await (await lockDirectory(directory)).release();
  });

  // As two containers on one volume are: Linux, and only where a process may make a namespace.
  const mayUnshare = spawnSync("unshare", ["-rn", "true"]).status === 0;
  it.skipIf(!mayUnshare)("holds in another network namespace (needs unshare -rn)", async () => {
    const lock = await lockDirectory(directory);
    const other = () => execFileSync("unshare", ["-rn", process.execPath, ...nodeArguments(directory)]);
    expect(other().toString().trim()).toBe("config_invalid");
    await lock.release();
  });
});
