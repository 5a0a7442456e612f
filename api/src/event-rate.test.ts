import { expect, it } from "vitest";
import { EventRate } from "./event-rate.ts";

it.each([
  [19, true],
  [20, true],
  [21, false],
])("event number %i within a second may be said: %s", (count, mayBeSaid) => {
  const events = new EventRate();
  const taken = Array.from({ length: count }, (_, n) => events.take(5000 + n));
  expect(taken.at(-1)).toBe(mayBeSaid);
  expect(events.take(6000)).toBe(true);
});
