import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { isNightly, sized } from "./tests/support/size.ts";

const minutes = (count: number): number => count * 60_000;

const longest = ["figure-pages", "device-pages", "demo-park"].map((name) => `tests/e2e/${name}.test.ts`);

/** The longest files of the browser begin first: among the last, one would keep a worker busy and the other idle. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((path) => moduleId.endsWith(path));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/**
 * Three projects, from fast to slow. `unit` needs nothing but Node; `acceptance` starts whole platforms and
 * `browser` a real Chromium; both mostly wait, and at night one file runs at a time, because it measures.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    globalSetup: "scripts/build-test-threads.mjs",
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    restoreMocks: true,
    unstubGlobals: true,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "node",
          include: ["*/src/**/*.test.ts"],
          // Files that run in one worker share what they import: to load `core` and express anew took more than most tests.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "acceptance",
          environment: "node",
          include: [
            "tests/acceptance/**/*.test.ts",
            "tests/support/**/*.test.ts",
            ...sized([], ["tests/nightly/**/*.test.ts"]),
          ],
          testTimeout: sized(minutes(2), minutes(50)),
          hookTimeout: minutes(2),
          // At night each file starts afresh and alone, because it measures.
          isolate: isNightly,
          maxWorkers: sized(3, 1),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          environment: "node",
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: sized(2, 1),
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
