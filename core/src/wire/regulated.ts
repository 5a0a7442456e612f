import { z } from "zod";
import { tariffPeriods, tariffDayTypes } from "../electricity/tariff-period.ts";
import { touProblems } from "../electricity/tou-table.ts";
import { regulatedStatuses, type AnyRegulated } from "../regulated/regulated.ts";
import { instantSchema, nameSchema } from "./primitives.ts";

const amount = z.number();
const notNegative = amount.min(0);
const positive = amount.positive();
const share = amount.min(0).max(1);

/** A day that exists, `2026-11-23`. */
export const localDaySchema = z.iso.date();

const valueOrRange = z.union([
  positive,
  z.tuple([positive, positive]).refine(([lowest, highest]) => lowest < highest, "the lowest comes first"),
]);

const touTable = z
  .object({
    ratios: z.partialRecord(z.enum(tariffPeriods), positive).nullable(),
    rules: z.array(
      z.object({
        months: z.array(z.int().min(1).max(12)).min(1),
        dayTypes: z.array(z.enum(tariffDayTypes)).min(1).optional(),
        periods: z.partialRecord(z.enum(tariffPeriods), z.array(z.string())),
      }),
    ),
  })
  .superRefine((table, context) => {
    for (const problem of touProblems(table)) context.addIssue({ code: "custom", message: JSON.stringify(problem) });
  });

const powerFactorStep = z.object({ to: share, percentPerHundredth: positive });

const powerFactorTable = z
  .object({
    standard: amount.positive().max(1),
    bonus: z.array(powerFactorStep).min(1),
    penalty: z.array(powerFactorStep).min(1),
  })
  .refine(({ standard, bonus }) => isRising([standard, ...bonus.map(({ to }) => to)]), "reductions walk up")
  .refine(
    ({ standard, penalty }) => isRising([standard, ...penalty.map(({ to }) => to)].map((to) => -to)),
    "increases walk down",
  )
  .refine(({ penalty }) => penalty.at(-1)?.to === 0, "the last increase goes down to 0");

const isRising = (values: readonly number[]): boolean => values.every((v, i) => i === 0 || v > (values[i - 1] ?? v));

const energyPrice = z.discriminatedUnion("form", [
  z.object({
    form: z.literal("allIn"),
    yuanPerKwh: z.partialRecord(z.enum(tariffPeriods), amount),
    governmentFund: z.object({ yuanPerKwh: notNegative, isIncluded: z.boolean() }),
  }),
  z.object({
    form: z.literal("composed"),
    floatingYuanPerKwh: amount,
    fixed: z.array(z.object({ name: nameSchema, yuanPerKwh: amount })),
    governmentFundYuanPerKwh: notNegative,
    decimals: z.int().min(0).max(10),
  }),
]);

const twoPartRules = z.object({
  requiredFromKva: positive,
  optionalFromKva: positive,
  declaredTolerance: amount.min(1),
  excessFactor: amount.min(1),
  belowExcess: z.enum(["declared", "tolerance"]),
  minDeclaredShare: share,
  highUseKwhPerKva: positive,
  highUseFactor: amount.positive().max(1),
});

const holidayYear = z.object({ holidays: z.array(localDaySchema), workdays: z.array(localDaySchema) });

const confirmation = z.strictObject({ by: nameSchema, at: instantSchema, documentNumber: nameSchema });

const version = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/, "1 to 80 letters, digits, . _ or -"),
  subject: z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/, "1 to 80 letters, digits, . _ or -"),
  name: nameSchema,
  unit: nameSchema,
  effectiveFrom: localDaySchema.nullable(),
  effectiveTo: localDaySchema.nullable(),
  source: nameSchema,
  documentNumber: nameSchema.nullable(),
  status: z.enum(regulatedStatuses),
  confirmedBy: confirmation.optional(),
  note: nameSchema.optional(),
});

/**
 * One version of a regulated number or table, as it is entered or kept. A time-of-use table that does not give every
 * instant exactly one period is refused; overlaps with other versions are `bookProblems`' to find.
 */
export const regulatedSchema = z
  .discriminatedUnion("kind", [
    version.extend({ kind: z.literal("number"), value: amount }),
    version.extend({
      kind: z.literal("standardCoal"),
      value: z.object({ ncvKj: valueOrRange.nullable(), kgce: valueOrRange }),
    }),
    version.extend({
      kind: z.literal("fuelCarbon"),
      value: z.object({ ncvGj: positive, carbonTPerTj: positive, oxidation: share }),
    }),
    version.extend({
      kind: z.literal("gridCarbon"),
      value: z.object({ year: z.int().min(1990).max(2200), kgPerKwh: notNegative }),
    }),
    version.extend({ kind: z.literal("timeOfUse"), value: touTable }),
    version.extend({ kind: z.literal("holidays"), value: holidayYear }),
    version.extend({ kind: z.literal("energyPrice"), value: energyPrice }),
    version.extend({ kind: z.literal("powerFactor"), value: powerFactorTable }),
    version.extend({ kind: z.literal("twoPartRules"), value: twoPartRules }),
  ])
  .refine(
    ({ effectiveFrom, effectiveTo }) => effectiveFrom === null || effectiveTo === null || effectiveFrom < effectiveTo,
    "a version ends after it begins",
  );

// What the schema lets through is what the domain takes, for every kind.
const toRegulated = (parsed: z.output<typeof regulatedSchema>): AnyRegulated => parsed;

export const parseRegulated = (input: unknown): AnyRegulated => toRegulated(regulatedSchema.parse(input));
