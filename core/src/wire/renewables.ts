import { z } from "zod";
import { figureBody, rangeClosing, versionBody } from "./figures.ts";
import { instantSchema, isoSchema } from "./primitives.ts";

export const renewablesQuery = z.strictObject({ from: instantSchema, to: instantSchema });
/** From which share below its sisters on a plant is called behind. */
export const pvQuery = renewablesQuery.extend({ behindBy: z.coerce.number().min(0.01).max(1).default(0.2) });

const span = { from: isoSchema, to: isoSchema, ...rangeClosing };
const meter = {
  ...{ meterId: z.string(), name: z.string(), enterpriseId: z.string() },
  /** Of a meter that was removed the end of its last day, up to which it counts; null = it is still there. */
  countsUntil: isoSchema.nullable(),
  ...rangeClosing,
};

export const pvBody = z.object({
  ...span,
  behindBy: z.number(),
  plants: z.array(
    z.object({
      ...meter,
      generation: figureBody,
      /** 上网电量. */
      feedIn: figureBody.nullable(),
      /** meter: the plant's own register; settlement: the export of the enterprise's settlement meters. */
      feedInFrom: z.enum(["meter", "settlement"]).nullable(),
      /** Why it is not known: no register counts it, or it is that of several plants together. */
      feedInMissing: z.enum(["noRegister", "severalPlants"]).nullable(),
      /** Activity input `pvInstalledKwp.{meterId}`, or `pvInstalledKwp` of an enterprise with one plant. */
      installedKwp: z.number().nullable(),
      selfUseKwh: z.number().nullable(),
      /** 自发自用率, 0 to 1. */
      selfUseRate: z.number().nullable(),
      /** 等效利用小时数, h. */
      yieldHours: z.number().nullable(),
      /** Median of the other plants the caller may see; null with fewer than two. */
      sistersHours: z.number().nullable(),
      /** Own / sisters − 1. */
      deviation: z.number().nullable(),
      isBehind: z.boolean(),
    }),
  ),
});
export type PvBody = z.infer<typeof pvBody>;

/**
 * Why there is no arbitrage: no contract holds, it bills no electricity, a price or the year's holidays are not known, a
 * register is missing.
 */
export const arbitrageMissing = ["noContract", "noElectricity", "noPrice", "noHolidayDates", "noRegister"] as const;

export const storageBody = z.object({
  ...span,
  meters: z.array(
    z.object({
      ...meter,
      charge: figureBody,
      discharge: figureBody,
      /** Energy held at the end less that at the beginning, kWh; null = no state of charge, or no `storageCapacityKwh`. */
      storedChangeKwh: z.number().nullable(),
      /** Round trip, 0 to 1. Without `storedChangeKwh` only over a week and more, as if nothing more were held. */
      efficiency: z.number().nullable(),
      arbitrage: z
        .object({
          chargeYuan: z.number(),
          dischargeYuan: z.number(),
          gainYuan: z.number(),
          /** Share of the time in which both energies are known, 0 to 1. */
          knownShare: z.number(),
        })
        .nullable(),
      arbitrageMissing: z.enum(arbitrageMissing).nullable(),
      versions: z.array(versionBody),
    }),
  ),
});
export type StorageBody = z.infer<typeof storageBody>;

/** What charging piles (meters of that purpose) took. */
export const chargingBody = z.object({
  ...span,
  total: figureBody,
  meters: z.array(z.object({ ...meter, use: figureBody })),
});
export type ChargingBody = z.infer<typeof chargingBody>;
