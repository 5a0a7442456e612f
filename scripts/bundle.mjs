// Makes dist/: the platform as plain JavaScript with all it needs, run by `node dist/main.js` without npm or tsx.
// `npm run build` calls it with all it needs in place: packages and the built web app.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { bundlePrograms, native } from "./bundle-programs.mjs";
import { root } from "./setup.mjs";

const finished = join(root, "dist");
const dist = join(root, "dist.new"); // a platform that runs from dist/ loses it for a moment only
rmSync(dist, { recursive: true, force: true });
await bundlePrograms({ main: join(root, "platform", "src", "main.ts") }, dist);
copyNativePackages();
cpSync(join(root, "web", "dist"), join(dist, "web"), { recursive: true });
cpSync(join(root, "scripts", "healthcheck.mjs"), join(dist, "healthcheck.mjs"));
writeFileSync(join(dist, "package.json"), `${JSON.stringify({ type: "module", private: true })}\n`);
rmSync(finished, { recursive: true, force: true });
renameSync(dist, finished);

/** Packages that could not be bundled, with what they depend on. */
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
