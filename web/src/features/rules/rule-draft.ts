import type { AlertRuleBody, ruleTemplateBody } from "@smart-park/core/wire";
import type { z } from "zod";
import { ruleForms, type Field, type RuleKind } from "./rule-kinds.ts";

export type RuleTemplate = z.infer<typeof ruleTemplateBody>;

/** A rule as it is being written. A number that cannot be read is NaN. */
export type RuleDraft = Omit<AlertRuleBody, "id" | "template" | "default" | "version" | "coveredPoints"> & {
  /** The template that it is made from. */
  readonly template: string | null;
};

const initialOf = (kind: RuleKind): Partial<RuleDraft> =>
  Object.fromEntries(ruleForms[kind].fields.map(({ name, initial }) => [name, initial])); // the table's types match the rule's

/** A new rule of a kind, switched off until somebody switches it on. */
export const draftOfKind = (kind: RuleKind): RuleDraft => ({
  name: "",
  points: [],
  covers: null,
  severity: "P3",
  onDelayS: 0,
  offDelayS: 0,
  schedule: null,
  template: null,
  ...initialOf(kind),
  kind,
  enabled: false,
});

/** A new rule as a template has it; what it leaves open is open. */
export function draftOfTemplate(template: RuleTemplate, name: string): RuleDraft {
  const kind = template.condition["kind"] as RuleKind; // every template's condition names its kind
  const { severity, onDelayS, offDelayS, covers, condition, id } = template;
  const open = Object.fromEntries(template.needs.map((field) => [field, null]));
  return {
    ...draftOfKind(kind),
    ...condition,
    ...open,
    kind,
    name,
    severity,
    onDelayS,
    offDelayS,
    covers,
    template: id,
  };
}

export const draftOfRule = (rule: AlertRuleBody): RuleDraft => ({
  ...draftOfKind(rule.kind),
  ...rule,
  template: rule.template,
});

/** What is sent of a draft: the fields of its kind, and what it watches. */
function contentOf(draft: RuleDraft, fields: readonly Field[]): Record<string, unknown> {
  const { kind, name, severity, onDelayS, offDelayS, schedule } = draft;
  const { watch, hasSchedule } = ruleForms[kind];
  return {
    ...(name.trim() === "" ? {} : { name: name.trim() }),
    severity,
    onDelayS,
    offDelayS,
    ...(hasSchedule && { schedule: schedule ?? null }),
    ...(watch === "points" && { points: draft.points, covers: draft.covers }),
    ...(watch === "nights" && { points: draft.points }),
    ...Object.fromEntries(fields.map((field) => [field.name, draft[field.name] ?? field.initial])),
  };
}

/** The request that makes or tries the rule. */
export const toRequest = (draft: RuleDraft): Record<string, unknown> => ({
  kind: draft.kind,
  enabled: draft.enabled,
  ...contentOf(draft, ruleForms[draft.kind].fields),
});

/** The change of a saved rule: its kind and medium stay. */
export const toPatch = (draft: RuleDraft): Record<string, unknown> =>
  contentOf(
    draft,
    ruleForms[draft.kind].fields.filter((field) => field.type !== "choice" || field.isFixed !== true),
  );

/** The request that makes it from its template: points take the place of what the template covers. */
export function toTemplateRequest(draft: RuleDraft): Record<string, unknown> {
  const { covers, points, ...change } = toPatch(draft);
  const watched = covers != null ? { covers } : points === undefined ? {} : { points };
  return { template: draft.template, enabled: draft.enabled, ...change, ...watched };
}

export type Problem =
  "number" | "points" | "bound" | "needed" | "warnAbove" | "warnBelow" | "warnShare" | "links" | "time";

const isOpen = (value: unknown): boolean => value === null || value === undefined;
const hasNaN = (value: unknown): boolean =>
  typeof value === "number"
    ? Number.isNaN(value)
    : typeof value === "object" && value !== null && Object.values(value).some(hasNaN);

/** What keeps a draft from being a rule, each once. */
export function problemsOf(draft: RuleDraft): readonly Problem[] {
  const { kind, above, below, warnAbove, warnBelow } = draft;
  const { watch, fields } = ruleForms[kind];
  const found = new Set<Problem>();
  if (hasNaN(toRequest(draft))) found.add("number");
  if (watch === "points" && draft.points.length === 0 && draft.covers === null) found.add("points");
  const isBounded = kind === "limit" || kind === "rateOfChange";
  if (isBounded && isOpen(above) && isOpen(below)) found.add("bound");
  if (kind === "history" && isOpen(draft.abovePercent) && isOpen(draft.belowPercent)) found.add("bound");
  for (const field of fields) {
    if (!("isNeeded" in field) || field.isNeeded !== true) continue;
    const value = draft[field.name];
    if (isOpen(value)) found.add("needed");
    if (Array.isArray(value) && value.length === 0) found.add("links");
  }
  const named = [...(draft.productionPoints ?? []), ...(draft.treatmentPoints ?? []), ...(draft.outletPoints ?? [])];
  if (named.some(({ point }) => point === "")) found.add("links");
  const open = (draft.comparisons ?? []).some((one) => one.point === "" || (one.above === null && one.below === null));
  if (open) found.add("links");
  if (kind === "limit") {
    if (!isOpen(above) && !isOpen(warnAbove) && Number(warnAbove) >= Number(above)) found.add("warnAbove");
    if (!isOpen(below) && !isOpen(warnBelow) && Number(warnBelow) <= Number(below)) found.add("warnBelow");
  }
  if (kind === "quotaPace" && Number(draft.warnShare) >= Number(draft.alarmShare)) found.add("warnShare");
  const { from, to } = draft.schedule ?? {};
  const isTime = (text: string | undefined): boolean => text === undefined || /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
  if (!isTime(from) || !isTime(to) || (from !== undefined && from === to)) found.add("time");
  return [...found];
}
