import type { Bucket } from "../consumption/aggregate.ts";
import { decimal, subtract, sum, type Decimal } from "../decimal.ts";
import type { EpochMs, TimeRange } from "../time.ts";
import type { PeriodSpan, TimeOfUse } from "./time-of-use.ts";

/** Energy of one stretch of time, usually 15 minutes, in kWh; null = not known. Intervals do not overlap. */
export interface EnergyInterval extends TimeRange {
  readonly kwh: number | null;
  readonly isEstimated: boolean;
}

/** The part of an interval that lies in one period of one day. */
export interface EnergyPiece extends TimeRange {
  readonly span: PeriodSpan;
  readonly kwh: Decimal;
  /** The interval was, or it had to be shared out over several periods, or the day's type is not known. */
  readonly isEstimated: boolean;
}

/** Intervals from consumption buckets (`aggregate` with stat consumption, kWh) and the end of the last one. */
export function toEnergyIntervals(rows: readonly Bucket[], end: EpochMs): EnergyInterval[] {
  return rows.map((row, i) => ({
    from: row.at,
    to: rows[i + 1]?.at ?? end,
    kwh: row.quality === "good" || row.quality === "estimated" ? row.value : null,
    isEstimated: row.quality === "estimated",
  }));
}

/**
 * The known energy of the range by periods. An interval over several periods, or over the range's edge, is shared out in
 * proportion to time and so becomes estimated; its pieces add up to it exactly.
 */
export function splitByPeriod(
  intervals: readonly EnergyInterval[],
  range: TimeRange,
  timeOfUse: TimeOfUse,
): EnergyPiece[] {
  return intervals.flatMap((interval) => {
    const { from, to, kwh, isEstimated } = clip(interval, range);
    return kwh === null || to <= from ? [] : piecesOf({ from, to, kwh, isEstimated }, timeOfUse);
  });
}

/** The part of an interval inside a range; cutting makes it estimated. */
export function clip(interval: EnergyInterval, range: TimeRange): EnergyInterval {
  const [from, to] = [Math.max(interval.from, range.from), Math.min(interval.to, range.to)];
  if (interval.kwh === null || (from === interval.from && to === interval.to)) return { ...interval, from, to };
  const share = Math.max(0, to - from) / (interval.to - interval.from);
  return { from, to, kwh: interval.kwh * share, isEstimated: true };
}

function piecesOf(interval: EnergyInterval & { readonly kwh: number }, timeOfUse: TimeOfUse): EnergyPiece[] {
  const { kwh } = interval;
  const first = timeOfUse.at(interval.from);
  if (first.to >= interval.to) return [toPiece(interval, { ...first, to: interval.to }, decimal(kwh), first.isSure)];
  const spans = joinSamePeriod([...timeOfUse.spans(interval)]);
  const shares = spans.slice(0, -1).map(({ from, to }) => decimal((kwh * (to - from)) / (interval.to - interval.from)));
  shares.push(subtract(decimal(kwh), sum(shares)));
  return spans.map((span, i) => toPiece(interval, span, shares[i] ?? decimal(0), spans.length === 1 && span.isSure));
}

const toPiece = (interval: EnergyInterval, span: PeriodSpan, kwh: Decimal, isSure: boolean): EnergyPiece => ({
  from: span.from,
  to: span.to,
  span,
  kwh,
  isEstimated: interval.isEstimated || !isSure,
});

/** A clock change inside an interval divides nothing that is charged differently. */
function joinSamePeriod(spans: readonly PeriodSpan[]): PeriodSpan[] {
  const joined: PeriodSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && last.day === span.day && last.period === span.period)
      joined[joined.length - 1] = { ...last, to: span.to };
    else joined.push(span);
  }
  return joined;
}
