import type { EnterpriseId, MeterId, Point } from "../park.ts";
import { toPointId } from "../park.ts";
import { quantities, type Quantity } from "../quantity.ts";

/** A valid point for tests, of meter M1 of enterprise E1 unless told otherwise; its id follows from meter and quantity. */
export function aPoint(quantity: Quantity, more: Partial<Omit<Point, "id" | "quantity">> = {}): Point {
  // Ids of tests, valid by the pattern.
  const { meterId = "M1" as MeterId, enterpriseId = "E1" as EnterpriseId } = more;
  return {
    id: toPointId(meterId, quantity),
    meterId,
    enterpriseId,
    quantity,
    unit: quantities[quantity].unit,
    kind: quantities[quantity].kind,
    multiplier: 1,
    multiplierFrom: null,
    valueSide: "primary",
    modulus: null,
    ratedPerHour: null,
    stampAt: "start",
    min: null,
    max: null,
    intervalS: 60,
    ...more,
  };
}
