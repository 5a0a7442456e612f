// Makes tests/dist/: the child processes of tests (tests/support/*-child.ts) as plain JavaScript. tsx needs longer to
// start one than most of them live.
import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { bundlePrograms } from "./bundle-programs.mjs";
import { root } from "./setup.mjs";

const support = join(root, "tests", "support");
const folder = join(root, "tests", "dist");
const sources = readdirSync(support).filter((file) => file.endsWith("-child.ts"));
rmSync(folder, { recursive: true, force: true });
await bundlePrograms(Object.fromEntries(sources.map((file) => [basename(file, ".ts"), join(support, file)])), folder);
