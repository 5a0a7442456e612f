import { expect, it } from "vitest";
import { defaultStrangerLimits } from "./config.ts";
import { Strangers } from "./strangers.ts";

const open = (limits = defaultStrangerLimits) => {
  const counted = { refused: 0 };
  return { counted, strangers: new Strangers(limits, () => (counted.refused += 1)) };
};
/** How many of so many are let in. */
const letIn = (strangers: Strangers, addresses: readonly string[]): number =>
  addresses.filter((address) => strangers.enter(address) !== null).length;
const from = (address: string, count: number): string[] => Array.from({ length: count }, () => address);

it.each([
  [49, 49],
  [50, 50],
  [51, 50],
])("of %i strangers at one address %i are let in", (tries, expected) => {
  const { strangers, counted } = open();
  expect(letIn(strangers, from("192.0.2.7", tries))).toBe(expected);
  expect(counted.refused).toBe(tries - expected);
  expect(letIn(strangers, ["192.0.2.8"])).toBe(1);
});

it.each([
  [499, 499],
  [500, 500],
  [501, 500],
])("of %i strangers at as many addresses %i are let in", (tries, expected) => {
  const { strangers } = open();
  expect(
    letIn(
      strangers,
      Array.from({ length: tries }, (_, n) => `2001:db8:0:${n.toString(16)}::1`),
    ),
  ).toBe(expected);
});

it("an IPv6 network is one address, however many it has", () => {
  const { strangers } = open();
  const tries = Array.from({ length: 51 }, (_, n) => `2001:db8::${n.toString(16)}`);
  expect(letIn(strangers, tries)).toBe(50);
  expect(letIn(strangers, ["2001:db8:0:1::1"])).toBe(1);
});

it("who is known or gone leaves its place, once", () => {
  const { strangers } = open({ total: 2, perAddress: 2, isLoopbackExempt: true });
  const [first] = [strangers.enter("192.0.2.7"), strangers.enter("192.0.2.8")];
  expect(strangers.enter("192.0.2.9")).toBeNull();
  first?.();
  first?.();
  expect(letIn(strangers, ["192.0.2.9", "192.0.2.9"])).toBe(1);
});

it("programs on this machine are no strangers", () => {
  const { strangers } = open({ total: 0, perAddress: 0, isLoopbackExempt: true });
  expect(letIn(strangers, ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "192.0.2.7", "::ffff:192.0.2.7"])).toBe(
    4,
  );
});
