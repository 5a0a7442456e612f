import { z } from "zod";
import { isOnPlan, sitePlanLimits, siteShapeKinds } from "../site/site-plan.ts";
import { enterpriseIdSchema, nameSchema } from "./primitives.ts";

const { minM, maxM, shapes, corners } = sitePlanLimits;
const length = z.number().min(minM).max(maxM);
const metres = z.number().min(0).max(maxM);
/** Metres from the left and from the upper edge. */
const corner = z.tuple([metres, metres]);

const siteShape = z.strictObject({
  kind: z.enum(siteShapeKinds),
  name: nameSchema.nullable().default(null),
  nameEn: nameSchema.nullable().default(null),
  enterpriseId: enterpriseIdSchema.nullable().default(null),
  outline: z.array(corner).min(3).max(corners),
});

/** The park's ground, to scale, in metres; what stands later in the list is drawn above. */
export const sitePlanRequest = z
  .strictObject({ widthM: length, heightM: length, shapes: z.array(siteShape).max(shapes) })
  .superRefine((plan, context) => {
    plan.shapes.forEach((shape, i) => {
      const beside = shape.outline.findIndex(([x, y]) => !isOnPlan(plan, x, y));
      if (beside >= 0)
        context.addIssue({
          code: "custom",
          path: ["shapes", i, "outline", beside],
          message: `lies beside the plan of ${plan.widthM} × ${plan.heightM} m`,
        });
    });
  });

export const meterPlaceRequest = z.strictObject({ x: metres, y: metres });

const sitePlanBody = z.object({
  widthM: z.number(),
  heightM: z.number(),
  shapes: z.array(
    z.object({
      kind: z.enum(siteShapeKinds),
      name: z.string().nullable(),
      nameEn: z.string().nullable(),
      enterpriseId: z.string().nullable(),
      outline: z.array(z.tuple([z.number(), z.number()])),
    }),
  ),
});
export type SitePlanBody = z.infer<typeof sitePlanBody>;
export type SiteShapeBody = SitePlanBody["shapes"][number];

export const meterPlaceBody = z.object({ meterId: z.string(), x: z.number(), y: z.number() });
export type MeterPlaceBody = z.infer<typeof meterPlaceBody>;

/** `plan` null = none was entered. */
export const siteBody = z.object({ plan: sitePlanBody.nullable(), places: z.array(meterPlaceBody) });
export type SiteBody = z.infer<typeof siteBody>;
