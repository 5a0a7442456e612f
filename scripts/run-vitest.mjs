import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "./setup.mjs";

/**
 * @typedef {{ fullName: string; status: string }} Test
 * @typedef {{ name: string; status: string; assertionResults: Test[] }} TestFile
 */

/**
 * Runs vitest, names every skipped test and ends with a line of counts; gives the exit code.
 * @param {string[]} args @param {Record<string, string>} [environment] added to this process' own
 * @returns {Promise<number>}
 */
export async function runVitest(args, environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), "smart-park-test-"));
  const report = join(folder, "report.json");
  const exitCode = await spawnVitest(args, report, environment);
  const files = readReport(report);
  rmSync(folder, { recursive: true, force: true });
  return summarize(files, exitCode);
}

/** @param {string[]} args @param {string} outputFile @param {Record<string, string>} environment @returns {Promise<number>} */
function spawnVitest(args, outputFile, environment) {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${outputFile}`];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], { cwd: root, stdio: "inherit", env });
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
