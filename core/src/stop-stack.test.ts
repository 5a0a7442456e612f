import { describe, expect, it } from "vitest";
import type { Logger } from "./ports/ports.ts";
import { StopStack } from "./stop-stack.ts";

const part = (name: string, stopped: string[], fails = false) => ({
  stop: () => {
    stopped.push(name);
    return fails ? Promise.reject(new Error(name)) : Promise.resolve();
  },
});

describe("stopping the parts of the platform", () => {
  it("goes from the last started to the first, past one that fails, and only once", async () => {
    const errors: object[] = [];
    const quiet = (): void => undefined;
    const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error: (fields) => errors.push(fields) };
    const [stopped, stack]: [string[], StopStack] = [[], new StopStack(logger)];
    stack.add("store", part("store", stopped));
    stack.add("ingest", part("ingest", stopped, true));
    stack.add("api", part("api", stopped));
    await stack.stop();
    await stack.stop();
    expect(stopped).toEqual(["api", "ingest", "store"]);
    expect(errors).toMatchObject([{ part: "ingest" }]);
  });
});
