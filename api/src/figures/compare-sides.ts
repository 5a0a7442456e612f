import {
  alignByCalendar,
  baseUnit,
  countsIn,
  lastYear,
  meterGroup,
  meterGroups,
  ParkError,
  previousRange,
  shapeValues,
  sideText,
  stepLengthMs,
  type ComparedSide,
  type GroupUse,
  type MeterGroup,
  type MeterKind,
  type ParkTime,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { ComparisonBody, ComparisonQuery } from "@smart-park/core/wire";
import { ClosedMonths } from "./closing-state.ts";
import { groupSource, upToNow, type AskedGroups, type FigureContext } from "./group-source.ts";
import { groupUses, quantityOfUse } from "./group-uses.ts";
import { toFigureBody } from "./use-figure.ts";

/** Places of one answer: a line of more is not read, and waits long. */
const maxPlaces = 3000;
/** Below this known share a value would look like a dip where only data is missing: a gap. */
const leastKnown = 0.8;

interface Side extends ComparedSide {
  readonly range: TimeRange;
  readonly group: MeterGroup;
  readonly use: GroupUse;
}

/** Uses of several sides, each place of the calendar beside the same place of the others. */
export async function readComparison(
  context: FigureContext,
  principal: Principal,
  query: ComparisonQuery,
): Promise<ComparisonBody> {
  const { time, clock } = context;
  const { kind, step, shape } = query;
  const range = upToNow({ from: time.bucketStart(query.from, step), to: query.to }, clock.now());
  const places = Math.ceil((range.to - range.from) / stepLengthMs(step));
  if (places > maxPlaces)
    throw new ParkError("unprocessable", `the answer would have ${places} places; at most ${maxPlaces}`);
  const source = groupSource(context, principal);
  const sides = await Promise.all(query.sides.map((side) => readSide(context, source, { side, kind, range, step })));
  const shaped = sides.map(({ use }) => shapeValues(use.buckets.map(enoughKnown), shape));
  const stretches = sides.map(({ range: own, use }, i) => ({
    range: own,
    buckets: use.buckets.map((bucket, n) => ({ ...bucket, value: shaped[i]?.[n] ?? null })),
  }));
  const { frame, slots } = alignByCalendar(stretches, step, time);
  const series = sides.map((side) => toSeries(context, principal, side, kind));
  return {
    kind,
    unit: shape === "absolute" ? baseUnit(quantityOfUse(kind)) : shape === "index" ? "1" : "%",
    step,
    shape,
    frame,
    state: series.every(({ state }) => state === "closed") ? "closed" : "estimated",
    series,
    slots: slots.map(({ position, cells }) => ({
      ...position,
      cells: cells.map(
        (cell) =>
          cell && {
            at: time.toIso(cell.from),
            value: cell.value,
            known: cell.known,
            quality: cell.value === null ? "missing" : cell.isEstimated ? "estimated" : "good",
          },
      ),
    })),
  };
}

const enoughKnown = ({ value, known }: GroupUse["buckets"][number]): number | null =>
  known < leastKnown - 1e-9 ? null : value;

interface AskedSide extends Pick<ComparisonQuery, "kind" | "step"> {
  readonly side: ComparedSide;
  /** The asked one: the period of the side is found from it. */
  readonly range: TimeRange;
}

async function readSide(
  context: FigureContext,
  source: AskedGroups,
  { side, kind, range, step }: AskedSide,
): Promise<Side> {
  const own = rangeOf(side, range, context.time);
  const group = groupOf(source, side, { kind, range: own });
  const question = { quantity: quantityOfUse(kind), range: own, step, now: context.clock.now() };
  const [use] = await groupUses(context, source.readable, [group], question);
  if (use === undefined) throw new Error("every group has a use");
  return { ...side, range: own, group, use };
}

function rangeOf({ period }: ComparedSide, range: TimeRange, time: ParkTime): TimeRange {
  if (period === "now") return range;
  return period === "prev" ? previousRange(range, time) : lastYear(range, "sameDate", time).range;
}

/** The meters of a side; not_found when there is no such thing in scope. What only was not there yet has none. */
function groupOf(
  source: AskedGroups,
  { scope, id }: ComparedSide,
  asked: { readonly kind: MeterKind; readonly range: TimeRange },
): MeterGroup {
  if (scope === "meter") return ofMeter(source, id, asked);
  const found = meterGroups(source, scope, asked).find((group) => scope === "park" || group.id === id);
  if (found !== undefined) return found;
  if (!source.meters.some(({ zoneId }) => zoneId === id)) throw new ParkError("not_found");
  return { id, name: id, isDeclared: false, terms: [], enterpriseIds: [] };
}

function ofMeter(
  { meters }: AskedGroups,
  id: string | null,
  { kind, range }: { readonly kind: MeterKind; readonly range: TimeRange },
): MeterGroup {
  const meter = meters.find((one) => one.id === id);
  if (meter === undefined) throw new ParkError("not_found");
  if (meter.kind !== kind) throw new ParkError("unprocessable", `sides: ${meter.id} is no meter of ${kind}`);
  const group = meterGroup(meter, range);
  return countsIn(meter, range) ? group : { ...group, terms: [] };
}

function toSeries(
  context: FigureContext,
  principal: Principal,
  { scope, id, period, range, group, use }: Side,
  kind: MeterKind,
): ComparisonBody["series"][number] {
  const { time } = context;
  return {
    side: sideText({ scope, id, period }),
    scope,
    id,
    name: group.name,
    period,
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    declared: group.isDeclared,
    meters: [...new Set(group.terms.flatMap(({ meterId }) => meterId ?? []))],
    total: toFigureBody(use.total),
    ...new ClosedMonths(context, principal, range).of(group.enterpriseIds, kind),
  };
}
