// `node scripts/run.mjs <file.ts> [arguments]`: runs one TypeScript program of this repository in this process.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkNode, ensureInstalled, fail, root } from "./setup.mjs";

checkNode();
const [file, ...args] = process.argv.slice(2);
if (!file) fail("Say which program to run: node scripts/run.mjs <file.ts> [arguments].");
const entry = resolve(root, file);
if (!existsSync(entry)) fail(`There is no program ${file}.`);

ensureInstalled();

// npm moves to the root folder; paths among the arguments are meant from where the user typed them.
const typedIn = process.env.INIT_CWD;
if (typedIn && resolve(process.cwd()) === resolve(root) && existsSync(typedIn)) process.chdir(typedIn);

process.argv = [process.execPath, entry, ...args];
const { register } = await import("tsx/esm/api");
register();
await import(pathToFileURL(entry).href);
