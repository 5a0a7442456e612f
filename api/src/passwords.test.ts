import { Worker } from "node:worker_threads";
import { expect, it, vi } from "vitest";
import { startPasswords } from "./passwords.ts";

it("hashes with argon2id over at least 19 MiB and two passes, each time anew", async () => {
  const passwords = await startPasswords();
  try {
    const hashes = await Promise.all([
      passwords.hash("a long enough password"),
      passwords.hash("a long enough password"),
    ]);
    for (const hash of hashes) {
      const [, memoryKib, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/.exec(hash) ?? [];
      expect([Number(memoryKib) >= 19 * 1024, Number(passes) >= 2]).toEqual([true, true]);
    }
    expect(new Set(hashes).size).toBe(2);
  } finally {
    await passwords.stop();
  }
});

it("goes on checking passwords after its thread has ended", async () => {
  const posted = vi.spyOn(Worker.prototype, "postMessage");
  const passwords = await startPasswords();
  try {
    const hash = await passwords.hash("a long enough password");
    const underWay = expect(passwords.verify(hash, "a long enough password")).rejects.toThrow("has ended");
    const [thread] = posted.mock.contexts as Worker[]; // its prototype was spied on
    await thread?.terminate();
    await underWay;
    expect(await passwords.verify(hash, "a long enough password")).toBe(true);
    expect(await passwords.verify(hash, "another long password")).toBe(false);
    expect(new Set(posted.mock.contexts).size).toBe(2);
  } finally {
    posted.mockRestore();
    await passwords.stop();
  }
});
