// Makes dist/: the platform as plain JavaScript with all it needs, run by `node dist/main.js` without npm or tsx.
// `npm run build` calls it with all it needs in place: packages and the built web app.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fail, root } from "./setup.mjs";

/** Packages with native parts, which cannot be bundled: copied with what they depend on. */
const native = ["libsql", "@node-rs/argon2"];
/** Left out as well: what only runs from sources (tsx), and what the package ws tries to load and does without. */
const external = [...native, /^tsx(\/|$)/, "bufferutil", "utf-8-validate"];
/** How our code finds a file of its own at run time. */
const ownUrl = /new URL\("(\.[^"]+)", import\.meta\.url\)/g;

const finished = join(root, "dist");
const dist = join(root, "dist.new"); // a platform that runs from dist/ loses it for a moment only
rmSync(dist, { recursive: true, force: true });
await bundle();
copyNativePackages();
cpSync(join(root, "web", "dist"), join(dist, "web"), { recursive: true });
cpSync(join(root, "scripts", "healthcheck.mjs"), join(dist, "healthcheck.mjs"));
writeFileSync(join(dist, "package.json"), `${JSON.stringify({ type: "module", private: true })}\n`);
rmSync(finished, { recursive: true, force: true });
renameSync(dist, finished);

async function bundle() {
  const { rolldown } = await import("rolldown");
  const main = join(root, "platform", "src", "main.ts");
  /** @type {Map<string, string>} what code reads at run time: place in the bundle by source */
  const assets = new Map();
  const options = {
    platform: /** @type {const} */ ("node"),
    external,
    logLevel: /** @type {const} */ ("warn"),
    plugins: [assetsBesideProgram(assets)],
  };

  // A first pass tells which source files the program is made of, and so which worker threads it starts.
  const survey = await rolldown({ ...options, input: main });
  const { output } = await survey.generate({ format: "esm" });
  await survey.close();
  const modules = output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));

  const build = await rolldown({ ...options, input: { main, ...workersOf(modules) } });
  // All in one folder: code finds its worker threads and files by import.meta.url, wherever it was put.
  await build.write({
    dir: dist,
    format: "esm",
    entryFileNames: (chunk) => (chunk.name === "main" ? "main.js" : `${chunk.name}.mjs`),
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
  });
  await build.close();
  for (const [source, place] of assets) cpSync(source, join(dist, place), { recursive: true });
}

/**
 * Files and folders that our code finds by import.meta.url keep their path below the repository's root, below dist.
 * @param {Map<string, string>} assets filled with what has to be copied
 */
function assetsBesideProgram(assets) {
  return {
    name: "assets-beside-program",
    /** @param {string} code @param {string} id */
    transform(code, id) {
      if (!id.endsWith(".ts") || id.includes("node_modules")) return null;
      const moved = code.replace(ownUrl, (whole, path) => {
        if (path.endsWith(".mjs")) return whole; // a worker thread
        const source = resolve(dirname(id), path);
        if (!existsSync(source)) fail(`${relative(root, id)} names ${path}, which does not exist.`);
        const place = relative(root, source).split(sep).join("/");
        assets.set(source, place);
        return `new URL("./${place}${path.endsWith("/") ? "/" : ""}", import.meta.url)`;
      });
      return moved === code ? null : { code: moved, map: null }; // lines stay where they were
    },
  };
}

/**
 * Worker threads start from an .mjs file: either the whole worker, or one that loads the TypeScript of the same name
 * beside it, which here takes its place.
 * @param {string[]} modules our source files and those of packages
 * @returns {Record<string, string>} source by name
 */
function workersOf(modules) {
  /** @type {Record<string, string>} */
  const sources = {};
  for (const module of modules.filter((file) => file.endsWith(".ts") && existsSync(file))) {
    for (const [, path = ""] of readFileSync(module, "utf8").matchAll(ownUrl)) {
      if (!path.endsWith(".mjs")) continue;
      const starter = join(dirname(module), path);
      const typescript = starter.replace(/\.mjs$/, ".ts");
      const source = existsSync(typescript) ? typescript : starter;
      const name = basename(starter, ".mjs");
      if (sources[name] && sources[name] !== source)
        fail(`Two worker threads are named ${name}; each needs its own name.`);
      sources[name] = source;
    }
  }
  return sources;
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
