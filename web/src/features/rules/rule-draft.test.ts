import { ruleKinds, ruleTemplates } from "@smart-park/core";
import { alertRuleRequest, alertRulePatch, fromTemplateRequest, ruleConditions } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import zh from "../../i18n/zh-rules.json";
import {
  draftOfKind,
  draftOfTemplate,
  problemsOf,
  toPatch,
  toRequest,
  toTemplateRequest,
  type RuleDraft,
} from "./rule-draft.ts";
import { kindGroups, ruleForms, type RuleKind } from "./rule-kinds.ts";

/** What somebody must enter before a rule of the kind is one. */
const entered: Readonly<Record<RuleKind, Partial<RuleDraft>>> = {
  limit: { above: 900 },
  rateOfChange: { above: 5 },
  history: {},
  hourlyMean: { above: 35 },
  demand: {},
  quotaPace: {},
  nightFlow: {},
  balanceResidual: {},
  silence: {},
  stuck: {},
  counter: {},
  dataQuality: {},
  condition: { comparisons: [{ point: "A.activePower", above: 1, below: null, holdS: 0 }] },
  treatment: {
    productionPoints: [{ point: "A.activePower", runningAbove: 1 }],
    treatmentPoints: [{ point: "B.activePower", runningAbove: 1 }],
  },
};

function aDraft(kind: RuleKind): RuleDraft {
  const points = ruleForms[kind].watch === "points" ? ["A.activePower"] : [];
  return { ...draftOfKind(kind), name: "规则", points, ...entered[kind] };
}

describe("a rule as it is written", () => {
  it.each(ruleKinds)("of kind %s has a field for everything that the API takes", (kind) => {
    expect(ruleForms[kind].fields.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(ruleConditions[kind].shape).toSorted(),
    );
    const texts = ruleForms[kind].fields.map(({ text }) => text);
    expect(texts.filter((text) => !(text in zh.rules.field))).toEqual([]);
    const hints = ruleForms[kind].fields.filter(({ hasHint }) => hasHint).map(({ text }) => text);
    expect(hints.filter((text) => !(text in zh.rules.hint))).toEqual([]);
  });

  it.each(ruleKinds)("of kind %s is taken by the API as request and as change once it has no problem", (kind) => {
    const draft = aDraft(kind);
    expect(problemsOf(draft)).toEqual([]);
    expect(alertRuleRequest.safeParse(toRequest(draft)).error).toBeUndefined();
    expect(alertRulePatch.safeParse(toPatch(draft)).error).toBeUndefined();
  });

  it.each(ruleTemplates.map((template) => [template.id, template] as const))(
    "by template %s is taken by the API once its limits are given",
    (_, { isDefault, ...template }) => {
      const draft = draftOfTemplate({ ...template, default: isDefault }, template.name);
      const given = Object.fromEntries(template.needs.map((need, index) => [need, 100 - index]));
      const rule = { ...draft, ...given };
      expect(problemsOf(rule)).toEqual([]);
      expect(fromTemplateRequest.safeParse(toTemplateRequest(rule)).error).toBeUndefined();
      expect(alertRuleRequest.safeParse(toRequest(rule)).error).toBeUndefined();
    },
  );

  it("is not sent with a number that cannot be read, without a limit or without points", () => {
    expect(problemsOf({ ...aDraft("limit"), deadband: Number.NaN })).toEqual(["number"]);
    expect(problemsOf({ ...aDraft("limit"), above: null })).toEqual(["bound"]);
    expect(problemsOf({ ...aDraft("hourlyMean"), above: null })).toEqual(["needed"]);
    expect(problemsOf({ ...aDraft("limit"), points: [] })).toEqual(["points"]);
    expect(problemsOf({ ...aDraft("limit"), warnAbove: 900 })).toEqual(["warnAbove"]);
    expect(problemsOf({ ...aDraft("condition"), comparisons: [] })).toEqual(["links"]);
    expect(problemsOf({ ...aDraft("limit"), schedule: { from: "8:00" } })).toEqual(["time"]);
  });

  it("is offered in one group only", () => {
    expect(Object.values(kindGroups).flat().toSorted()).toEqual([...ruleKinds].toSorted());
  });
});
