import { describe, expect, it } from "vitest";
import type { EnterpriseId, UserId } from "../park.ts";
import { isEnterpriseRole, type Principal, type Role } from "../principal.ts";
import { days } from "../time.ts";
import { annotationLimits, mayChangeAnnotation, spanProblem } from "./annotation.ts";

const now = Date.parse("2026-11-20T10:00:00+08:00");

describe("the span of an annotation", () => {
  it.each([
    ["a moment", now, now, null],
    ["a stretch of the past", now - days(2), now - days(1), null],
    ["work that is planned", now + days(10), now + days(11), null],
    ["the last instant that is not too far ahead", now, now + annotationLimits.aheadMs, null],
    ["one that ends before it begins", now, now - 1, "from must not be after to"],
    ["one before there were meters", annotationLimits.earliest - 1, now, "from lies before the year 2000"],
    ["one that nobody can plan", now, now + annotationLimits.aheadMs + 1, "to lies more than a year ahead"],
  ])("may be %s, or says why not", (_name, from, to, problem) => {
    expect(spanProblem({ from, to }, now)).toBe(problem);
  });
});

describe("who changes an annotation", () => {
  const person = (role: Role): Principal => ({
    ...{ kind: "user", id: "somebody" as UserId, role, tokenScopes: null },
    scope: isEnterpriseRole(role) ? new Set(["A" as EnterpriseId]) : "all",
  });
  it.each([
    ["operator", "park", true],
    ["operator", "enterprise", true],
    ["auditor", "park", false],
    ["enterpriseOperator", "enterprise", true],
    ["enterpriseOperator", "park", false],
    ["enterpriseViewer", "enterprise", false],
    ["steward", "enterprise", false],
  ] as const)("is, of %s and one that the %s wrote: %s", (role, side, may) => {
    expect(mayChangeAnnotation(person(role), { side })).toBe(may);
  });
});
