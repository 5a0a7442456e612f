// `npm run check`: everything that can be known without running the product. One line per check, exit 1 on any failure.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { checkNode, ensureInstalled, ensureWebBuilt, root } from "./setup.mjs";

/**
 * @typedef {{ ok: boolean; note?: string; output?: string }} Outcome
 * @typedef {{ file: string; css?: string[]; imports?: string[]; dynamicImports?: string[]; isEntry?: boolean }} Chunk
 */

/** Transferred sizes (gzip) in KiB that a page may cost. */
const budgets = { initialScript: 180, initialStyle: 25, routeScript: 60 };
/** Of an entry that has a budget of its own: a screen is opened by whatever box hangs behind it. */
const initialScripts = new Map([["wall.html", 140]]);

checkNode();
ensureInstalled();
ensureWebBuilt();

const bin = (/** @type {string[]} */ ...path) => join(root, "node_modules", ...path);
const tsc = (/** @type {string} */ project) => node(bin("typescript", "bin", "tsc"), "--noEmit", "-p", project);

/** @type {Array<[string, () => Promise<Outcome> | Outcome]>} */
const checks = [
  ["lint", () => node(bin("eslint", "bin", "eslint.js"), ".", "--max-warnings=0")],
  ["types: servers, tests, scripts", () => tsc(".")],
  ["types: web", () => tsc("web")],
  ["format", () => node(bin("prettier", "bin", "prettier.cjs"), "--check", "--log-level=warn", ".")],
  ["unused files, exports, packages", () => node(bin("knip", "bin", "knip.js"), "--no-progress", "--no-config-hints")],
  ["texts in zh and en", () => node("--import", "tsx", join("web", "src", "i18n", "check.ts"))],
  ["bundle sizes", bundleSizes],
  ["no package below a version with a known hole", floorVersions],
  ["docker-compose.yml", composeFile],
];

const failures = await runAll(2);
console.log(failures.length === 0 ? "\nAll checks passed." : `\n${failures.length} of ${checks.length} checks failed.`);
process.exitCode = failures.length === 0 ? 0 : 1;

/** Runs the checks in order, `atOnce` of them at a time. @param {number} atOnce */
async function runAll(atOnce) {
  const waiting = [...checks];
  /** @type {string[]} */
  const failed = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, check] = next;
      const startedAt = Date.now();
      const { ok, note, output } = await check();
      if (!ok) failed.push(name);
      const took = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
      console.log(`${ok ? "✓" : "✗"} ${name} (${note ? `${note}, ` : ""}${took})`);
      if (!ok && output) console.log(output.trimEnd().replace(/^/gm, "    "));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

/** Runs a Node program in the root folder. @param {string[]} args @returns {Promise<Outcome>} */
function node(...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("error", (error) => resolve({ ok: false, output: error.message }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** Compares what Vite built with the budgets: the first load of each page and each route loaded later. @returns {Outcome} */
function bundleSizes() {
  const dist = join(root, "web", "dist");
  const manifestFile = join(dist, ".vite", "manifest.json");
  if (!existsSync(manifestFile))
    return { ok: false, output: "web/dist/.vite/manifest.json is missing: set build.manifest." };
  /** @type {Record<string, Chunk>} */
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  const kibibytes = (/** @type {Iterable<string>} */ files) =>
    [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length / 1024, 0);

  /** @type {Array<[what: string, size: number, budget: number]>} */
  const sizes = [];
  /** @type {string[]} */
  const firstLoads = [];
  const chunks = Object.entries(manifest);
  for (const [entry] of chunks.filter(([, chunk]) => chunk.isEntry)) {
    const first = filesOf(manifest, entry);
    const allowed = initialScripts.get(entry) ?? budgets.initialScript;
    sizes.push([`${entry}: scripts of the first load`, kibibytes(first.scripts), allowed]);
    firstLoads.push(`${entry} ${kibibytes(first.scripts).toFixed(0)} KiB`);
    sizes.push([`${entry}: styles of the first load`, kibibytes(first.styles), budgets.initialStyle]);
    for (const route of loadedLater(manifest, entry)) {
      const own = [...filesOf(manifest, route).scripts].filter((file) => !first.scripts.has(file));
      sizes.push([`${route}: scripts of the route`, kibibytes(own), budgets.routeScript]);
    }
  }
  const tooBig = sizes.filter(([, size, budget]) => size > budget);
  return {
    ok: sizes.length > 0 && tooBig.length === 0,
    note: `first load: ${firstLoads.join(", ")}`,
    output: tooBig.map(([what, size, budget]) => `${what}: ${size.toFixed(1)} KiB, allowed ${budget} KiB`).join("\n"),
  };
}

/** The versions that would be installed against those that closed a published hole, without asking anybody. @returns {Outcome} */
function floorVersions() {
  /** @type {Array<{ package: string; floor: string; advisory: string }>} */
  const floors = JSON.parse(readFileSync(join(root, "scripts", "floor-versions.json"), "utf8"));
  /** @type {Record<string, { version?: string }>} */
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = Object.entries(locked).map(([path, { version = "" }]) => ({
    name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
    version,
  }));
  const found = floors.flatMap(({ package: name, floor, advisory }) =>
    installed
      .filter((one) => one.name === name && isBelow(one.version, floor))
      .map(({ version }) => `${name} ${version}: ${advisory} is closed in ${floor}`),
  );
  const unused = floors.filter(({ package: name }) => !installed.some((one) => one.name === name));
  const gone = unused.map(({ package: name }) => `${name} is no longer installed: take it out of floor-versions.json`);
  return {
    ok: found.length + gone.length === 0,
    note: `${floors.length} floors`,
    output: [...found, ...gone].join("\n"),
  };
}

/** @param {string} version @param {string} floor both x.y.z; what follows a hyphen is before the release */
function isBelow(version, floor) {
  const numbers = (/** @type {string} */ text) => (text.split(/[-+]/)[0] ?? "").split(".").map(Number);
  const [ours, theirs] = [numbers(version), numbers(floor)];
  const at = theirs.findIndex((number, i) => ours[i] !== number);
  return at < 0 ? version.includes("-") : (ours[at] ?? 0) < (theirs[at] ?? 0);
}

/** Chunks that are loaded later than an entry, on its way or theirs. @param {Record<string, Chunk>} manifest @param {string} entry */
function loadedLater(manifest, entry) {
  /** @type {Set<string>} */
  const later = new Set();
  const seen = new Set([entry]);
  for (const key of seen) {
    const { imports = [], dynamicImports = [] } = manifest[key] ?? { file: "" };
    for (const next of dynamicImports) later.add(next);
    for (const next of [...imports, ...dynamicImports]) seen.add(next);
  }
  return later;
}

/** All files that a chunk loads at once, itself and what it imports. @param {Record<string, Chunk>} manifest @param {string} from */
function filesOf(manifest, from) {
  const seen = new Set([from]);
  for (const key of seen) for (const next of manifest[key]?.imports ?? []) seen.add(next);
  const loaded = [...seen].flatMap((key) => manifest[key] ?? []);
  return {
    scripts: new Set(loaded.map((chunk) => chunk.file)),
    styles: new Set(loaded.flatMap((chunk) => chunk.css ?? [])),
  };
}

/** Lets Compose read docker-compose.yml with the values of .env.example. @returns {Outcome} */
function composeFile() {
  const candidates = [["docker-compose"], ["docker", "compose"]];
  const found = candidates.find(([command = "", ...args]) => spawnSync(command, [...args, "version"]).status === 0);
  if (!found) {
    const output = "Neither docker-compose nor docker compose was found.";
    return process.env.CI === "true" ? { ok: false, output } : { ok: true, note: "skipped: no docker-compose here" };
  }
  const [command = "", ...args] = found;
  const result = spawnSync(command, [...args, "--env-file", ".env.example", "config", "-q"], {
    cwd: root,
    encoding: "utf8",
  });
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}` };
}
