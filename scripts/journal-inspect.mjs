// `npm run journal:inspect [-- folder] [options]`: what the journal of a data folder holds; nothing is changed.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { root } from "./setup.mjs";

const given = process.argv.slice(2);
const valued = new Set(["--records"]);
const hasFolder = given.some((argument, i) => !argument.startsWith("-") && !valued.has(given[i - 1] ?? ""));
const folder = join(resolve(root, process.env.PARK_DATA_DIR || "data"), "journal");
const program = join(root, "scripts", "run.mjs");
const args = [program, "store/src/journal/inspect-cli.ts", ...given, ...(hasFolder ? [] : [folder])];
process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
