// Turns TypeScript programs into plain JavaScript that Node.js runs without npm or tsx.
import { cpSync, existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fail, root } from "./setup.mjs";

/** Packages with native parts, which cannot be bundled. */
export const native = ["libsql", "@node-rs/argon2"];
/** Left out as well: what only runs from sources (tsx), and what the package ws tries to load and does without. */
const external = [...native, /^tsx(\/|$)/, "bufferutil", "utf-8-validate"];
/** How our code finds a file of its own at run time. */
const ownUrl = /new URL\("(\.[^"]+)", import\.meta\.url\)/g;

/**
 * Writes the programs that start from these sources as plain JavaScript, each as `<name>.js`, with their worker threads and
 * the files they read; native packages stay outside.
 * @param {Record<string, string>} programs source by name
 * @param {string} folder
 */
export async function bundlePrograms(programs, folder) {
  const { rolldown } = await import("rolldown");
  /** @type {Map<string, string>} what code reads at run time: place in the bundle by source */
  const assets = new Map();
  const options = {
    platform: /** @type {const} */ ("node"),
    external,
    logLevel: /** @type {const} */ ("warn"),
    plugins: [assetsBesideProgram(assets)],
  };

  // A first pass tells which source files the program is made of, and so which worker threads it starts.
  const survey = await rolldown({ ...options, input: programs });
  const { output } = await survey.generate({ format: "esm" });
  await survey.close();
  const modules = output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));

  const build = await rolldown({ ...options, input: { ...programs, ...workersOf(modules) } });
  // All in one folder: code finds its worker threads and files by import.meta.url, wherever it was put.
  await build.write({
    dir: folder,
    format: "esm",
    entryFileNames: (chunk) => `${chunk.name}.${chunk.name in programs ? "js" : "mjs"}`,
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
  });
  await build.close();
  for (const [source, place] of assets) cpSync(source, join(folder, place), { recursive: true });
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
