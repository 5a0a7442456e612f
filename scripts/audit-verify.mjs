// `npm run audit:verify [-- file] [options]`: whether the audit log of a data folder is as it was written; nothing is changed.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { root } from "./setup.mjs";

const given = process.argv.slice(2);
const hasFile = given.some((argument, i) => !argument.startsWith("-") && given[i - 1] !== "--hash");
const file = join(resolve(root, process.env.PARK_DATA_DIR || "data"), "registry.db");
const program = join(root, "scripts", "run.mjs");
const args = [program, "store/src/registry/verify-cli.ts", ...given, ...(hasFile ? [] : [file])];
process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
