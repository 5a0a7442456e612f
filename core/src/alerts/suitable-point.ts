import type { AlertRule } from "./alert-rule.ts";
import type { Point } from "../park.ts";
import { baseUnit } from "../units.ts";

type Judged = Pick<Point, "kind" | "quantity"> & { readonly id: string };

/** What is wrong with a rule of this kind watching that point; null = nothing. */
export function unsuitable(kind: AlertRule["kind"], point: Judged): string | null {
  switch (kind) {
    case "demand":
      return isElectric(point) ? null : `${point.id} is neither active power nor a register of energy`;
    case "history":
      return point.kind === "gauge" ? null : `${point.id} is a register: its hours have no mean`;
    case "counter":
      return point.kind === "counter" ? null : `${point.id} is not a register`;
    default:
      return null;
  }
}

const isElectric = ({ kind, quantity }: Pick<Point, "kind" | "quantity">): boolean =>
  baseUnit(quantity) === (kind === "counter" ? "kWh" : "kW");
