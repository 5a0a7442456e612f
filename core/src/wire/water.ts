import { z } from "zod";
import { defaultRelativeStep } from "../water/night-flow.ts";
import { coverage, figureBody, figureStates, rangeClosing, versionBody } from "./figures.ts";
import { enterpriseIdSchema, instantSchema, isoSchema } from "./primitives.ts";

const nightsParam = z.coerce.number().int().min(14).max(400).default(91);
const relativeStepParam = z.coerce.number().min(0).max(10).default(defaultRelativeStep);
/** Nights to look at (13 weeks by default), and steps that a rise must exceed, m³/h and share of the usual. */
export const nightFlowQuery = z.strictObject({
  nights: nightsParam,
  /** Left out: what the point's night-flow target says, else 0. */
  absoluteStep: z.coerce.number().min(0).optional(),
  relativeStep: relativeStepParam,
});

const watchStates = ["normal", "warning", "alarm", "unknown"] as const;

/** A rise of the night flow that lasted: a suspected leak 疑似漏损, not a proof. */
export const leakEventBody = z.object({
  kind: z.enum(["sudden", "gradual", "return"]),
  since: isoSchema,
  foundAt: isoSchema,
  endedAt: isoSchema.nullable(),
  flowM3PerH: z.number(),
  m3PerDay: z.number(),
  /** null = the price is not known. */
  yuanPerDay: z.number().nullable(),
});

const nightFlowHead = {
  point: z.string(),
  enterpriseId: z.string(),
  /** Of flows. */
  unit: z.literal("m³/h"),
  state: z.enum(watchStates),
  minFlow: z.number().nullable(),
  baseline: z.number().nullable(),
  /** Smallest step that would stand out now. */
  threshold: z.number().nullable(),
  nightsAbove: z.number(),
  since: isoSchema.nullable(),
  /** What the suspected leaks lose now. */
  m3PerDay: z.number(),
  yuanPerDay: z.number().nullable(),
  /** 元/m³ of the enterprise's contract; null = not known. */
  waterPrice: z.number().nullable(),
  /** Of the enterprise's months that the nights lie in; `state` is the watch's. */
  figureState: z.enum(figureStates),
  closedMonths: rangeClosing.closedMonths,
  versions: z.array(versionBody),
};

export const nightFlowBody = z.object({
  ...nightFlowHead,
  coverage,
  nightsAsked: z.number(),
  absoluteStep: z.number(),
  relativeStep: z.number(),
  events: z.array(leakEventBody),
  nights: z.array(
    z.object({
      from: isoSchema,
      to: isoSchema,
      dayType: z.enum(["weekday", "saturday", "sunday"]),
      /** null = the night has a gap and is skipped. */
      minFlow: z.number().nullable(),
      baseline: z.number().nullable(),
      threshold: z.number().nullable(),
      isAbove: z.boolean(),
    }),
  ),
});
export type NightFlowBody = z.infer<typeof nightFlowBody>;

/** Suspected leaks that last, the largest first. A leak behind a sub-meter shows at the meters above it too: never add them. */
export const leaksBody = z.object({
  at: isoSchema,
  items: z.array(
    z.object({
      ...nightFlowHead,
      meterId: z.string(),
      meterName: z.string(),
      parentId: z.string().nullable(),
      events: z.array(leakEventBody),
    }),
  ),
  /** Water meters looked at, and those of which too little is known to judge them now. */
  pointCount: z.number(),
  unknown: z.array(z.string()),
});
export type LeaksBody = z.infer<typeof leaksBody>;

export const waterFiguresQuery = z.strictObject({
  enterprise: enterpriseIdSchema,
  from: instantSchema,
  to: instantSchema,
});

const meterFigure = figureBody.extend({
  meterId: z.string(),
  /** The part of the range in which it counts. */
  from: isoSchema,
  to: isoSchema,
});

const balanceRow = z.object({
  meterId: z.string(),
  /** null = at the top. */
  parentId: z.string().nullable(),
  total: figureBody,
  childrenSum: figureBody.nullable(),
  /** total − Σ children, m³ and as a share; null = not shown. */
  residual: z.number().nullable(),
  residualShare: z.number().nullable(),
  state: z.enum(["shown", "insufficient", "none"]),
  /** Meters that are not known well enough. */
  insufficient: z.array(z.string()),
});

export const waterFiguresBody = z.object({
  enterpriseId: z.string(),
  from: isoSchema,
  to: isoSchema,
  ...rangeClosing,
  /** 新水. */
  intake: figureBody,
  /** Where it comes from. declared: the settlement table; mains: meters below no other, nobody declared any. */
  intakeFrom: z.enum(["declared", "mains"]),
  /** 重复利用水: what meters for it show, and what was entered where there are none. */
  reused: figureBody,
  /** meters; entered = activity input `reusedWater`; none = nobody says so, counted as no reuse. */
  reusedFrom: z.enum(["meters", "entered", "none"]),
  /** 用水总量 = intake + reused. */
  total: figureBody,
  /** 重复利用率, 0 to 1. */
  reuseRate: z.number().nullable(),
  /** 间接冷却水循环率; null without meters of circulated and make-up water. */
  circulationRate: z.number().nullable(),
  wastewater: figureBody.nullable(),
  /** Wastewater / intake; above 1 there is rain or an unmetered well. */
  drainRatio: z.number().nullable(),
  /** treatsForOthers: what leaves is mostly others' wastewater, taken in by an inlet, and no share of the own intake. */
  drainRatioMissing: z.enum(["treatsForOthers", "noWastewater", "notKnown"]).nullable(),
  /** What the intake costs by the contracts: the sum of `costs`; null while a price of the range is not known. */
  yuan: z.number().nullable(),
  /** The range up to now, cut where the price changes. */
  costs: z.array(
    z.object({
      from: isoSchema,
      to: isoSchema,
      use: figureBody,
      yuanPerM3: z.number().nullable(),
      versionId: z.string().nullable(),
      yuan: z.number().nullable(),
    }),
  ),
  versions: z.array(versionBody),
  meters: z.array(meterFigure.extend({ role: z.enum(["intake", "reused", "coolingMakeUp", "wastewater"]) })),
  /** 水平衡 by the meter tree, parents before their children. */
  balance: z.array(balanceRow),
  /** Meters whose parents lead back to themselves. */
  inCycle: z.array(z.string()),
});
export type WaterFiguresBody = z.infer<typeof waterFiguresBody>;
