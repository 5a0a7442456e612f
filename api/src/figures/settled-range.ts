import {
  settledMeters,
  systemPrincipal,
  toSettlements,
  type EnterpriseId,
  type JsonValue,
  type Meter,
  type MeterKind,
  type TimeRange,
} from "@smart-park/core";
import { countedMeters, type FigureContext } from "./group-source.ts";

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
 * Asked only for enterprises that the caller may see, and then in full: a meter declared to settle one counts even when
 * somebody else owns that meter, or its total would depend on who asks.
 */
export function settledRange(
  { registry, time }: Pick<FigureContext, "registry" | "time">,
  asked: { readonly enterpriseId: EnterpriseId; readonly kind: MeterKind; readonly range: TimeRange },
): SettledRange {
  const table = toSettlements(registry.settlementMeters(systemPrincipal), time);
  const meters = countedMeters({ registry, time }, systemPrincipal);
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const { parts, isDeclared } = settledMeters(table, meters, asked);
  return {
    range: asked.range,
    isDeclared,
    parts: parts.map(({ from, to, meterIds }) => ({
      from,
      to,
      meters: meterIds.flatMap((id) => byId.get(id) ?? []),
    })),
  };
}

/** The settled time before an instant. */
export const settledUntil = (settled: SettledRange, until: number): SettledRange => ({
  ...settled,
  range: { from: settled.range.from, to: Math.max(settled.range.from, Math.min(settled.range.to, until)) },
  parts: settled.parts.flatMap((part) => (part.from >= until ? [] : { ...part, to: Math.min(part.to, until) })),
});

/** Which meters counted when, as it is signed. */
export const settlementBase = ({ parts, isDeclared }: SettledRange): JsonValue => ({
  isDeclared,
  parts: parts.map(({ from, to, meters }) => ({ from, to, meterIds: meters.map(({ id }) => id).sort() })),
});
