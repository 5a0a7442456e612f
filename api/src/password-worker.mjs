// The body of the password thread. Plain JavaScript, so that it starts the same way under Node, tsx, vitest and from a
// bundle. Hashing is synchronous on purpose: the shared thread pool, where files are synced, never waits for a password.
import { parentPort } from "node:worker_threads";
import { hashSync, verifySync } from "@node-rs/argon2";

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane. argon2id is the library's default algorithm. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** @typedef {{ id: number, password: string, hash: string | null }} Job */

/** @param {Job} job */
const run = (job) => (job.hash === null ? hashSync(job.password, cost) : verifySync(job.hash, job.password));

parentPort?.on("message", (/** @type {Job} */ job) => {
  try {
    parentPort?.postMessage({ id: job.id, result: run(job) });
  } catch {
    parentPort?.postMessage({ id: job.id, result: null });
  }
});
