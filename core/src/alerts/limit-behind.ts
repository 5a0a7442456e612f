import type { Alert, WatchTarget } from "../ports/registry.ts";
import { convert, unitsLike } from "../units.ts";

/** What a point must keep, and of what kind: a limit of means, or a declared demand. */
export interface LimitBehind {
  readonly kind: "hourlyMean" | "dailyMean" | "demand";
  /** In the unit of the alert. */
  readonly limit: number;
}

type Broken = Pick<Alert, "kind" | "pointId" | "value" | "limit" | "raisedAt">;

/** Kinds whose bound somebody chose for the point's own value. */
const chosen: ReadonlySet<Alert["kind"]> = new Set(["limit", "hourlyMean", "demand"]);

/**
 * The limit that was registered for an alert's point and in force when it was raised, where it lies beyond the bound that
 * was broken: that bound is then a warning line (预警线), not the limit. The nearest of several; null where none is known.
 */
export function limitBehind(alert: Broken, targets: readonly WatchTarget[], unit: string): LimitBehind | null {
  const { kind, pointId, value, limit: bound, raisedAt } = alert;
  if (!chosen.has(kind) || value === null || bound === null) return null;
  const side = value >= bound ? 1 : -1;
  const inForce = new Map<LimitBehind["kind"], WatchTarget>();
  for (const target of targets.toSorted((a, b) => a.effectiveFrom - b.effectiveFrom))
    if (target.pointId === pointId && target.kind !== "nightFlow" && target.effectiveFrom <= raisedAt)
      inForce.set(target.kind, target);
  const beyond = [...inForce].flatMap(([of, target]): LimitBehind[] => {
    const told = side > 0 ? target.limit : (target.lowerLimit ?? null);
    const own = of === "demand" ? "kW" : unit;
    if (told === null || !unitsLike(unit).includes(own)) return []; // a demand also stands at an energy register
    const limit = convert(told, own, unit);
    return (limit - bound) * side > 0 ? [{ kind: of, limit }] : [];
  });
  return beyond.toSorted((a, b) => (a.limit - b.limit) * side)[0] ?? null;
}
