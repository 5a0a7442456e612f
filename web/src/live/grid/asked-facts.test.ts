import { describe, expect, it } from "vitest";
import { AskedFacts } from "./asked-facts.ts";

/** Answers when the test says so; a clock moved by hand. */
function setUp({ atOnce = 2, retryMs = 1 } = {}) {
  const questions: { ids: readonly string[]; answer: () => void; fail: () => void; signal: AbortSignal }[] = [];
  const waiting: (() => void)[] = [];
  const time = { now: 0 };
  const facts = new AskedFacts<string>({
    ask: (ids, signal) =>
      new Promise((resolve, reject) => {
        const known = ids.filter((id) => !id.startsWith("no"));
        const answer = (): void => resolve(new Map(known.map((id) => [id, `${id} at ${time.now}`])));
        questions.push({ ids, answer, fail: () => reject(new Error("no link")), signal });
        waiting.shift()?.();
      }),
    ...{ atOnce, maxAgeMs: 60_000, restMs: 300_000, retryMs },
    now: () => time.now,
  });
  let seen = 0;
  /** The next question. */
  const next = async () => {
    if (questions.length <= seen) await new Promise<void>((resolve) => waiting.push(resolve));
    const question = questions[seen++];
    if (question === undefined) throw new Error("nothing was asked");
    return question;
  };
  return { facts, next, time, questions };
}
const told = <T>(facts: AskedFacts<T>): Promise<void> =>
  new Promise((resolve) => {
    const stop = facts.subscribeAny(() => {
      stop();
      resolve();
    });
  });

describe("facts about rows in sight", () => {
  it("are asked for together, told to the cells they are about alone, and not asked for again while they are new", async () => {
    const { facts, next, time, questions } = setUp();
    const calls: string[] = [];
    for (const id of ["a", "b", "c"]) facts.subscribe(id, () => calls.push(id));
    facts.show(["a", "b", "none"]);
    const first = await next();
    expect(first.ids).toEqual(["a", "b"]);
    expect(facts.read("a")).toBeUndefined();
    first.answer();
    const second = await next();
    expect([second.ids, calls, facts.read("a")]).toEqual([["none"], ["a", "b"], "a at 0"]);
    second.answer();
    await told(facts);
    expect(facts.read("none")).toBeNull();
    time.now = 59_999;
    facts.show(["a", "b"]);
    time.now = 60_000;
    facts.show(["b", "c"]);
    const third = await next();
    expect([third.ids, questions.length]).toEqual([["b", "c"], 3]);
    facts.stop();
    expect(third.signal.aborted).toBe(true);
  });

  it("come before those out of sight, which are only needed to order by", async () => {
    const { facts, next } = setUp();
    facts.alsoKnow(["x", "y", "z"]);
    const first = await next();
    expect(first.ids).toEqual(["x", "y"]);
    facts.show(["a"]);
    first.answer();
    const second = await next();
    expect(second.ids).toEqual(["a", "z"]);
    second.answer();
    await told(facts);
    facts.stop();
  });

  it("stay when a question fails, and are asked for again", async () => {
    const { facts, next, time } = setUp();
    facts.show(["a"]);
    (await next()).answer();
    await told(facts);
    time.now = 70_000;
    facts.show(["a"]);
    (await next()).fail();
    const again = await next();
    expect([again.ids, facts.read("a")]).toEqual([["a"], "a at 0"]);
    again.answer();
    await told(facts);
    expect(facts.read("a")).toBe("a at 70000");
    facts.stop();
  });

  it("are not asked for while nobody looks", async () => {
    const { facts, next, questions } = setUp();
    facts.pause(true);
    facts.show(["a"]);
    expect(questions).toEqual([]);
    facts.pause(false);
    expect((await next()).ids).toEqual(["a"]);
    facts.stop();
  });

  it("are loaded for a file, whatever is in sight; a failure is told", async () => {
    const { facts, next } = setUp();
    const { signal } = new AbortController();
    const all = facts.load(["a", "b", "c"], signal);
    (await next()).answer();
    (await next()).answer();
    await all;
    expect(["a", "b", "c"].map(facts.read)).toEqual(["a at 0", "b at 0", "c at 0"]);
    const failing = facts.load(["d"], signal);
    (await next()).fail();
    await expect(failing).rejects.toThrow("no link");
  });
});
