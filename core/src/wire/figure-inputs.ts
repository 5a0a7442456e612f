import { z } from "zod";
import { tariffPeriods } from "../electricity/tariff-period.ts";
import { meterKinds } from "../park.ts";
import { billCauses } from "../ports/figure-inputs.ts";
import { regulatedKinds, regulatedStatuses } from "../regulated/regulated.ts";
import { monthSchema } from "./figures.ts";
import { enterpriseIdSchema, isoSchema, meterIdSchema, nameSchema } from "./primitives.ts";
import { localDaySchema, regulatedSchema } from "./regulated.ts";

/** Who entered it, and when. */
export const enteredBody = z.object({ by: z.string(), at: isoSchema });

export const meterKindSchema = z.enum(meterKinds);
const noteSchema = z.string().trim().max(500);
const unitSchema = z.string().trim().min(1).max(24);
const daysInOrder = { path: ["to"], message: "it ends after it begins" };

// --- numbers and tables of regulators --------------------------------------------------------------------------
const subjectSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/, "1 to 80 letters, digits, . _ or -");
export const regulatedQuery = z.strictObject({
  kind: z.enum(regulatedKinds).optional(),
  subject: subjectSchema.optional(),
  /** Only what is in force on this day of the park. */
  at: localDaySchema.optional(),
});
/** What is said to be read in its document names it; a confirmation is a step of its own, by a person. */
export const regulatedRequest = regulatedSchema
  .refine(({ confirmedBy }) => confirmedBy === undefined, { path: ["confirmedBy"], message: "confirm it by itself" })
  .refine(({ status, documentNumber }) => status !== "verified" || documentNumber !== null, {
    path: ["documentNumber"],
    message: "a verified value names its document",
  });
export const confirmationRequest = z.strictObject({ documentNumber: nameSchema });
export const regulatedBody = z.object({
  id: z.string(),
  kind: z.enum(regulatedKinds),
  subject: z.string(),
  name: z.string(),
  /** A number, or the table of its kind. */
  value: z.unknown(),
  unit: z.string(),
  effectiveFrom: z.string().nullable(),
  effectiveTo: z.string().nullable(),
  source: z.string(),
  documentNumber: z.string().nullable(),
  /** verified 已核, secondary 二手, unverified 待核. */
  status: z.enum(regulatedStatuses),
  /** reference = 参考值. */
  label: z.enum(["official", "reference"]),
  confirmedBy: z.object({ by: z.string(), at: isoSchema, documentNumber: z.string() }).nullable(),
  note: z.string().nullable(),
  /** Comes with the product; the park changes it by a version of its own. */
  builtIn: z.boolean(),
});
export type RegulatedBody = z.infer<typeof regulatedBody>;

// --- tariff contracts ------------------------------------------------------------------------------------------
const kva = z.number().positive().max(10_000_000);
const basicContract = z.discriminatedUnion("method", [
  z
    .strictObject({ method: z.literal("capacity"), capacityKva: kva, suspendedKva: z.number().min(0).optional() })
    .refine(({ capacityKva, suspendedKva = 0 }) => suspendedKva <= capacityKva, {
      path: ["suspendedKva"],
      message: "no more can be suspended than is supplied",
    }),
  z.strictObject({ method: z.literal("declaredDemand"), capacityKva: kva, declaredKw: kva }),
  z.strictObject({ method: z.literal("actualDemand"), capacityKva: kva }),
]);
export const tariffContractRequest = z.strictObject({
  electricity: z
    .strictObject({
      region: subjectSchema,
      holidays: subjectSchema.nullable(),
      energyPrice: subjectSchema,
      basic: z.strictObject({ contract: basicContract, rules: subjectSchema, price: subjectSchema }).nullable(),
      powerFactor: subjectSchema.nullable(),
    })
    .nullable(),
  demandMode: z.enum(["interval", "sliding"]).default("interval"),
  billingDay: z.int().min(1).max(28).default(1),
  waterPrice: subjectSchema.nullable().default(null),
  note: noteSchema.default(""),
});
export type TariffContractRequest = z.infer<typeof tariffContractRequest>;
export const tariffContractBody = tariffContractRequest.extend({
  enterpriseId: z.string(),
  effectiveFrom: localDaySchema,
});

// --- settlement meters -----------------------------------------------------------------------------------------
export const placeSchema = z
  .string()
  .regex(/^(park|zone:.{1,48}|enterprise:[A-Za-z0-9_-]{1,48})$/u, "park, zone:{id} or enterprise:{id}");
export const settlementMeterRequest = z
  .strictObject({
    place: placeSchema,
    kind: meterKindSchema,
    meterId: meterIdSchema,
    from: localDaySchema,
    to: localDaySchema.nullable().default(null),
  })
  .refine(({ from, to }) => to === null || from < to, daysInOrder);
export const settlementMeterBody = z.object({
  id: z.string(),
  place: z.string(),
  kind: meterKindSchema,
  meterId: z.string(),
  from: z.string(),
  to: z.string().nullable(),
});

// --- suppliers' bills ------------------------------------------------------------------------------------------
/** What suppliers charge for; in kWh, m³, m³, t and GJ. */
export const suppliedKinds = ["electricity", "water", "gas", "steam", "heat"] as const;
export type SuppliedKind = (typeof suppliedKinds)[number];
const amount = z.number().min(0).max(1e12);
export const supplierBillRequest = z.strictObject({
  amount: amount.nullable().default(null),
  amountByPeriod: z.partialRecord(z.enum(tariffPeriods), amount).default({}),
  maxDemandKw: amount.nullable().default(null),
  powerFactor: z.number().min(0).max(1).nullable().default(null),
  /** Credits are negative. */
  yuan: z.number().min(-1e12).max(1e12).nullable().default(null),
  causes: z
    .record(
      z.string().regex(/^[A-Za-z0-9.]{1,40}$/, "a line of the comparison"),
      z.strictObject({ cause: z.enum(billCauses), note: noteSchema.default("") }),
    )
    .refine((causes) => Object.keys(causes).length <= 50, "at most 50 lines")
    .default({}),
});
export type SupplierBillRequest = z.infer<typeof supplierBillRequest>;
export const supplierBillBody = z.object({
  enterpriseId: z.string(),
  kind: meterKindSchema,
  month: z.string(),
  amount: z.number().nullable(),
  /** Of `amount` and `amountByPeriod`. */
  unit: z.string(),
  amountByPeriod: z.partialRecord(z.enum(tariffPeriods), z.number()),
  maxDemandKw: z.number().nullable(),
  powerFactor: z.number().nullable(),
  yuan: z.number().nullable(),
  causes: z.record(z.string(), z.object({ cause: z.enum(billCauses), note: z.string() })),
  entered: enteredBody,
});
export type SupplierBillBody = z.infer<typeof supplierBillBody>;

// --- values that no meter gives --------------------------------------------------------------------------------
export const activityInputRequest = z.strictObject({
  /** null = of the park as a whole. */
  enterpriseId: enterpriseIdSchema.nullable(),
  item: z
    .string()
    .regex(/^[a-z][A-Za-z0-9]{0,39}(\.[\p{L}\p{N}_-]{1,60})?$/u, "an item, as addedValue or product.{name}"),
  period: z.string().regex(/^\d{4}(-(0[1-9]|1[0-2]))?$/, "a period is YYYY or YYYY-MM"),
  value: z.number().min(-1e15).max(1e15),
  unit: unitSchema,
  source: nameSchema,
});
export const activityInputsRequest = z.strictObject({
  inputs: z
    .array(activityInputRequest)
    .min(1)
    .max(500)
    .refine(
      (inputs) => new Set(inputs.map(activityKey)).size === inputs.length,
      "an item of a period and enterprise may appear once",
    ),
});
/** What tells inputs apart: one of these is in force. */
export const activityKey = (input: { enterpriseId: string | null; item: string; period: string }): string =>
  [input.enterpriseId ?? "", input.item, input.period].join(" ");
export const activityInputsQuery = z.strictObject({
  enterprise: enterpriseIdSchema.optional(),
  /** Only what belongs to the park as a whole. */
  park: z.literal("true").optional(),
  item: z.string().max(101).optional(),
  period: z.string().max(7).optional(),
  /** Also values that later ones replaced. */
  history: z.enum(["true", "false"]).default("false"),
});
export const activityInputBody = z.object({
  enterpriseId: z.string().nullable(),
  item: z.string(),
  period: z.string(),
  value: z.number(),
  unit: z.string(),
  source: z.string(),
  entered: enteredBody,
});
export type ActivityInputBody = z.infer<typeof activityInputBody>;

// --- spreadsheets ----------------------------------------------------------------------------------------------
export const importQuery = z.strictObject({ dryRun: z.enum(["true", "false"]).default("false") });
/** A cell, or a row (`column` null), that cannot be entered, as the spreadsheet shows it. */
export const refusedCell = z.object({
  row: z.number(),
  column: z.string().nullable(),
  value: z.string(),
  message: z.string(),
});
/** What became of a spreadsheet: rows count from 1 and the header is one; nothing is entered when `dryRun`. */
export const sheetImportBody = <T extends z.ZodType>(item: T) =>
  z.object({
    dryRun: z.boolean(),
    /** Rows that hold something, without the header. */
    rows: z.number(),
    accepted: z.array(z.object({ row: z.number(), input: item })),
    refused: z.array(refusedCell),
    /** Headers that nobody knows; what stands below them was not looked at. */
    ignoredColumns: z.array(z.string()),
  });
export type RefusedCell = z.infer<typeof refusedCell>;

/** A sheet to fill in: its columns, and rows that show how. */
export const sheetTemplateBody = z.object({
  columns: z.array(z.object({ key: z.string(), label: z.string(), unit: z.string().nullable() })),
  examples: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
});

// --- quotas ----------------------------------------------------------------------------------------------------
export const quotaRequest = z
  .strictObject({
    enterpriseId: enterpriseIdSchema.nullable().default(null),
    medium: z
      .string()
      .regex(/^(electricity|water|gas|steam|heat|energy|carbon|discharge\.[A-Za-z0-9]{1,40})$/, "a medium"),
    from: localDaySchema,
    to: localDaySchema,
    value: z.number().positive(),
    unit: unitSchema,
    source: nameSchema,
    status: z.enum(regulatedStatuses),
  })
  .refine(({ from, to }) => from < to, daysInOrder);
export const quotaBody = z.object({
  id: z.string(),
  enterpriseId: z.string().nullable(),
  medium: z.string(),
  from: z.string(),
  to: z.string(),
  value: z.number(),
  unit: z.string(),
  source: z.string(),
  status: z.enum(regulatedStatuses),
});
export type QuotaBody = z.infer<typeof quotaBody>;

// --- virtual meters --------------------------------------------------------------------------------------------
export const virtualMeterRequest = z.strictObject({
  name: nameSchema,
  enterpriseId: enterpriseIdSchema.nullable().default(null),
  kind: meterKindSchema,
  terms: z
    .array(z.strictObject({ meterId: meterIdSchema, coefficient: z.number().refine((of) => of !== 0, "not 0") }))
    .min(1)
    .max(200)
    .refine((terms) => new Set(terms.map((t) => t.meterId)).size === terms.length, "a meter may appear once"),
});
export const virtualMeterBody = z.object({
  id: z.string(),
  name: z.string(),
  enterpriseId: z.string().nullable(),
  kind: meterKindSchema,
  terms: z.array(z.object({ meterId: z.string(), coefficient: z.number() })),
});

export const inputsQuery = z.strictObject({ enterprise: enterpriseIdSchema.optional() });
export const supplierBillsQuery = inputsQuery.extend({ month: monthSchema.optional() });
