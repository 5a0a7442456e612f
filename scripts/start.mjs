// `npm start`: sets a fresh clone up, then becomes the platform's supervisor.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { environment } from "./environment.mjs";
import { checkNode, ensureInstalled, ensureProgramBuilt, fail, root } from "./setup.mjs";

checkNode();
const { parseArgs } = await import("node:util"); // loaded late: older Node has none, and shall hear checkNode's sentence

const options = readOptions();
if (options.help) {
  console.log(helpText());
  process.exit(0);
}
if (options.version) {
  console.log(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
  process.exit(0);
}
if (options.demo && options["no-demo"]) fail("--demo and --no-demo exclude each other.");
if (options.demo) process.env.PARK_DEMO = "1";
if (options["no-demo"]) process.env.PARK_DEMO = "0";

ensureInstalled();
ensureProgramBuilt();

process.setSourceMapsEnabled(true);
/** @type {typeof import("../platform/src/main.ts")} */
const { main } = await import(pathToFileURL(join(root, "dist", "main.js")).href);
await main(process.argv.slice(2));

function readOptions() {
  try {
    return parseArgs({
      strict: true,
      allowPositionals: false,
      options: {
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
        demo: { type: "boolean" },
        "no-demo": { type: "boolean" },
        "reset-password": { type: "boolean" },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/[.\n]/)[0] : String(error);
    return fail(`${reason}; npm start -- --help lists all options.`);
  }
}

function helpText() {
  const nameWidth = Math.max(...environment.map(([name]) => name.length));
  const fallbackWidth = Math.max(...environment.map(([, fallback]) => fallback.length));
  const table = environment.map(
    ([name, fallback, meaning]) => `  ${name.padEnd(nameWidth)}  ${fallback.padEnd(fallbackWidth)}  ${meaning}`,
  );
  return [
    "smart-park: energy, water and emission telemetry of a park, from meter to figure.",
    "",
    "Usage: npm start -- [options]",
    "",
    "  --demo            start with a demo park and simulated meters (default)",
    "  --no-demo         start empty, for production",
    "  --reset-password  give the administrator a new one-time password and end",
    "  --version         print the version",
    "  --help            print this text",
    "",
    "Environment (name, default, meaning):",
    "",
    ...table,
    "",
    "Stop with Ctrl+C.",
  ].join("\n");
}
