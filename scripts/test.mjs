// `npm test [-- --fast] [vitest arguments]`: runs the tests, names every skipped one, ends with a line of counts.
import { runVitest } from "./run-vitest.mjs";
import { checkNode, ensureInstalled, ensureProgramBuilt } from "./setup.mjs";

checkNode();
const given = process.argv.slice(2);
const fast = given.includes("--fast");
const vitestArguments = given.filter((argument) => argument !== "--fast");
if (fast) vitestArguments.push("--project", "unit");

ensureInstalled();
if (startsPrograms(vitestArguments)) ensureProgramBuilt();

process.exitCode = await runVitest(vitestArguments);

/** Whole platforms run the built program; unit tests do not. @param {string[]} args */
function startsPrograms(args) {
  const projects = args.flatMap((argument, i) => {
    if (argument === "--project") return [args[i + 1] ?? ""];
    return argument.startsWith("--project=") ? [argument.slice("--project=".length)] : [];
  });
  return projects.length === 0 || projects.some((name) => name !== "unit");
}
