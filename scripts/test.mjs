// `npm test [-- --fast] [vitest arguments]`: runs the tests, names every skipped one, ends with a line of counts.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { checkNode, ensureInstalled, ensureWebBuilt, root } from "./setup.mjs";

/**
 * @typedef {{ fullName: string; status: string }} Test
 * @typedef {{ name: string; status: string; assertionResults: Test[] }} TestFile
 */

checkNode();
const given = process.argv.slice(2);
const fast = given.includes("--fast");
const vitestArguments = given.filter((argument) => argument !== "--fast");
if (fast) vitestArguments.push("--project", "unit");

ensureInstalled();
if (usesBuiltWeb(vitestArguments)) ensureWebBuilt();

const folder = mkdtempSync(join(tmpdir(), "smart-park-test-"));
const report = join(folder, "report.json");
const exitCode = await runVitest(vitestArguments, report);
const files = readReport(report);
rmSync(folder, { recursive: true, force: true });
process.exitCode = summarize(files, exitCode);

/** Whole platforms serve the built web app; unit and page tests do not. @param {string[]} args */
function usesBuiltWeb(args) {
  const projects = args.flatMap((argument, i) => {
    if (argument === "--project") return [args[i + 1] ?? ""];
    return argument.startsWith("--project=") ? [argument.slice("--project=".length)] : [];
  });
  return projects.length === 0 || projects.some((name) => name !== "unit");
}

/** @param {string[]} args @param {string} outputFile @returns {Promise<number>} the exit code */
function runVitest(args, outputFile) {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${outputFile}`];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], { cwd: root, stdio: "inherit" });
  // A terminal sends Ctrl+C to the child as well; we wait for it so that the summary still comes.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/** @param {string} file @returns {TestFile[] | null} null when vitest ended before it could report */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).testResults;
  } catch {
    return null;
  }
}

/**
 * Prints skips, failed files and the counts; gives the exit code.
 * @param {TestFile[] | null} reported @param {number} code
 */
function summarize(reported, code) {
  const testFiles = reported ?? [];
  const tests = testFiles.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: file.name })));
  const passed = tests.filter((test) => test.status === "passed").length;
  const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
  // A file that cannot even be loaded, or whose set-up fails, has no failed test of its own: it counts as one.
  const broken = testFiles.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  let failed = tests.filter((test) => test.status === "failed").length + broken.length;
  console.log("");
  for (const test of skipped) console.log(`skipped: ${relative(root, test.file)}: ${test.fullName}`);
  for (const file of broken) console.log(`failed as a whole: ${relative(root, file.name)}`);
  if (reported?.length === 0) {
    console.log("No test was run.");
  } else if (code !== 0 && failed === 0) {
    console.log("failed: the run itself (no single test, see above), counted as one");
    failed = 1;
  }
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  return failed > 0 || passed === 0 ? 1 : 0;
}
