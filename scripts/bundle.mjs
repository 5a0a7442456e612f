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
    input: { main: join(root, "platform", "src", "main.ts"), ...workers() },
    platform: "node",
    external: [...native, ...absent],
    logLevel: "warn",
  });
  // All in one folder: code finds its worker threads and files by import.meta.url, wherever it was put.
  await build.write({
    dir: dist,
    format: "esm",
    entryFileNames: (chunk) => (chunk.name === "main" ? "main.js" : `${chunk.name}.mjs`),
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
  });
  await build.close();
}

/**
 * Worker threads start from an .mjs file: either the whole worker, or one that loads the TypeScript of the same name
 * beside it, which here takes its place.
 * @returns {Record<string, string>} source by name
 */
function workers() {
  const files = servers.flatMap((workspace) => filesBelow(join(root, workspace, "src")));
  const starters = files.filter((file) => file.endsWith(".mjs"));
  const names = starters.map((file) => basename(file, ".mjs"));
  if (new Set(names).size !== names.length) fail(`Two worker threads have the same file name: ${names.join(", ")}.`);
  return Object.fromEntries(
    starters.map((file, i) => {
      const source = file.replace(/\.mjs$/, ".ts");
      return [names[i], existsSync(source) ? source : file];
    }),
  );
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
