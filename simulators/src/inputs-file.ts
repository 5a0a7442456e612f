import { readFileSync } from "node:fs";
import { z } from "zod";
import { billCauses } from "@smart-park/core";
import {
  activityInputRequest,
  enterpriseIdSchema,
  localDaySchema,
  regulatedRequest,
  tariffContractRequest,
  virtualMeterRequest,
  watchTargetRequest,
} from "@smart-park/core/wire";

const monthNumbers = z.array(z.int().min(1).max(12));

/** An amount of a usual year; months get their share by the enterprise's electricity. */
const yearly = activityInputRequest.pick({ item: true, unit: true }).extend({ perYear: z.number().min(0) });
/** What holds until somebody enters another value: heads, land. */
const lasting = activityInputRequest.pick({ item: true, unit: true, value: true });

const enterpriseInputs = z.strictObject({
  id: enterpriseIdSchema,
  contract: tariffContractRequest,
  perYear: z.array(yearly),
  lasting: z.array(lasting),
  /** m³ used again for each m³ taken in, of those that circulate cooling water without a meter on it. */
  reusedPerIntake: z.number().positive().optional(),
});

/** In which calendar months an enterprise's supplier says something else than its meters, and how. */
const billDifference = z.strictObject({
  enterpriseId: enterpriseIdSchema,
  months: monthNumbers,
  /** The supplier read its meter so many hours after the month's end; the next month is as much shorter. */
  lateHours: z.int().positive().optional(),
  /** The supplier's energy and money are this many times what was metered. */
  factor: z.number().positive().optional(),
  /** null = nobody has found out yet. */
  cause: z.strictObject({ cause: z.enum(billCauses), note: z.string() }).nullable(),
  /** What is noted for the month after a late reading. */
  noteAfter: z.string().optional(),
});
export type BillDifference = z.infer<typeof billDifference>;

/** What the people of a simulated park enter, in the API's own shapes; periods follow the clock of the first start. */
export const inputsFile = z.strictObject({
  /** Stands as the source of everything that is entered. */
  source: activityInputRequest.shape.source,
  regulated: z.array(regulatedRequest),
  /** First day of the contracts and settlement meters. */
  contractsFrom: localDaySchema,
  enterprises: z.array(enterpriseInputs),
  installed: z.array(activityInputRequest),
  /** Dated limits of outlets. */
  limits: z.array(watchTargetRequest),
  virtualMeters: z.array(virtualMeterRequest.extend({ id: z.string() })),
  quotas: z.array(
    z.strictObject({
      id: z.string(),
      enterpriseId: enterpriseIdSchema.nullable(),
      medium: z.string(),
      value: z.number().positive(),
      unit: z.string(),
      /** The calendar year or month that runs when it is entered. */
      period: z.enum(["year", "month"]),
    }),
  ),
  supplierBills: z.strictObject({
    /** Electricity bills of so many months before the running one. */
    months: z.int().positive(),
    suppliers: z.array(
      z.strictObject({
        kind: z.enum(["water", "gas", "steam"]),
        yuanPerUnit: z.number().positive(),
        months: z.int().positive(),
      }),
    ),
    differences: z.array(billDifference),
  }),
});
export type InputsFile = z.infer<typeof inputsFile>;

/** The inputs of the demo park; throws when the file does not fit its schema. */
export const readDemoInputs = (): InputsFile =>
  inputsFile.parse(JSON.parse(readFileSync(new URL("./parks/demo-inputs.json", import.meta.url), "utf8")));
