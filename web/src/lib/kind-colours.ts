import type { UseKind } from "./asks.ts";

/** A medium keeps one hue on every page. */
export const kindColours: Readonly<Partial<Record<UseKind, `--series-${number}`>>> = {
  electricity: "--series-1",
  pv: "--series-2",
  steam: "--series-4",
  heat: "--series-4",
  water: "--series-5",
  gas: "--series-6",
};
