// Makes dist/: the platform as plain JavaScript with all it needs, run by `node dist/main.js` without npm or tsx.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { checkNode, ensureInstalled, ensureWebBuilt, fail, root } from "./setup.mjs";

/** Packages with native parts, which cannot be bundled: copied with what they depend on. */
const native = ["libsql", "@node-rs/argon2"];
/** Packages that are only reached when running from sources, or that their users try and do without. */
const absent = ["tsx", "bufferutil", "utf-8-validate"];
const servers = ["core", "store", "broker", "ingest", "api", "simulators", "platform"];

checkNode();
ensureInstalled();
ensureWebBuilt();

const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
await bundle();
copyNativePackages();
cpSync(join(root, "web", "dist"), join(dist, "web"), { recursive: true });
cpSync(join(root, "scripts", "healthcheck.mjs"), join(dist, "healthcheck.mjs"));
writeFileSync(join(dist, "package.json"), `${JSON.stringify({ type: "module", private: true })}\n`);
console.log(
  `✓ Bundle made in ${relative(process.cwd(), dist) || "."}; start it with node ${relative(process.cwd(), join(dist, "main.js"))}`,
);

async function bundle() {
  const { rolldown } = await import("rolldown");
  const build = await rolldown({
    input: entries(),
    platform: "node",
    external: [...native, ...absent],
    logLevel: "warn",
    resolve: { conditionNames: ["node", "import", "default"] },
  });
  const { output } = await build.write({
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "shared/[name]-[hash].js",
    sourcemap: true,
  });
  await build.close();
  // Worker threads are started by the name of their .mjs loader; in the bundle that name is the worker itself.
  for (const loader of workerLoaders()) {
    const name = basename(loader, ".mjs");
    writeFileSync(join(dist, `${name}.mjs`), `import "./${name}.js";\n`);
  }
  return output;
}

/** The program, and each worker thread, which starts from a file of its own. @returns {Record<string, string>} */
function entries() {
  const workers = workerLoaders().map((loader) => {
    const source = loader.replace(/\.mjs$/, ".ts");
    if (!existsSync(source)) fail(`${relative(root, loader)} has no ${basename(source)} beside it.`);
    return [basename(loader, ".mjs"), source];
  });
  const names = workers.map(([name]) => name);
  if (new Set(names).size !== names.length) fail(`Two worker threads have the same file name: ${names.join(", ")}.`);
  return { main: join(root, "platform", "src", "main.ts"), ...Object.fromEntries(workers) };
}

/** The small .mjs files that load a worker's TypeScript when running from sources. */
function workerLoaders() {
  return servers
    .flatMap((workspace) => filesBelow(join(root, workspace, "src")))
    .filter((file) => file.endsWith(".mjs"));
}

function copyNativePackages() {
  const seen = new Set();
  const copy = (/** @type {string} */ name, /** @type {string} */ from) => {
    const folder = findPackage(name, from);
    if (!folder || seen.has(folder)) return; // a part made for another platform
    seen.add(folder);
    const target = join(dist, relative(root, folder));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(folder, target, {
      recursive: true,
      filter: (file) => !relative(folder, file).split(/[\\/]/).includes("node_modules"),
    });
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) copy(next, folder);
  };
  for (const name of native) copy(name, root);
}

/** The folder of a package as Node finds it from another folder. @param {string} name @param {string} from */
function findPackage(name, from) {
  const folders = createRequire(join(resolve(from), "any.js")).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, "package.json")));
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
