import fc from "fast-check";
import { expect, it } from "vitest";
import type { LocalDay } from "../time.ts";
import { inspectionState, inspectionStepKinds, isOverdue, mayFollow, type InspectionStep } from "./inspection.ts";

const dueOn = "2026-11-20" as LocalDay;
const stepOf = (kind: InspectionStep["kind"]): InspectionStep => ({ kind, note: "", by: "li", at: 0 });
const stateAfter = (...kinds: InspectionStep["kind"][]) => inspectionState({ dueOn, steps: kinds.map(stepOf) });

it.each([
  ["a finding to be put right is open", stateAfter(), "open"],
  ["once put right it waits to be seen", stateAfter("rectified"), "rectified"],
  ["what was not put right well is open again", stateAfter("rectified", "rejected"), "open"],
  ["what was seen to be put right is closed", stateAfter("rectified", "rejected", "rectified", "accepted"), "closed"],
  ["one with nothing to do is only noted", inspectionState({ dueOn: null, steps: [] }), "noted"],
])("%s", (_what, state, expected) => expect(state).toBe(expected));

it("is overdue from the day after its last day, while nothing was put right", () => {
  const steps: InspectionStep[] = [];
  expect(isOverdue({ dueOn, steps }, "2026-11-20")).toBe(false);
  expect(isOverdue({ dueOn, steps }, "2026-11-21")).toBe(true);
  expect(isOverdue({ dueOn, steps: [stepOf("rectified")] }, "2026-11-21")).toBe(false);
  expect(isOverdue({ dueOn: null, steps }, "2026-11-21")).toBe(false);
});

it("whatever is tried, steps alternate, and nothing follows the end", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...inspectionStepKinds)), (tried) => {
      const taken: InspectionStep[] = [];
      for (const kind of tried) if (mayFollow(inspectionState({ dueOn, steps: taken }), kind)) taken.push(stepOf(kind));
      for (const [i, { kind }] of taken.entries()) expect(kind === "rectified").toBe(i % 2 === 0);
      expect(taken.slice(0, -1).some(({ kind }) => kind === "accepted")).toBe(false);
    }),
  );
});
