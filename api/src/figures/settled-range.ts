import {
  ParkError,
  settledMeters,
  systemPrincipal,
  toSettlements,
  type Enterprise,
  type EnterpriseId,
  type JsonValue,
  type Meter,
  type MeterKind,
  type Principal,
  type Registry,
  type TimeRange,
} from "@smart-park/core";
import type { FigureContext } from "./group-source.ts";

export interface SettledPart extends TimeRange {
  readonly meters: readonly Meter[];
}

/** The meters that are an enterprise's total of one medium, stretch by stretch of a range. */
export interface SettledRange {
  readonly range: TimeRange;
  readonly parts: readonly SettledPart[];
  /** False = nobody declared which meters count. */
  readonly isDeclared: boolean;
}

/**
 * An enterprise in the caller's scope, else not_found. Only after this are its figures worked out, and then in full: a
 * meter declared to settle it counts even when somebody else owns that meter, or its total would depend on who asks.
 */
export function visibleEnterprise(registry: Registry, principal: Principal, id: EnterpriseId): Enterprise {
  const found = registry.enterprises(principal).find((enterprise) => enterprise.id === id);
  if (!found) throw new ParkError("not_found");
  return found;
}

export function settledRange(
  { registry, time }: Pick<FigureContext, "registry" | "time">,
  asked: { readonly enterpriseId: EnterpriseId; readonly kind: MeterKind; readonly range: TimeRange },
): SettledRange {
  const table = toSettlements(registry.settlementMeters(systemPrincipal), time);
  const catalog = registry.current();
  const { parts, isDeclared } = settledMeters(table, [...catalog.meters()], asked);
  return {
    range: asked.range,
    isDeclared,
    parts: parts.map(({ from, to, meterIds }) => ({
      from,
      to,
      meters: meterIds.flatMap((id) => catalog.meter(id) ?? []),
    })),
  };
}

/** The settled time before an instant. */
export const settledUntil = (settled: SettledRange, until: number): SettledRange => ({
  ...settled,
  parts: settled.parts.flatMap((part) => (part.from >= until ? [] : { ...part, to: Math.min(part.to, until) })),
});

/** Which meters counted when, as it is signed. */
export const settlementBase = ({ parts, isDeclared }: SettledRange): JsonValue => ({
  isDeclared,
  parts: parts.map(({ from, to, meters }) => ({ from, to, meterIds: meters.map(({ id }) => id).sort() })),
});
