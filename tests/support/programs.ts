import { describe, expect, it } from "vitest";
import { findProgram, type Program } from "./find-program.ts";

export { findProgram };

/**
 * A `describe` that needs foreign programs; `fill` gets their paths in the order asked. Where one is missing the suite is
 * skipped by name and reason, but with `CI=true` it fails: nothing is left out unseen there.
 */
export function describeWith(
  programs: Program | readonly Program[],
  title: string,
  fill: (...paths: string[]) => void,
) {
  const wanted = typeof programs === "string" ? [programs] : programs;
  const paths = wanted.map(findProgram);
  const missing = wanted.filter((_, i) => paths[i] === null);
  const found = paths.filter((path) => path !== null);
  if (missing.length === 0) {
    describe(title, () => fill(...found));
    return;
  }
  const reason = `${missing.join(" and ")} not found on this machine`;
  if (process.env.CI === "true") {
    it(`${title}: needs ${missing.join(" and ")}`, () => expect.fail(reason));
  } else {
    it.skip(`${title} (${reason})`, () => {});
  }
}
