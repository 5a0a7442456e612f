import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceId, EnterpriseId, MeterId } from "../park.ts";
import { openCommandStates, stepCommand, type Command, type CommandEvent } from "./command.ts";

const fresh: Command = {
  ...{ id: "c1", deviceId: "gw1" as DeviceId, enterpriseId: "steel" as EnterpriseId, meterId: "M1" as MeterId },
  ...{ name: "restart", params: {}, state: "accepted", createdAt: 0, createdBy: "admin", expiresAt: 1000 },
  ...{ sentAt: null, deliveredAt: null, answer: null, endedAt: null },
};
const answered = (at: number, isOk = true): CommandEvent => ({ type: "answered", at, isOk, detail: "", result: null });
const after = (...events: CommandEvent[]): Command =>
  events.reduce((command, event) => stepCommand(command, event) ?? command, fresh);

const anEvent: fc.Arbitrary<CommandEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom("sent" as const, "delivered" as const, "expired" as const, "cancelled" as const),
    at: fc.integer({ min: 0, max: 2000 }),
  }),
  fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.boolean()).map(([at, isOk]) => answered(at, isOk)),
);

describe("a command", () => {
  it.each<[string, CommandEvent[], Command["state"]]>([
    ["the usual way", [{ type: "sent", at: 1 }, { type: "delivered", at: 2 }, answered(3)], "executed"],
    ["an answer that says no", [{ type: "sent", at: 1 }, answered(3, false)], "failed"],
    ["a receipt after the answer", [{ type: "sent", at: 1 }, answered(3), { type: "delivered", at: 4 }], "executed"],
    ["a device that stays away", [{ type: "expired", at: 1000 }], "expired"],
    ["a deadline that has not come", [{ type: "expired", at: 999 }], "accepted"],
    [
      "a device that says nothing",
      [
        { type: "sent", at: 1 },
        { type: "expired", at: 1000 },
      ],
      "expired",
    ],
    ["a late answer", [{ type: "sent", at: 1 }, { type: "expired", at: 1000 }, answered(1500)], "executed"],
    ["sending after the deadline", [{ type: "sent", at: 1000 }], "accepted"],
    [
      "nobody was there",
      [
        { type: "sent", at: 1 },
        { type: "returned", at: 2 },
      ],
      "accepted",
    ],
    [
      "cancelling one that was sent",
      [
        { type: "sent", at: 1 },
        { type: "cancelled", at: 2 },
      ],
      "sent",
    ],
    ["an answer to one that was never sent", [answered(3)], "accepted"],
    ["an answer to one that was cancelled", [{ type: "cancelled", at: 2 }, answered(3)], "cancelled"],
  ])("ends right: %s", (_name, events, state) => expect(after(...events).state).toBe(state));

  it("is sent at most once, answered at most once, and stays ended", () => {
    fc.assert(
      fc.property(fc.array(anEvent, { maxLength: 20 }), (events) => {
        let command = fresh;
        let [sent, answers] = [0, 0];
        for (const event of events) {
          const next = stepCommand(command, event);
          if (next === null) continue;
          if (event.type === "sent") sent += 1;
          if (event.type === "answered") answers += 1;
          // Once ended only a late answer changes the state, and nothing opens it again.
          if (command.endedAt !== null) expect([event.type, next.endedAt === null]).toContain(false);
          command = next;
        }
        expect(sent).toBeLessThanOrEqual(1);
        expect(answers).toBeLessThanOrEqual(1);
        expect(command.endedAt === null).toBe(openCommandStates.some((open) => open === command.state));
        if (command.answer !== null) expect(command.sentAt).not.toBeNull();
      }),
    );
  });

  it("does not depend on which of repeated receipts and answers comes first", () => {
    const tail = [
      { type: "delivered", at: 5 } as const,
      answered(6),
      answered(6),
      { type: "delivered", at: 5 } as const,
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(tail, { minLength: 4 }), (events) => {
        expect(after({ type: "sent", at: 1 }, ...events)).toEqual(after({ type: "sent", at: 1 }, ...tail));
      }),
    );
  });
});
