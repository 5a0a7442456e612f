import { expect, it } from "vitest";
import { toApiConfig } from "./config.ts";
import { RateLimiter } from "./rate-limiter.ts";

const { perUserPerMinute } = toApiConfig({
  ...{ host: "127.0.0.1", port: 0, tls: null, timeZone: "Asia/Shanghai", demo: false, webRoot: null },
}).rateLimits;
const now = Date.UTC(2026, 10, 26, 4);

it.each([
  [299, 0],
  [300, 0],
  [301, 1],
])("the last of %i requests of one person within a minute waits %i s", (count, waitS) => {
  const limiter = new RateLimiter();
  const waits = Array.from({ length: count }, () => limiter.take("user li", perUserPerMinute, now));
  expect(waits.at(-1)).toBe(waitS);
  expect(limiter.take("user wang", perUserPerMinute, now)).toBe(0);
});

it("who has waited as long as told is let through once more, whichever way the clock was set meanwhile", () => {
  const limiter = new RateLimiter();
  for (let n = 0; n < 60; n += 1) limiter.take("user li", 60, now);
  expect([limiter.take("user li", 60, now), limiter.take("user li", 60, now + 1000)]).toEqual([1, 0]);
  expect([limiter.take("user li", 60, now - 86_400_000), limiter.take("user li", 60, now - 86_399_000)]).toEqual([
    1, 0,
  ]);
});
