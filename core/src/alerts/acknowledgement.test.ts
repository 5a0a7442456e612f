import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unacknowledgeFault, unacknowledgeMs, type UnacknowledgeOrder } from "./acknowledgement.ts";

const given = { by: "li", at: 1_000_000, note: "" };
const order = { by: "li", at: given.at + 5000, lastAction: "acknowledged" } as const;

describe("an acknowledgement", () => {
  it.each<[string, Partial<UnacknowledgeOrder>, string | null]>([
    ["may be taken back by who gave it", {}, null],
    ["in the same instant", { at: given.at }, null],
    ["at the end of its time", { at: given.at + unacknowledgeMs }, null],
    ["stays a millisecond later", { at: given.at + unacknowledgeMs + 1 }, "too_late"],
    ["stays when the clock was set back", { at: given.at - 1 }, "too_late"],
    ["stays for somebody else", { by: "wang" }, "not_own"],
    ["stays when the alert has cleared meanwhile", { lastAction: "cleared" }, "changed"],
    ["stays when somebody has commented", { lastAction: "comment" }, "changed"],
    ["stays when it was taken on", { lastAction: "assigned" }, "changed"],
  ])("%s", (_name, change, fault) => {
    expect(unacknowledgeFault(given, { ...order, ...change })).toBe(fault);
  });

  it("is never taken back by another, too late, or after something else", () => {
    const orders = fc.record({
      by: fc.constantFrom("li", "wang", "system"),
      at: fc.integer({ min: given.at - 30_000, max: given.at + 30_000 }),
      lastAction: fc.constantFrom("acknowledged", "cleared", "assigned", "comment", "shelved", "announced"),
    });
    fc.assert(
      fc.property(orders, (one) => {
        const waited = one.at - given.at;
        const may = one.by === "li" && waited >= 0 && waited <= 10_000 && one.lastAction === "acknowledged";
        expect(unacknowledgeFault(given, one) === null).toBe(may);
      }),
    );
  });
});
