import type { PointCover } from "./alert-rule.ts";
import type { MeterKind, Point } from "../park.ts";

/** Whether a point of a meter of this kind is one that is covered, whoever else names it. */
export const isCovered = (
  { meterKinds, quantities, enterpriseId, meterId }: PointCover,
  point: Pick<Point, "quantity" | "enterpriseId" | "meterId">,
  kind: MeterKind,
): boolean =>
  (meterKinds?.includes(kind) ?? true) &&
  (quantities?.includes(point.quantity) ?? true) &&
  (enterpriseId ?? point.enterpriseId) === point.enterpriseId &&
  (meterId ?? point.meterId) === point.meterId;
