import { median } from "../water/robust-statistics.ts";

/** Energies of a plant over one range, kWh; null = not known. */
export interface PvInput {
  readonly generationKwh: number | null;
  readonly feedInKwh: number | null;
  /** Installed power, kWp. */
  readonly installedKwp: number | null;
}

export interface PvFigures {
  /** Generation − feed-in, kWh; null when either is unknown or more is fed in than was generated. */
  readonly selfUseKwh: number | null;
  /** Self-use / generation, 0 to 1 (自发自用率); null without generation. */
  readonly selfUseRate: number | null;
  /** kWh per kWp (等效利用小时数), h. */
  readonly yieldHours: number | null;
}

/** What became of a plant's generation. */
export function pvFigures({ generationKwh, feedInKwh, installedKwp }: PvInput): PvFigures {
  const isConsistent = generationKwh !== null && feedInKwh !== null && feedInKwh <= generationKwh;
  const selfUseKwh = isConsistent ? generationKwh - feedInKwh : null;
  return {
    selfUseKwh,
    selfUseRate: selfUseKwh !== null && generationKwh ? selfUseKwh / generationKwh : null,
    yieldHours: generationKwh !== null && installedKwp ? generationKwh / installedKwp : null,
  };
}

/** What the site used: grid import + generation − feed-in + storage discharge − charge, kWh. */
export const siteLoadKwh = (site: {
  importKwh: number;
  generationKwh: number;
  feedInKwh: number;
  dischargeKwh: number;
  chargeKwh: number;
}): number => site.importKwh + site.generationKwh - site.feedInKwh + site.dischargeKwh - site.chargeKwh;

export interface SisterPlant {
  readonly id: string;
  readonly yieldHours: number | null;
}

export interface PlantComparison {
  readonly id: string;
  readonly yieldHours: number | null;
  /** Median of the other plants' yield hours; null with fewer than two others. */
  readonly sistersHours: number | null;
  /** Own / sisters − 1: −0.2 = a fifth less than its sisters. */
  readonly deviation: number | null;
  readonly isBehind: boolean;
}

/** Plants under the same sun over the same range: each against the median of the others; behind from `behindBy` (0 to 1) on. */
export function comparePlants(plants: readonly SisterPlant[], behindBy: number): PlantComparison[] {
  return plants.map(({ id, yieldHours }) => {
    const others = plants.flatMap((other) => (other.id === id || other.yieldHours === null ? [] : other.yieldHours));
    const sistersHours = others.length < 2 ? null : median(others);
    const deviation = yieldHours !== null && sistersHours ? yieldHours / sistersHours - 1 : null;
    return { id, yieldHours, sistersHours, deviation, isBehind: deviation !== null && deviation <= -behindBy };
  });
}
