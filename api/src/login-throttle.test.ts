import { describe, expect, it } from "vitest";
import { signInPolicyOf } from "@smart-park/core";
import { LoginThrottle } from "./login-throttle.ts";

const { delay } = signInPolicyOf("none");
const now = Date.UTC(2026, 10, 26, 4);
const throttled = (address: string, failures = delay.free): LoginThrottle => {
  const throttle = new LoginThrottle(delay);
  for (let n = 0; n < failures; n += 1) throttle.failed("li", address, now);
  return throttle;
};

describe("wrong passwords of one account from one network", () => {
  it.each([
    [4, 0],
    [5, 10],
    [6, 20],
    [12, 900],
  ])("after %i of them the next try waits %i s", (failures, waitS) => {
    expect(throttled("192.0.2.7", failures).waitS("li", "192.0.2.7", now)).toBe(waitS);
  });

  it.each([
    [delay.windowMs - 1, 5],
    [delay.windowMs, 1],
  ])("count together within a quarter hour: %i ms later it is number %i", (laterMs, count) => {
    const throttle = throttled("192.0.2.7", 4);
    throttle.failed("li", "192.0.2.7", now + laterMs);
    expect(throttle.waitS("li", "192.0.2.7", now + laterMs)).toBe(count >= delay.free ? 10 : 0);
  });

  it.each([
    ["2001:db8::1", "2001:db8::2:3:4:5"],
    ["2001:db8:0:1::", "2001:db8:0:1:ffff:ffff:ffff:ffff"],
    ["2001:db8:1:2:3::", "2001:db8:1:2::9"],
    ["::1", "::2:0:0:1"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
  ])("come from one network: %s and %s", (guesser, other) => {
    expect(throttled(guesser).waitS("li", other, now)).toBe(10);
  });

  it.each([
    ["192.0.2.7", "192.0.2.8"],
    ["2001:db8::1", "2001:db8:0:1::1"],
    ["2001:db8:1::", "2001:db8:2::"],
    ["fe80::1", "2001:db8::1"],
  ])("of %s hold up nobody at %s", (guesser, other) => {
    expect(throttled(guesser).waitS("li", other, now)).toBe(0);
  });
});
