import { days, type EpochMs, type FigureRule, type ParkTime, type TimeRange } from "@smart-park/core";

/** The night whose lowest flow is judged ends at four. */
const nightEndHour = 4;

const stepOf = (rule: FigureRule): "1d" | "1mo" =>
  rule.kind === "balanceResidual" && rule.period === "month" ? "1mo" : "1d";

/** Ends of the periods that a rule judges, in (from, to], oldest first. */
export function periodEnds(rule: FigureRule, time: ParkTime, { from, to }: TimeRange): EpochMs[] {
  const edges = time.bucketEdges({ from: from - days(1), to: to + 1 }, stepOf(rule));
  const ends = rule.kind === "nightFlow" ? edges.map((edge) => nightEnd(time, edge)) : edges;
  return ends.filter((end) => end > from && end <= to);
}

/** The period that ends then. */
export const periodOf = (rule: FigureRule, time: ParkTime, end: EpochMs): TimeRange => ({
  from: time.bucketStart(end - 1, stepOf(rule)),
  to: end,
});

/** How many ended periods late readings may still change; what sums up all until now has its newest only. */
export const lookBack = (rule: FigureRule): number =>
  rule.kind !== "balanceResidual" ? 1 : rule.period === "month" ? 2 : 8;

function nightEnd(time: ParkTime, day: EpochMs): EpochMs {
  const { year, month, day: date } = time.partsOf(day);
  return time.instantOf(year, month, date, nightEndHour);
}
