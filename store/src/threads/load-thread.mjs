// Threads do not inherit the TypeScript loader, so the first module of a thread is plain JavaScript and loads the rest.
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Loads a thread's TypeScript. Tests have it as JavaScript already, in the folder PARK_BUILT_THREADS: each of their many
 * threads would else take a second of processor time to translate what it is made of.
 * @param {URL} source
 */
export async function loadThread(source) {
  // eslint-disable-next-line no-restricted-properties -- not a setting: the built program has no such file
  const built = process.env.PARK_BUILT_THREADS;
  if (built) {
    await import(pathToFileURL(join(built, basename(source.pathname).replace(/\.ts$/, ".js"))).href);
    return;
  }
  const { register } = await import("tsx/esm/api");
  register();
  await import(source.href);
}
