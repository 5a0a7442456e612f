import { deviceIdSchema, enterpriseIdSchema, meterIdSchema, pointIdSchema, userIdSchema } from "@smart-park/core/wire";
import { z } from "zod";

export const userParams = z.object({ id: userIdSchema });
export const enterpriseParams = z.object({ id: enterpriseIdSchema });
export const meterParams = z.object({ id: meterIdSchema });
export const deviceParams = z.object({ id: deviceIdSchema });
export const pointParams = z.object({ id: pointIdSchema });
/** Ids that somebody chose: settlement entries, quotas, virtual meters (an id is where a meter's may stand). */
export const shortIdParams = z.object({ id: meterIdSchema });
/** Tokens, rules, alerts, watch targets: ids that the platform or the operator chose. */
export const objectParams = z.object({ id: z.string().min(1).max(400) });
