import { enoughCoverage, knownShare, ratio, sumFigures, type Figure } from "./figure.ts";

/** A place of the tree (park, zone, enterprise, workshop or meter) with its own metering, null = none. */
export interface BalanceNode {
  readonly id: string;
  readonly own: Figure | null;
  readonly children: readonly BalanceNode[];
}

export interface Balance {
  readonly id: string;
  /** Its own metering; without any, the sum of what lies below. Never both. */
  readonly total: Figure;
  readonly childrenSum: Figure | null;
  /** total − Σ children: line loss, leakage, and what is not metered. Negative when the children show more. */
  readonly residual: number | null;
  /** The same as a share of the total (0.05 = 5 %). */
  readonly residualShare: number | null;
  /**
   * shown; insufficient = the parent or a child is not known well enough (`insufficient` names them); none = nothing to
   * compare: no own metering or no children.
   */
  readonly state: "shown" | "insufficient" | "none";
  readonly insufficient: readonly string[];
  readonly children: readonly Balance[];
}

/**
 * Balances a tree at every level. A residual needs at least `minCoverage` of the time known of the parent and of every
 * child: with one of them silent it would be called a loss.
 */
export function balanceOf(node: BalanceNode, unit: string, minCoverage = enoughCoverage): Balance {
  const children = node.children.map((child) => balanceOf(child, unit, minCoverage));
  const childrenSum = children.length === 0 ? null : sumOf(children, unit);
  const total = node.own ?? childrenSum ?? sumFigures([], unit);
  const base = { id: node.id, total, childrenSum, children, residual: null, residualShare: null, insufficient: [] };
  if (!node.own || !childrenSum) return { ...base, state: "none" };
  const insufficient = [
    ...notEnough(node.id, node.own, minCoverage),
    ...children.flatMap((c) => weakOf(c, minCoverage)),
  ];
  if (insufficient.length > 0 || node.own.value === null || childrenSum.value === null)
    return { ...base, state: "insufficient", insufficient };
  const residual = node.own.value - childrenSum.value;
  return { ...base, state: "shown", residual, residualShare: ratio(residual, node.own.value) };
}

const sumOf = (children: readonly Balance[], unit: string): Figure =>
  sumFigures(
    children.map(({ total }) => ({ figure: total, coefficient: 1 })),
    unit,
  );

const notEnough = (id: string, { value, coverage }: Figure, minCoverage: number): string[] =>
  value === null || knownShare(coverage) < minCoverage - 1e-9 ? [id] : [];

/** A child without metering of its own is as good as the weakest below it: a mean would hide a silent one. */
const weakOf = (child: Balance, minCoverage: number): string[] =>
  child.total === child.childrenSum
    ? child.children.flatMap((below) => weakOf(below, minCoverage))
    : notEnough(child.id, child.total, minCoverage);
