// Makes the threads of the store plain JavaScript, once per test run; vitest calls it (vitest.config.ts).
import { rmSync } from "node:fs";
import { join } from "node:path";
import { bundlePrograms } from "./bundle-programs.mjs";
import { root } from "./setup.mjs";

/** @param {{ onTestsRerun: (again: () => Promise<void>) => void }} project @returns {Promise<(() => void) | undefined>} what takes them away */
export default async function setup(project) {
  // Below the packages, where the threads find those they need; by process, for two runs may be under way.
  const folder = join(root, "node_modules", ".cache", `smart-park-threads-${process.pid}`);
  // Every project of the configuration calls this; the first one builds.
  if (process.env.PARK_BUILT_THREADS === folder) return;
  const build = () =>
    bundlePrograms(
      {
        worker: join(root, "store", "src", "readings", "embedded", "worker.ts"),
        "rollup-worker": join(root, "store", "src", "rollups", "rollup-worker.ts"),
      },
      folder,
    );
  await build();
  project.onTestsRerun(build);
  process.env.PARK_BUILT_THREADS = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
