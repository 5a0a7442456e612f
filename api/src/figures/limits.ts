import {
  figureLabel,
  judgeLimit,
  limitAt,
  type DatedLimit,
  type EpochMs,
  type LimitVerdict,
  type ParkTime,
  type Point,
  type TimeRange,
  type WatchTarget,
} from "@smart-park/core";
import type { HourlyMeansBody } from "@smart-park/core/wire";

type NotJudged = HourlyMeansBody["rows"][number]["reason"];
type Verdict = Pick<HourlyMeansBody["rows"][number], "state" | "reason" | "rounded" | "exceedTimes" | "limitId">;

/** The dated limits that a point's means are compared with. */
export class PointLimits {
  readonly #targets: readonly WatchTarget[];
  readonly #limits: readonly DatedLimit[];

  constructor(targets: readonly WatchTarget[], kind: "hourlyMean" | "dailyMean", point: Point) {
    const own = targets.filter((target) => target.kind === kind && target.pointId === point.id);
    this.#targets = own.toSorted((a, b) => a.effectiveFrom - b.effectiveFrom);
    this.#limits = this.#targets.map((target) => toDatedLimit(target, point.unit));
  }

  /** Oxygen content that the limit in force refers to; null = none. */
  referenceAt(at: EpochMs): number | null {
    const limit = limitAt(this.#limits, at);
    return this.#targets.find(({ id }) => id === limit?.id)?.referenceOxygen ?? null;
  }

  /** Judges the valid mean of a period; `reason` = why there is none, null when it is valid. */
  judge(mean: number | null, at: EpochMs, reason: NotJudged): Verdict {
    const found: LimitVerdict = judgeLimit(reason === null ? mean : null, this.#limits, at);
    const { state, rounded, exceedTimes, limit } = found;
    const why = state !== "notJudged" ? null : limit === null ? "noLimit" : (reason ?? "insufficient");
    return { state, reason: why, rounded, exceedTimes, limitId: limit?.id ?? null };
  }

  /** Those in force at some time of the range, oldest first. */
  bodies({ from, to }: TimeRange, time: ParkTime): HourlyMeansBody["versions"] {
    const before = this.#targets.findLastIndex(({ effectiveFrom }) => effectiveFrom <= from);
    const inForce = this.#targets.filter(({ effectiveFrom }, i) => effectiveFrom < to && i >= before);
    return inForce.map((target) => ({
      id: target.id,
      name: target.title,
      source: target.source,
      documentNumber: null,
      status: target.status,
      label: figureLabel(target),
      max: target.limit,
      min: target.lowerLimit ?? null,
      decimals: target.decimals ?? null,
      referenceOxygen: target.referenceOxygen ?? null,
      effectiveFrom: time.toIso(target.effectiveFrom),
    }));
  }
}

const toDatedLimit = (target: WatchTarget, unit: string): DatedLimit => ({
  id: target.id,
  effectiveFrom: target.effectiveFrom,
  effectiveTo: null,
  max: target.limit,
  min: target.lowerLimit ?? null,
  unit,
  ...(typeof target.decimals === "number" && { decimals: target.decimals }),
});

/** How many of each verdict there are. */
export function countVerdicts(rows: readonly Pick<Verdict, "state" | "reason">[]): HourlyMeansBody["counts"] {
  const counts: HourlyMeansBody["counts"] = { compliant: 0, warning: 0, exceeded: 0, notJudged: {} };
  for (const { state, reason } of rows) {
    if (state !== "notJudged") counts[state] += 1;
    else if (reason !== null) counts.notJudged[reason] = (counts.notJudged[reason] ?? 0) + 1;
  }
  return counts;
}
