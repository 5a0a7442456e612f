import {
  baseUnit,
  countedRange,
  meterGroup,
  termsOfSettled,
  type CountedMeter,
  type EpochMs,
  type Figure,
  type Meter,
  type MeterGroup,
  type MeterId,
  type Quantity,
  type TimeRange,
} from "@smart-park/core";
import type { PartsSource } from "../read-parts.ts";
import { groupUses } from "./group-uses.ts";
import type { SettledRange } from "./settled-range.ts";
import { unknownFigure } from "./use-figure.ts";

/** A meter, and what it counted in the stretch in which it counts. */
export interface MeterUse {
  readonly meter: Meter;
  readonly range: TimeRange;
  readonly figure: Figure;
}

export interface SettledUse {
  readonly total: Figure;
  readonly meters: readonly MeterUse[];
}

interface Asked {
  readonly quantity: Quantity;
  readonly now: EpochMs;
}

/** Use of one quantity by the meters that settle a range, up to `now`. */
export async function settledUse(source: PartsSource, settled: SettledRange, asked: Asked): Promise<SettledUse> {
  const { meters, group } = settledGroup(settled);
  const terms = group.terms.flatMap((term) => {
    const meter = term.meterId === null ? undefined : meters.get(term.meterId);
    return meter ? [{ meter, term }] : [];
  });
  const groups = [group, ...terms.map(({ term }) => ({ terms: [term] }))];
  const [total, ...uses] = await groupUses(source, meters, groups, { ...asked, range: settled.range, step: null });
  if (total === undefined) throw new Error("every group has a use");
  const own = terms.flatMap(({ meter, term: { range } }, i) => {
    const use = uses[i];
    return use ? [{ meter, range, figure: use.total }] : [];
  });
  return { total: total.total, meters: own };
}

/** What settles a range, as a group to count. */
export function settledGroup({ parts, isDeclared }: SettledRange): {
  readonly meters: ReadonlyMap<MeterId, Meter>;
  readonly group: Pick<MeterGroup, "terms">;
} {
  const meters = new Map(parts.flatMap((part) => part.meters.map((meter) => [meter.id, meter] as const)));
  const settled = parts.map((part) => ({ ...part, meterIds: part.meters.map(({ id }) => id) }));
  return { meters, group: { terms: termsOfSettled({ parts: settled, isDeclared }) } };
}

/** Use of each meter over a range, as long as it counts, in the order given; nothing is known of one without the register. */
export async function meterUses(
  source: PartsSource,
  meters: readonly CountedMeter[],
  range: TimeRange,
  asked: Asked,
): Promise<MeterUse[]> {
  const groups = meters.map((meter) => meterGroup(meter, range));
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const uses = await groupUses(source, byId, groups, { ...asked, range, step: null });
  return meters.map((meter, i) => ({
    meter,
    range: countedRange(meter, range),
    figure: uses[i]?.total ?? unknownFigure(baseUnit(asked.quantity)),
  }));
}
