import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { isNightly, sized } from "./tests/support/size.ts";

const minutes = (count: number): number => count * 60_000;

/** The demo park's file is short and takes long: among the last it would keep one worker busy and the other idle. */
class DemoFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isDemo = ({ moduleId }: TestSpecification): number => Number(moduleId.endsWith("demo-park.test.ts"));
    return (await super.sort(files)).toSorted((a, b) => isDemo(b) - isDemo(a));
  }
}

/**
 * Three projects, from fast to slow. `unit` needs nothing but Node; `acceptance` starts whole platforms and
 * `browser` a real Chromium; both mostly wait, and at night one file runs at a time, because it measures.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: DemoFirst },
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
