import { z } from "zod";
import { billCauses } from "../ports/figure-inputs.ts";
import { energyMissing } from "../electricity/energy-charge.ts";
import { tariffPeriods } from "../electricity/tariff-period.ts";
import { closingBrief } from "./month-closings.ts";
import { coverage, figureBody, figureStates, monthSchema, rangeClosing, versionBody } from "./figures.ts";
import { instantSchema, isoSchema } from "./primitives.ts";

const period = z.enum(tariffPeriods).nullable();
const demandModes = ["interval", "sliding"] as const;
const known = z.number().nullable();

export const monthQuery = z.strictObject({ month: monthSchema });

/** What every figure of a month says beside its value. `versions` are those the bill rests on. */
const monthFrame = z.object({
  enterpriseId: z.string(),
  month: z.string(),
  /** The billing month; it is named after the calendar month most of its days lie in. */
  from: isoSchema,
  to: isoSchema,
  /** Up to when energy counts: the end of the month, or the last quarter hour that can be known. */
  knownUntil: isoSchema,
  state: z.enum(figureStates),
  /** The signed figures of a closed month; what stands beside them is worked out now. */
  closing: closingBrief.nullable(),
  coverage,
  versions: z.array(versionBody),
  label: z.enum(["official", "reference"]).nullable(),
  settlement: z.object({
    declared: z.boolean(),
    meters: z.array(z.object({ meterId: z.string(), from: isoSchema, to: isoSchema })),
  }),
  /** In force on the first day; one that begins inside the month (`changesOn`) holds from its day, its billing day from the next month. */
  contract: z
    .object({
      effectiveFrom: z.string(),
      billingDay: z.number(),
      demandMode: z.enum(demandModes),
      changesOn: z.array(z.string()),
    })
    .nullable(),
});

const power = z.object({ kw: z.number(), from: isoSchema, to: isoSchema });
const demand = z.object({ unit: z.literal("kW"), max: power.nullable(), coverage: z.number() });
const periodShare = z.object({ period, kwh: z.number(), share: known });

export const electricityBody = monthFrame.extend({
  energy: figureBody,
  /** Of quarter hours; null while none is known. */
  load: z
    .object({
      unit: z.literal("kW"),
      peak: power,
      min: power,
      meanKw: z.number(),
      loadFactor: known,
      gapKw: z.number(),
      gapShare: known,
    })
    .nullable(),
  /** Empty without a contract. */
  periods: z.array(periodShare),
  /** Of all settlement meters together; `charged` names the one by the contract. */
  demand: z.object({ charged: z.enum(demandModes), interval: demand, sliding: demand }),
  powerFactor: z.object({
    value: known,
    unit: z.literal("1"),
    activeKwh: known,
    forwardKvarh: known,
    reverseKvarh: known,
    /** False = a settlement meter has no register for reverse reactive energy; it counts as none. */
    isReverseMetered: z.boolean(),
    coverage,
  }),
});
export type ElectricityBody = z.infer<typeof electricityBody>;

export const loadCurveQuery = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  step: z.enum(["15m", "1h", "1d"]).default("15m"),
});
export const loadCurveBody = z.object({
  enterpriseId: z.string(),
  step: z.enum(["15m", "1h", "1d"]),
  units: z.object({ kw: z.literal("kW"), kwh: z.literal("kWh"), yuan: z.literal("元") }),
  ...rangeClosing,
  coverage,
  versions: z.array(versionBody),
  label: z.enum(["official", "reference"]).nullable(),
  settlement: monthFrame.shape.settlement,
  /** Why known energy has no cost; empty when all of it has one. */
  unpriced: z.array(z.enum(energyMissing)),
  rows: z.array(
    z.object({
      at: isoSchema,
      /** Mean over the known time. */
      kw: known,
      kwh: known,
      /** null when it is not the same all through, or no table is in force. */
      period,
      /** Energy and government fund of the known energy; null when a price is not known. */
      yuan: known,
      quality: z.enum(["good", "estimated", "missing"]),
      /** Share of the time that is known. */
      known: z.number(),
    }),
  ),
});
export type LoadCurveBody = z.infer<typeof loadCurveBody>;

const billLine = z.object({
  kind: z.enum(["basic", "energy", "powerFactor", "governmentFund"]),
  period,
  part: z.enum(["capacity", "declaredDemand", "excessDemand", "actualDemand"]).nullable(),
  quantity: known,
  estimatedQuantity: z.number(),
  unit: z.enum(["kWh", "kW", "kVA", "元"]),
  /** 元 per unit; of the power-factor line a fraction of the amount. */
  price: known,
  /** Of a basic charge that holds for part of the month: quantity × price × days / of; `to` is no longer in it. */
  share: z.object({ from: z.string(), to: z.string(), days: z.number(), of: z.number() }).nullable(),
  yuan: known,
  /** Why there is no amount. */
  missing: z.string().nullable(),
  versionIds: z.array(z.string()),
});

export const billBody = monthFrame.extend({
  /** Why there is no bill. */
  noBill: z.enum(["noContract", "notBilled"]).nullable(),
  unit: z.literal("元"),
  billState: z.enum(["complete", "estimated", "incomplete"]).nullable(),
  lines: z.array(billLine),
  /** null while a line is not known. */
  yuan: known,
  /** Sum of the known lines. */
  knownYuan: known,
  kwh: known,
  maxDemandKw: known,
  powerFactor: known,
  estimatedShare: known,
});
export type BillBody = z.infer<typeof billBody>;

export const billComparisonQuery = monthQuery.extend({
  tolerancePercent: z.coerce.number().min(0).max(100).default(2),
});
export const billComparisonBody = monthFrame.extend({
  tolerancePercent: z.number(),
  /** null = the supplier's bill was not entered. */
  supplier: z.object({ enteredBy: z.string(), enteredAt: isoSchema }).nullable(),
  lines: z.array(
    z.object({
      line: z.enum(["amount", ...tariffPeriods, "maxDemandKw", "powerFactor", "yuan"]),
      unit: z.enum(["kWh", "kW", "1", "元"]),
      computed: known,
      supplier: known,
      /** Computed − supplier's. */
      difference: known,
      share: known,
      isAboveTolerance: z.boolean().nullable(),
      cause: z.object({ cause: z.enum(billCauses), note: z.string() }).nullable(),
    }),
  ),
});
export type BillComparisonBody = z.infer<typeof billComparisonBody>;

const adviceKinds = [
  "basicCharge",
  "powerFactor",
  "shiftLoad",
  "baseLoad",
  "transformerLoad",
  "storageArbitrage",
  "leak",
] as const;

export const adviceQuery = monthQuery.extend({
  /** Share of the base load that is thought avoidable: an assumption the plant must check. */
  avoidablePercent: z.coerce.number().min(0).max(100).default(10),
  /** A storage that is thought of, an assumption too: power, energy it gives back in a cycle, round trip. */
  storageKw: z.coerce.number().positive().max(1e6).default(100),
  storageKwh: z.coerce.number().positive().max(1e7).default(200),
  storageEfficiencyPercent: z.coerce.number().positive().max(100).default(85),
});
export const adviceBody = z.object({
  enterpriseId: z.string(),
  /** The first and last of the months that were looked at, and how many of them are known. */
  fromMonth: z.string(),
  toMonth: z.string(),
  knownMonths: z.number(),
  /** Those that are known, on which it rests; oldest first. */
  months: z.array(z.string()),
  /** Of the closing of those months. */
  ...rangeClosing,
  coverage,
  versions: z.array(versionBody),
  label: z.enum(["official", "reference"]).nullable(),
  unit: z.literal("元/a"),
  /** Most money first. */
  advice: z.array(
    z.object({
      /** Its kind; further ones of a kind are numbered from 2. */
      id: z.string(),
      kind: z.enum(adviceKinds),
      yuanPerYear: z.number(),
      /** Ids of the advice that would save the same money: only one of them can be had. */
      overlaps: z.array(z.string()),
      formula: z.string(),
      inputs: z.record(z.string(), z.union([z.number(), z.string()])),
    }),
  ),
  /** All together; of advice that overlaps only the one that saves most counts. */
  totalYuanPerYear: z.number(),
  /** What could not be worked out, or has nothing to save. */
  without: z.array(z.object({ kind: z.enum(adviceKinds), reason: z.string() })),
});
export type AdviceBody = z.infer<typeof adviceBody>;

export const demandQuery = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  mode: z.enum(demandModes).default("interval"),
});
export const demandBody = z.object({
  point: z.string(),
  unit: z.literal("kW"),
  mode: z.enum(demandModes),
  ...rangeClosing,
  /** Of the whole range. */
  max: power.nullable(),
  coverage: z.number(),
  days: z.array(z.object({ day: z.string(), max: power.nullable(), coverage: z.number() })),
  /** Where the running window will end; null unless the range reaches up to now. */
  forecast: z
    .object({
      from: isoSchema,
      to: isoSchema,
      meanKw: known,
      presentKw: known,
      projectedKw: known,
      minutesLeft: z.number(),
    })
    .nullable(),
});
export type DemandBody = z.infer<typeof demandBody>;
