import { ratio, sumFigures, type Figure } from "../figures/figure.ts";

/** What an enterprise took and used again in a period, m³. */
export interface WaterUse {
  /** 新水: mains, own wells, rivers. */
  readonly intake: readonly Figure[];
  /** 重复利用水: circulated, cascaded, recycled. */
  readonly reused: readonly Figure[];
  /** Of the reused: circulated cooling water and the intake for it, for the circulation rate. */
  readonly cooling?: { readonly circulated: Figure; readonly freshWater: Figure };
  /** 废水. */
  readonly wastewater?: Figure;
}

export interface WaterFigures {
  readonly intake: Figure;
  readonly reused: Figure;
  /** 用水总量 = intake + reused. */
  readonly total: Figure;
  /** 重复利用率 = reused / total, 0…1; null without use or while a part is not known. */
  readonly reuseRate: number | null;
  /** 间接冷却水循环率. */
  readonly circulationRate: number | null;
  /** wastewater / intake; above 1 there is rain or an unmetered well. */
  readonly drainRatio: number | null;
}

/** Water figures of an enterprise. No reuse meters mean no reuse; a silent one means that the rate is not known. */
export function waterFigures({ intake, reused, cooling, wastewater }: WaterUse): WaterFigures {
  const [taken, again] = [sum(intake), reused.length === 0 ? { ...sum(intake), value: 0 } : sum(reused)];
  const total = reused.length === 0 ? taken : sum([...intake, ...reused]);
  const isKnown = [...intake, ...reused].every(({ value }) => value !== null);
  const circulated = cooling ? sum([cooling.circulated, cooling.freshWater]) : null;
  const isCoolingKnown = cooling && cooling.circulated.value !== null && cooling.freshWater.value !== null;
  return {
    intake: taken,
    reused: again,
    total,
    reuseRate: isKnown ? ratio(again.value, total.value) : null,
    circulationRate: isCoolingKnown && circulated ? ratio(cooling.circulated.value, circulated.value) : null,
    drainRatio: wastewater ? ratio(wastewater.value, taken.value) : null,
  };
}

const sum = (figures: readonly Figure[]): Figure =>
  sumFigures(
    figures.map((figure) => ({ figure, coefficient: 1 })),
    "m³",
  );
