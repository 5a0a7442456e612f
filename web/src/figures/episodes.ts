import type { EpochMs } from "@smart-park/core";

interface Mean {
  readonly at: EpochMs;
  readonly state: "compliant" | "warning" | "exceeded" | "notJudged";
  readonly value: number | null;
  readonly exceedTimes: number | null;
}

/** Means above the limit one after the other. */
export interface Episode {
  /** Start of the first and of the last of them. */
  readonly from: EpochMs;
  readonly last: EpochMs;
  readonly count: number;
  readonly peak: number;
  /** 超标倍数 of the worst. */
  readonly exceedTimes: number | null;
}

/** Exceedances grouped, newest first. A mean that was not judged does not end one: nobody knows that it was over. */
export function episodesOf(means: readonly Mean[]): Episode[] {
  const found: Episode[] = [];
  let isOn = false;
  for (const { at, state, value, exceedTimes } of means) {
    if (state === "notJudged") continue;
    const before = found.at(-1);
    if (state !== "exceeded" || value === null) isOn = false;
    else if (!isOn || before === undefined) {
      found.push({ from: at, last: at, count: 1, peak: value, exceedTimes });
      isOn = true;
    } else {
      const worst = Math.max(before.exceedTimes ?? 0, exceedTimes ?? 0);
      found[found.length - 1] = {
        ...before,
        last: at,
        count: before.count + 1,
        peak: Math.max(before.peak, value),
        exceedTimes: worst,
      };
    }
  }
  return found.reverse();
}
