import { meterKinds, registerFaults } from "@smart-park/core";
import type { AlertRuleBody } from "@smart-park/core/wire";
import type texts from "../../i18n/zh-rules.json";

export type RuleKind = AlertRuleBody["kind"];
type FieldText = keyof typeof texts.rules.field;

/** Fields of a rule whose value is of one type. */
type NamesOf<V> = {
  [K in keyof AlertRuleBody]-?: [NonNullable<AlertRuleBody[K]>] extends [V] ? K : never;
}[keyof AlertRuleBody];

type NumberName = Exclude<NamesOf<number>, "version" | "coveredPoints">;

/** `point` = the unit of the watched points, `medium` = the base unit of the medium; a share is written in %. */
export type FieldUnit = "point" | "pointPerMinute" | "medium" | "kW" | "percent" | "share" | "days" | "intervals";

interface FieldBase {
  /** Its label; the name unless the kind uses it for something of its own. */
  readonly text: FieldText;
  readonly hasHint?: boolean;
}
export interface NumberField extends FieldBase {
  readonly type: "number";
  readonly name: NumberName;
  readonly unit: FieldUnit;
  /** What a new rule begins with; null = open. */
  readonly initial: number | null;
  /** A rule without it cannot be saved. */
  readonly isNeeded?: boolean;
}
export interface DurationField extends FieldBase {
  readonly type: "duration";
  readonly name: NumberName;
  /** Seconds. */
  readonly initial: number;
}
interface FlagField extends FieldBase {
  readonly type: "flag";
  readonly name: "warnsAhead";
  readonly initial: boolean;
}
export interface ChoiceField extends FieldBase {
  readonly type: "choice";
  readonly name: "match" | "treatmentNeeds" | "period" | "medium";
  readonly options: readonly string[];
  readonly initial: string;
  /** Cannot be changed once the rule is saved. */
  readonly isFixed?: boolean;
}
interface FaultsField extends FieldBase {
  readonly type: "faults";
  readonly name: "faults";
  readonly initial: typeof registerFaults;
}
interface PointField extends FieldBase {
  readonly type: "point";
  readonly name: "runningPoint";
  readonly initial: null;
}
export interface LinksField extends FieldBase {
  readonly type: "comparisons" | "runningPoints";
  readonly name: "comparisons" | "productionPoints" | "treatmentPoints" | "outletPoints";
  readonly initial: readonly [];
  readonly isNeeded?: boolean;
}
export interface SubjectsField extends FieldBase {
  readonly type: "subjects";
  readonly name: "quotas" | "places";
  readonly initial: null;
}
export type Field =
  NumberField | DurationField | FlagField | ChoiceField | FaultsField | PointField | LinksField | SubjectsField;

export interface KindSpec {
  /** points: named ones or all of a kind; nights: named water meters or all; none: what it names itself, or figures. */
  readonly watch: "points" | "nights" | "none";
  readonly hasSchedule: boolean;
  /** Whether it can be tried on stored history. */
  readonly hasBacktest: boolean;
  readonly fields: readonly Field[];
}

/** Most fields are called by their own name; a kind that uses one for something of its own gives it a `text`. */
const textOf = (name: string, { text }: Partial<FieldBase>): FieldText => text ?? (name as FieldText); // the test checks it
const number = (
  name: NumberName,
  unit: FieldUnit,
  initial: number | null,
  more: Partial<NumberField> = {},
): NumberField => ({ type: "number", name, unit, initial, ...more, text: textOf(name, more) });
const duration = (name: NumberName, initial: number, more: Partial<DurationField> = {}): DurationField => ({
  type: "duration",
  name,
  initial,
  ...more,
  text: textOf(name, more),
});
const links = (
  type: LinksField["type"],
  name: LinksField["name"] & FieldText,
  more: Partial<LinksField> = {},
): LinksField => ({ type, name, text: name, initial: [], ...more });

const minute = 60;
const hour = 3600;
const ofPoints = { watch: "points", hasSchedule: true, hasBacktest: true } as const;
const linked = { watch: "none", hasSchedule: true, hasBacktest: true } as const;
const ofFigures = { watch: "none", hasSchedule: false, hasBacktest: true } as const;

const stale = duration("staleS", 15 * minute, { hasHint: true });
const minCoverage = number("minCoverage", "share", 0.75, { hasHint: true });
const warnsAhead: Field = { type: "flag", name: "warnsAhead", text: "warnsAhead", initial: true };

/** Every kind of rule and what is entered for it: forms, requests and checks are made from this table. */
export const ruleForms: Readonly<Record<RuleKind, KindSpec>> = {
  limit: {
    ...ofPoints,
    fields: [
      number("above", "point", null),
      number("below", "point", null),
      number("warnAbove", "point", null, { hasHint: true }),
      number("warnBelow", "point", null),
      number("deadband", "point", 0, { hasHint: true }),
    ],
  },
  rateOfChange: {
    ...ofPoints,
    fields: [
      number("above", "pointPerMinute", null, { text: "riseAbove" }),
      number("below", "pointPerMinute", null, { text: "fallBelow", hasHint: true }),
      number("deadband", "pointPerMinute", 0, { hasHint: true }),
      duration("windowS", 5 * minute, { text: "rateWindow", hasHint: true }),
    ],
  },
  history: {
    ...ofPoints,
    fields: [
      number("abovePercent", "percent", 30, { text: "aboveUsual" }),
      number("belowPercent", "percent", null, { text: "belowUsual" }),
      number("minDifference", "point", 0, { hasHint: true }),
      number("days", "days", 6, { text: "likeDays", hasHint: true }),
      minCoverage,
    ],
  },
  hourlyMean: {
    ...ofPoints,
    fields: [number("above", "point", null, { text: "hourLimit", isNeeded: true }), minCoverage, warnsAhead],
  },
  demand: {
    ...ofPoints,
    fields: [
      number("declaredKw", "kW", null, { hasHint: true }),
      number("abovePercent", "percent", 100, { text: "ofDeclared", isNeeded: true }),
      warnsAhead,
    ],
  },
  quotaPace: {
    ...ofFigures,
    fields: [
      { type: "subjects", name: "quotas", text: "quotas", initial: null },
      number("warnShare", "share", 0.9, { isNeeded: true }),
      number("alarmShare", "share", 1, { isNeeded: true }),
    ],
  },
  nightFlow: { ...ofFigures, watch: "nights", fields: [] },
  balanceResidual: {
    ...ofFigures,
    fields: [
      {
        type: "choice",
        name: "medium",
        text: "medium",
        options: meterKinds.filter((kind) => ["electricity", "water", "gas", "steam", "heat"].includes(kind)),
        initial: "electricity",
        isFixed: true,
      },
      { type: "choice", name: "period", text: "period", options: ["day", "month"], initial: "day" },
      { type: "subjects", name: "places", text: "places", initial: null },
      number("aboveShare", "share", 0.1, { isNeeded: true, hasHint: true }),
      number("aboveAmount", "medium", 0),
    ],
  },
  silence: {
    ...ofPoints,
    hasBacktest: false,
    fields: [duration("afterS", 5 * minute), number("afterIntervals", "intervals", 3, { hasHint: true })],
  },
  stuck: {
    ...ofPoints,
    fields: [
      duration("forS", 2 * hour),
      number("tolerance", "point", 0, { hasHint: true }),
      { type: "point", name: "runningPoint", text: "runningPoint", initial: null, hasHint: true },
      number("runningAbove", "point", 0),
    ],
  },
  counter: {
    ...ofPoints,
    fields: [
      { type: "faults", name: "faults", text: "faults", initial: registerFaults },
      duration("soundS", 15 * minute, { hasHint: true }),
    ],
  },
  dataQuality: {
    ...ofPoints,
    fields: [
      number("abovePercent", "percent", 20, { text: "badShare", isNeeded: true }),
      duration("windowS", hour, { text: "qualityWindow" }),
      duration("lateAfterS", 5 * minute, { hasHint: true }),
    ],
  },
  condition: {
    ...linked,
    fields: [
      { type: "choice", name: "match", text: "match", options: ["all", "any"], initial: "all" },
      links("comparisons", "comparisons", { isNeeded: true }),
      stale,
    ],
  },
  treatment: {
    ...linked,
    fields: [
      links("runningPoints", "productionPoints", { isNeeded: true }),
      links("runningPoints", "treatmentPoints", { isNeeded: true }),
      { type: "choice", name: "treatmentNeeds", text: "treatmentNeeds", options: ["all", "any"], initial: "all" },
      links("runningPoints", "outletPoints", { hasHint: true }),
      duration("startLateS", 10 * minute),
      duration("stopEarlyS", 10 * minute),
      stale,
    ],
  },
};

/** Kinds by what they look at, in the order in which they are offered. */
export const kindGroups = {
  value: ["limit", "rateOfChange", "history"],
  period: ["hourlyMean", "demand"],
  figure: ["quotaPace", "nightFlow", "balanceResidual"],
  data: ["silence", "stuck", "counter", "dataQuality"],
  linked: ["condition", "treatment"],
} as const satisfies Record<string, readonly RuleKind[]>;
export type KindGroup = keyof typeof kindGroups;
export const kindGroupNames = Object.keys(kindGroups) as KindGroup[]; // keys of a const object

/** Base units that balances are in. */
export const mediumUnits: Readonly<Record<string, string>> = {
  electricity: "kWh",
  water: "m³",
  gas: "Nm³",
  steam: "t",
  heat: "GJ",
};
