import { z } from "zod";
import { registerFaults } from "../alerts/alert-rule.ts";
import { isFigureRule } from "../alerts/figure-rule.ts";
import { isLinked } from "../alerts/linked-rule.ts";
import { meterKinds } from "../park.ts";
import { quantityNames, type Quantity } from "../quantity.ts";
import { tariffDayTypes } from "../electricity/tariff-period.ts";
import { baseUnit } from "../units.ts";
import { enterpriseIdSchema, meterIdSchema, pointIdSchema } from "./primitives.ts";

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:MM");
/** When a rule may raise, in the park's time; `to` before `from` runs over midnight, what is left out does not narrow it. */
export const scheduleSchema = z
  .strictObject({
    dayTypes: z.array(z.enum(tariffDayTypes)).min(1).max(tariffDayTypes.length).readonly().optional(),
    from: clockTime.optional(),
    to: clockTime.optional(),
  })
  .refine(({ from = "00:00", to = "24:00" }) => from !== to, { path: ["to"], message: "to must differ from from" });

const bound = z.number().nullable().default(null);
const deadband = z.number().min(0).default(0);
const percent = z.number().positive().max(1000);
const seconds = z.number().min(1).max(604_800);
export const comparison = z
  .strictObject({
    point: pointIdSchema,
    above: bound,
    below: bound,
    holdS: z.number().min(0).max(604_800).default(0),
  })
  .refine(({ above, below }) => above !== null || below !== null, "a comparison needs above or below");
export const runningPoints = z.array(z.strictObject({ point: pointIdSchema, runningAbove: z.number() })).max(50);
/** Null = all, those that come later too. */
const subjects = z.array(z.string().min(1).max(300)).min(1).max(500).nullable().default(null);

const coverParts = {
  meterKinds: z.array(z.enum(meterKinds)).min(1).nullable(),
  quantities: z.array(z.enum(quantityNames)).min(1).nullable(),
  enterpriseId: enterpriseIdSchema.nullable(),
  meterId: meterIdSchema.nullable(),
};
/** Points by what they are and whose; a part that is null or left out is any. */
export const pointCover = z.strictObject({
  meterKinds: coverParts.meterKinds.default(null),
  quantities: coverParts.quantities.default(null),
  enterpriseId: coverParts.enterpriseId.default(null),
  meterId: coverParts.meterId.default(null),
});
/** A part that is left out is as the template says. */
export const templateCover = z.strictObject(coverParts).partial();
export const pointCoverBody = z.object({
  meterKinds: z.array(z.string()).readonly().nullable(),
  quantities: z.array(z.string()).readonly().nullable(),
  enterpriseId: z.string().nullable(),
  meterId: z.string().nullable(),
});

/** What each kind of rule has beyond the fields of every rule; one shape for requests, changes and the registry. */
export const ruleConditions = {
  limit: z.strictObject({
    above: bound,
    below: bound,
    deadband,
    warnAbove: z.number().nullable().optional(),
    warnBelow: z.number().nullable().optional(),
  }),
  silence: z.strictObject({ afterS: seconds, afterIntervals: z.number().min(1).max(1000).nullable().optional() }),
  rateOfChange: z.strictObject({ above: bound, below: bound, deadband, windowS: z.number().min(1).max(86_400) }),
  stuck: z.strictObject({
    forS: seconds,
    tolerance: z.number().min(0).default(0),
    runningPoint: pointIdSchema.nullable().default(null),
    runningAbove: z.number().default(0),
  }),
  hourlyMean: z.strictObject({
    above: z.number(),
    minCoverage: z.number().min(0).max(1).default(0.75),
    warnsAhead: z.boolean().default(true),
  }),
  demand: z.strictObject({
    declaredKw: z.number().positive().nullable().default(null),
    abovePercent: percent.default(100),
    warnsAhead: z.boolean().default(true),
  }),
  history: z.strictObject({
    abovePercent: percent.nullable().default(null),
    belowPercent: percent.nullable().default(null),
    minDifference: z.number().min(0).default(0),
    days: z.number().int().min(4).max(8).default(6),
    minCoverage: z.number().min(0).max(1).default(0.75),
  }),
  counter: z.strictObject({
    faults: z.array(z.enum(registerFaults)).min(1).max(registerFaults.length).readonly().default(registerFaults),
    soundS: seconds.default(900),
  }),
  dataQuality: z.strictObject({
    abovePercent: z.number().positive().max(100),
    windowS: z.number().min(600).max(604_800).default(3600),
    lateAfterS: z.number().min(0).max(86_400).default(300),
  }),
  condition: z.strictObject({
    match: z.enum(["all", "any"]),
    comparisons: z.array(comparison).min(1).max(20).readonly(),
    staleS: seconds.default(900),
  }),
  treatment: z.strictObject({
    productionPoints: runningPoints.min(1).readonly(),
    treatmentPoints: runningPoints.min(1).readonly(),
    outletPoints: runningPoints.readonly().default([]),
    treatmentNeeds: z.enum(["all", "any"]).default("all"),
    startLateS: seconds.default(600),
    stopEarlyS: seconds.default(600),
    staleS: seconds.default(900),
  }),
  quotaPace: z.strictObject({
    quotas: subjects,
    warnShare: z.number().positive().max(10).default(0.9),
    alarmShare: z.number().positive().max(10).default(1),
  }),
  nightFlow: z.strictObject({}),
  balanceResidual: z.strictObject({
    medium: z.enum(meterKinds),
    period: z.enum(["day", "month"]).default("day"),
    places: subjects,
    aboveShare: z.number().min(0).max(1),
    aboveAmount: z.number().min(0).default(0),
  }),
};

type BoundField = "above" | "below" | "warnAbove" | "warnBelow" | "abovePercent" | "belowPercent";
type Bounded = Partial<Record<BoundField, number | null | undefined>> & {
  readonly warnShare?: number;
  readonly alarmShare?: number;
};

/** What must hold between the fields of a rule; adds an issue for each that does not. */
export function checkCondition(rule: Bounded & { kind: string }, context: z.core.$RefinementCtx): void {
  const { kind, above = null, below = null, warnAbove = null, warnBelow = null } = rule;
  const { abovePercent = null, belowPercent = null } = rule;
  const complain = (field: string, message: string): void => {
    context.addIssue({ code: "custom", path: [field], message });
  };
  if ((kind === "limit" || kind === "rateOfChange") && above === null && below === null)
    complain("above", "a limit needs above or below");
  if (kind === "history" && abovePercent === null && belowPercent === null)
    complain("abovePercent", "a rule on the usual needs abovePercent or belowPercent");
  if (kind === "quotaPace" && (rule.warnShare ?? 0) >= (rule.alarmShare ?? Infinity))
    complain("warnShare", "a warning comes before the alarm: warnShare must be less than alarmShare");
  if (above !== null && warnAbove !== null && warnAbove >= above)
    complain("warnAbove", "a warning comes before the alarm: warnAbove must be less than above");
  if (below !== null && warnBelow !== null && warnBelow <= below)
    complain("warnBelow", "a warning comes before the alarm: warnBelow must be more than below");
}

interface Watching {
  readonly kind: string;
  readonly points: readonly unknown[];
  readonly covers?: { readonly quantities: readonly Quantity[] | null } | null | undefined;
  readonly schedule?: object | null | undefined;
}

/** What a rule watches: the points that it names, or those that it covers, or the figures of its kind. */
export function checkWatched({ kind, points, covers, schedule }: Watching, context: z.core.$RefinementCtx): void {
  if ((schedule ?? null) !== null && isFigureRule({ kind }))
    context.addIssue({ code: "custom", path: ["schedule"], message: "figures are judged when their time is over" });
  const complain = (message: string): void => context.addIssue({ code: "custom", path: ["points"], message });
  const covering = covers ?? null;
  if (kind === "quotaPace" || kind === "balanceResidual") {
    if (points.length > 0 || covering !== null) complain(`${kind} watches no points`);
  } else if (kind === "nightFlow") {
    if (covering !== null) complain("nightFlow names its points, or none for every water meter");
  } else if (isLinked({ kind })) {
    if (covering !== null) complain(`${kind} watches the points that it names`);
  } else if (points.length > 0 === (covering !== null)) complain("a rule names points, or covers them");
  else if (covering !== null && boundKinds.has(kind) && unitsOf(covering.quantities) !== 1)
    context.addIssue({ code: "custom", path: ["covers"], message: `${kind} has bounds: cover quantities of one unit` });
}

/** Kinds whose bounds mean something in one unit only. */
const boundKinds: ReadonlySet<string> = new Set(["limit", "rateOfChange", "hourlyMean"]);
const unitsOf = (names: readonly Quantity[] | null): number => new Set((names ?? quantityNames).map(baseUnit)).size;
