// What a fresh clone lacks: packages and the built web app. Built-in modules only, for this runs before any install.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Ends the program with one clear sentence. @param {string} sentence @returns {never} */
export function fail(sentence) {
  process.stderr.write(`\n✗ ${sentence}\n`);
  process.exit(1);
}

/** Ends the program unless this Node.js can run it: 20.19 or newer, without the short-lived odd releases before 23. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 23;
  if (!supported)
    fail(`smart-park needs Node.js 20.19 or newer (20.19+, 22.13+ or 24+); this is ${process.versions.node}.`);
}

/** Installs the packages of package-lock.json unless node_modules already holds them. */
export function ensureInstalled() {
  if (!isInstalled()) alone(install);
}

function install() {
  if (isInstalled()) return;
  const startedAt = Date.now();
  console.log("• Installing packages with npm ci (once, usually under a minute) …");
  const { command, args, shell } = npm([
    "ci",
    "--include=dev",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
  const result = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell, env: installEnvironment() });
  if (result.error) fail(`npm could not be started (${result.error.message}); install Node.js together with npm.`);
  if (result.signal) process.exit(1);
  if (result.status !== 0) {
    fail("Installing packages failed, see the lines above. Most often the npm registry cannot be reached from here.");
  }
  console.log(`✓ Packages installed in ${seconds(startedAt)}.`);
}

/** Builds web/dist unless it was built from exactly these sources. */
export function ensureWebBuilt() {
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  ensureBuilt("the web app", {
    folder: join(root, "web", "dist"),
    sources: hashOf(webSources()),
    from: join(root, "web"),
    command: [vite, "build", "--logLevel", "error"],
  });
}

/** Builds dist/, the program that `npm start` runs and tests start, unless it was built from exactly these sources. */
export function ensureProgramBuilt() {
  ensureWebBuilt();
  ensureBuilt("the program", {
    folder: join(root, "dist"),
    sources: hashOf(programSources()),
    from: root,
    command: [bundler],
  });
}

/** Builds tests/dist/, the child processes that tests start, unless it was built from exactly these sources. */
export function ensureTestChildrenBuilt() {
  ensureBuilt("the child processes of tests", {
    folder: join(root, "tests", "dist"),
    sources: hashOf([...serverSources(), ...filesBelow(join(root, "tests", "support")), ...bundlers]),
    from: root,
    command: [join(root, "scripts", "bundle-test-children.mjs")],
  });
}

const bundler = join(root, "scripts", "bundle.mjs");
const bundlers = [
  bundler,
  ...["bundle-programs.mjs", "bundle-test-children.mjs"].map((file) => join(root, "scripts", file)),
];

/**
 * @typedef {{ folder: string; sources: string; from: string; command: string[] }} Build what it makes, the hash of what
 *   it is made from, and the command with the folder it runs in
 * @param {string} what @param {Build} build
 */
function ensureBuilt(what, build) {
  if (!isBuilt(build)) alone(() => runBuild(what, build));
}

/** Written beside what was built: the hash of the sources it was built from. @param {Build} build */
function stampOf({ folder }) {
  return join(folder, ".built-from");
}

/** @param {Build} build */
function isBuilt(build) {
  const stamp = stampOf(build);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === build.sources;
}

/** @param {string} what @param {Build} build */
function runBuild(what, build) {
  if (isBuilt(build)) return;
  const startedAt = Date.now();
  console.log(`• Building ${what} …`);
  // The command empties the folder first, so the stamp of an older build cannot outlive a failed one.
  const result = spawnSync(process.execPath, build.command, {
    cwd: build.from,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (result.signal) process.exit(1);
  if (result.status !== 0) fail(`Building ${what} failed, see the lines above.`);
  writeFileSync(stampOf(build), build.sources);
  console.log(`✓ Built ${what} in ${seconds(startedAt)}.`);
}

/**
 * npm writes node_modules/.package-lock.json when an install has ended well. It holds what the lock file wants when each
 * package is there in the same version; only parts made for other platforms may be absent.
 */
function isInstalled() {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(installedFile);
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.includes("node_modules/")) return true; // a workspace itself
    const found = installed[path];
    if (!found) return optional === true;
    return link === true || found.version === version;
  });
}

/** @param {string} file @returns {Record<string, { version?: string; optional?: boolean; link?: boolean }>} */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return fail(`${relative(root, file)} cannot be read as JSON; delete it or restore it from version control.`);
  }
}

/**
 * Does a step of the set-up while no other command of this clone does one: `npm start` and `npm test` may be typed at the
 * same time. The lock names its owner's process, so one left behind by a killed command does not hold anybody up.
 * @param {() => void} step
 */
function alone(step) {
  const lock = join(root, ".setup-lock");
  let isTold = false;
  while (!takeLock(lock)) {
    if (!isTold) console.log("• Waiting for another command that is setting this clone up …");
    isTold = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release); // a failed step ends the process
  step();
  process.off("exit", release);
  release();
}

/** @param {string} lock @returns {boolean} whether the lock is ours now */
function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") {
      fail(`This folder cannot be written to: ${error instanceof Error ? error.message : error}.`);
    }
  }
  if (!isRunning(lock)) rmSync(lock, { force: true });
  return false;
}

/** Whether the process that a lock names is alive. @param {string} lock */
function isRunning(lock) {
  try {
    const owner = readFileSync(lock, "utf8");
    if (owner === "") return true; // it is being written right now
    process.kill(Number(owner), 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/** The npm that started us, or else the one on the path. @param {string[]} args */
function npm(args) {
  const cli = process.env.npm_execpath;
  if (cli && basename(cli) === "npm-cli.js" && existsSync(cli)) {
    return { command: process.execPath, args: [cli, ...args], shell: false };
  }
  // Windows has npm only as a batch file, which needs the shell; none of our arguments holds a space.
  return { command: "npm", args, shell: process.platform === "win32" };
}

/** An outer `npm start` hands its own settings down; those that would change what is installed are left out. */
function installEnvironment() {
  const outer = [
    "omit",
    "include",
    "only",
    "production",
    "global",
    "workspace",
    "workspaces",
    "dry_run",
    "package_lock_only",
  ];
  const env = { ...process.env };
  for (const name of outer) delete env[`npm_config_${name}`];
  delete env.NODE_ENV;
  return env;
}

function webSources() {
  return [
    ...filesBelow(join(root, "web")),
    ...filesBelow(join(root, "core", "src")),
    join(root, "tsconfig.json"),
    join(root, "package-lock.json"),
  ];
}

function programSources() {
  return [...serverSources(), ...webSources(), ...bundlers, join(root, "scripts", "healthcheck.mjs")];
}

function serverSources() {
  const rooms = ["core", "store", "broker", "ingest", "notify", "api", "simulators", "platform"];
  return [...rooms.flatMap((room) => filesBelow(join(root, room))), join(root, "package-lock.json")];
}

/** @param {string[]} files */
function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files.filter((name) => !/\.test\.tsx?$/.test(name)).sort()) {
    hash.update(relative(root, file).split(sep).join("/")).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    if (name === "node_modules" || name === "dist" || name.startsWith(".")) return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** @param {number} startedAt */
function seconds(startedAt) {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}
