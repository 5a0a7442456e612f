// `npm run test:nightly [-- --shard i/n] [--list] [vitest arguments]`: the tests that grow at night, at their full size.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { runVitest } from "./run-vitest.mjs";
import { checkNode, ensureInstalled, ensureProgramBuilt, fail, root } from "./setup.mjs";

/** @typedef {{ path: string; minutes: number }} NightlyFile */

const longestShardMinutes = 60;

checkNode();
const { shard, isCut, isList, rest } = parseArguments(process.argv.slice(2));
const files = nightlyFiles();
const shards = toShards(files, shard.count);
const chosen = shards[shard.index - 1] ?? [];
for (const { path, minutes } of chosen) console.log(`${relative(root, path)}: about ${minutes} min`);
console.log(`shard ${shard.index}/${shard.count}: about ${minutesOf(chosen)} of ${minutesOf(files)} min`);

if (!isList) {
  if (isCut && minutesOf(chosen) > longestShardMinutes)
    fail(`A shard may take ${longestShardMinutes} minutes: use more of them.`);
  if (chosen.length === 0) fail("There is nothing to do in this shard: use fewer of them.");
  ensureInstalled();
  ensureProgramBuilt();
  process.exitCode = await runVitest([...rest, ...chosen.map(({ path }) => path)], { PARK_TEST_SIZE: "nightly" });
}

/** @param {string[]} given */
function parseArguments(given) {
  const at = given.indexOf("--shard");
  const [, index, count] = at < 0 ? [, "1", "1"] : (/^(\d+)\/(\d+)$/.exec(given[at + 1] ?? "") ?? []);
  if (!(Number(index) >= 1 && Number(index) <= Number(count))) fail("--shard takes i/n, for example 1/2.");
  const others = given.filter((_, i) => at < 0 || (i !== at && i !== at + 1));
  return {
    shard: { index: Number(index), count: Number(count) },
    isCut: at >= 0,
    isList: others.includes("--list"),
    rest: others.filter((argument) => argument !== "--list"),
  };
}

/** Test files that say in their first line how long they take at night. @returns {NightlyFile[]} */
function nightlyFiles() {
  const folder = join(root, "tests");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .flatMap((name) => {
      const path = join(folder, name);
      const minutes = /^\/\/ nightly: (\d+) min\n/.exec(readFileSync(path, "utf8"))?.[1];
      return minutes === undefined ? [] : [{ path, minutes: Number(minutes) }];
    });
}

/** Longest first, each to the shard that has least. @param {NightlyFile[]} all @param {number} count @returns {NightlyFile[][]} */
function toShards(all, count) {
  /** @type {NightlyFile[][]} */
  const result = Array.from({ length: count }, () => []);
  for (const file of all.toSorted((a, b) => b.minutes - a.minutes || (a.path < b.path ? -1 : 1)))
    result.toSorted((a, b) => minutesOf(a) - minutesOf(b))[0]?.push(file);
  return result;
}

/** @param {NightlyFile[]} list */
function minutesOf(list) {
  return list.reduce((sum, { minutes }) => sum + minutes, 0);
}
