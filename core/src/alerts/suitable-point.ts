import { ruleKinds, type AlertRule } from "./alert-rule.ts";
import type { Point } from "../park.ts";
import { quantityNames, type Quantity } from "../quantity.ts";
import { baseUnit } from "../units.ts";

type Watched = Pick<Point, "kind" | "quantity">;

/** What is wrong with a rule of this kind watching that point; null = nothing. */
export function unsuitable(kind: AlertRule["kind"], point: Watched & { readonly id: string }): string | null {
  const found = misfit(kind, point);
  return found === null ? null : `${point.id} ${found}`;
}

function misfit(kind: AlertRule["kind"], point: Watched): string | null {
  switch (kind) {
    case "demand":
      return isElectric(point) ? null : "is neither active power nor a register of energy";
    case "history":
      if (isState(point)) return "is a state that is steered: no hour of the day has a usual one";
      return hourless(point);
    case "hourlyMean":
      return hourless(point);
    case "counter":
      return point.kind === "counter" ? null : "is not a register";
    default:
      return null;
  }
}

const hourless = ({ kind }: Watched): string | null =>
  kind === "gauge" ? null : "is a register: its hours have no mean";

const isElectric = ({ kind, quantity }: Watched): boolean => baseUnit(quantity) === (kind === "counter" ? "kWh" : "kW");

/** A battery is charged when power is cheap, a valve is open when somebody wants it: yesterday says nothing of today. */
const isState = ({ quantity }: Watched): boolean => quantity === "stateOfCharge";

/** Every kind of rule and of point that do not go together: a rule that covers points leaves these out. */
export const unsuitableCombinations: readonly (readonly [AlertRule["kind"], Point["kind"], Quantity])[] =
  ruleKinds.flatMap((rule) =>
    (["gauge", "counter"] as const).flatMap((kind) =>
      quantityNames
        .filter((quantity) => misfit(rule, { kind, quantity }) !== null)
        .map((quantity) => [rule, kind, quantity] as const),
    ),
  );
