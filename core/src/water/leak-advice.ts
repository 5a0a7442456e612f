import { roundNumber } from "../decimal.ts";
import type { Advice } from "../electricity/advice.ts";

export interface LeakAdviceInput {
  /** What a meter's nights show above its usual, m³ a day. */
  readonly m3PerDay: number;
  /** 元/m³ */
  readonly yuanPerM3: number;
  readonly meterId: string;
  /** Since when, as the screen shows it. */
  readonly since: string;
}

/** Days of the month that a loss is told for. */
const monthDays = 30;

/**
 * What a suspected leak (疑似漏损) costs: m³ a day × price, for a month of 30 days and a year. It is a suspicion by the night
 * flow, to be looked for before it is believed; none when nothing is lost.
 */
export function leakAdvice({ m3PerDay, yuanPerM3, meterId, since }: LeakAdviceInput): Advice | null {
  if (m3PerDay <= 0) return null;
  return {
    kind: "leak",
    yuanPerYear: roundNumber(m3PerDay * 365 * yuanPerM3, 2),
    formula: "advice.leak",
    inputs: {
      meterId,
      since,
      m3PerDay,
      yuanPerM3,
      yuanPerMonth: roundNumber(m3PerDay * monthDays * yuanPerM3, 2),
    },
  };
}
