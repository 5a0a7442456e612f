import { gasStateFactorAt } from "./gas-state.ts";
import { usesOf, type Use } from "./consumption.ts";
import type { Point } from "../park.ts";
import type { Series } from "../reading.ts";
import type { EpochMs } from "../time.ts";
import { baseUnit, convert } from "../units.ts";

/**
 * Factor from register units to the quantity's base unit at an instant: unit, CT × PT when the side is secondary, and the
 * standard state when a gas register counts working m³.
 */
export const registerFactor = (point: Point, at: EpochMs): number =>
  convert(1, point.unit, baseUnit(point.quantity)) * multiplierAt(point, at) * gasStateFactorAt(point, at);

/** CT × PT in force at an instant; 1 before its first date and when the gateway has multiplied already. */
function multiplierAt(point: Point, at: EpochMs): number {
  if (point.valueSide === "primary") return 1;
  return datedMultipliers(point).findLast(({ from }) => from <= at)?.value ?? 1;
}

function datedMultipliers({ multiplier, multiplierFrom, multipliers }: Point): { from: EpochMs; value: number }[] {
  const dated = multipliers ?? [{ from: multiplierFrom, value: multiplier }];
  return dated.map(({ from, value }) => ({ from: from ?? -Infinity, value })).sort((a, b) => a.from - b.from);
}

/**
 * Uses of a point's register in the quantity's base unit, each multiplied by what was in force in its time. A use that
 * straddles a change is shared in proportion to time and is not sure, unless the register's reading at the change is
 * recorded: then it is exact.
 */
export function multipliedUses(series: Series, point: Point): readonly Use[] {
  const uses = usesOf(series, point);
  const multiplied = point.valueSide === "primary" ? [] : datedMultipliers(point);
  const dates = [...multiplied, ...(point.gasStates ?? [])].map(({ from }) => from ?? -Infinity);
  const changes = dates.toSorted((a, b) => a - b);
  if (changes.some((at) => at > -Infinity)) return uses.flatMap((use) => split(use, point, changes));
  const factor = registerFactor(point, 0);
  return factor === 1 ? uses : uses.map((use) => ({ ...use, amount: use.amount * factor }));
}

function split(use: Use, point: Point, changes: readonly EpochMs[]): Use[] {
  const inside = changes.filter((at) => use.from < at && at < use.to);
  const isSplit = inside.some((at) => registerFactor(point, at) !== registerFactor(point, use.from));
  if (!isSplit) return [{ ...use, amount: use.amount * registerFactor(point, use.from) }];
  const edges = [use.from, ...inside, use.to];
  return edges.slice(1).map((to, i) => {
    const from = edges[i] ?? use.from;
    const share = (to - from) / (use.to - use.from);
    return { ...use, from, to, amount: use.amount * share * registerFactor(point, from), isSure: false };
  });
}

/** A point as it stands from an instant on: what is in force then and what is planned for later, nothing of before. */
export function pointFrom(point: Point, at: EpochMs): Point {
  const { multipliers, gasStates, registerChanges, ...plain } = point;
  const dated = inForceFrom(
    datedMultipliers(point).map(({ from, value }) => ({ from: from === -Infinity ? null : from, value })),
    at,
  );
  const [first, ...later] = dated;
  return {
    ...plain,
    multiplier: first?.value ?? 1,
    multiplierFrom: first?.from ?? null,
    ...(later.length > 0 && { multipliers: dated }),
    ...(gasStates !== undefined && { gasStates: inForceFrom(gasStates, at) }),
  };
}

/** Of dated values the one in force at an instant, since ever, and those after it. */
function inForceFrom<T extends { readonly from: EpochMs | null }>(dated: readonly T[], at: EpochMs): T[] {
  const sorted = dated.toSorted((a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity));
  const now = sorted.findLast(({ from }) => (from ?? -Infinity) <= at);
  return [
    ...(now === undefined ? [] : [{ ...now, from: null }]),
    ...sorted.filter(({ from }) => (from ?? -Infinity) > at),
  ];
}
