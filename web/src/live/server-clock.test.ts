import { describe, expect, it, vi } from "vitest";
import { ServerClock, steadyNow } from "./server-clock.ts";

describe("server time", () => {
  it("is right on a PC that is three hours ahead", () => {
    let pc = 10_800_000;
    const clock = new ServerClock(() => pc);
    clock.observe(0);
    pc += 5000;
    expect(clock.now()).toBe(5000);
  });

  it("trusts the packet that was fastest on its way", () => {
    let pc = 1000;
    const clock = new ServerClock(() => pc);
    clock.observe(400); // 600 ms on its way
    pc = 2000;
    clock.observe(1990); // 10 ms on its way
    pc = 3000;
    clock.observe(2500); // slow again
    expect(clock.now()).toBe(2990);
  });

  it("goes on when the clock of the PC is set forward while a page is open", () => {
    const clock = new ServerClock(steadyNow);
    clock.observe(5000);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3 * 3_600_000 });
    try {
      expect(clock.now() - 5000).toBeLessThan(60_000);
    } finally {
      vi.useRealTimers();
    }
  });
});
