/** What is measured of the pages, in the order of the report, with the budgets that they are held to. */
export interface Budget {
  readonly name: string;
  readonly under: string;
  readonly unit: "ms" | "%" | "MB" | "" | "tasks";
  /** The most that is allowed; null: only told. */
  readonly most: number | null;
}

const [noLoad, liveLoad] = ["nothing cached", "live load"] as const;

export const budgets = {
  loginLcp: { name: "LCP of sign-in", under: noLoad, unit: "ms", most: 800 },
  slowLoginLcp: { name: "LCP of sign-in", under: `${noLoad}, slow PC`, unit: "ms", most: 1500 },
  shellLcp: { name: "LCP of the frame", under: noLoad, unit: "ms", most: 800 },
  slowShellLcp: { name: "LCP of the frame", under: `${noLoad}, slow PC`, unit: "ms", most: 1500 },
  slowOverviewLcp: { name: "LCP of the overview with data", under: `${noLoad}, slow PC`, unit: "ms", most: 2500 },
  slowOverviewReady: { name: "Overview's curve painted", under: `${noLoad}, slow PC`, unit: "ms", most: null },
  layoutShift: { name: "Cumulative layout shift, worst page", under: noLoad, unit: "", most: 0.05 },
  interaction: { name: "INP p98", under: liveLoad, unit: "ms", most: 100 },
  slowInteraction: { name: "INP p98", under: `${liveLoad}, slow PC`, unit: "ms", most: 200 },
  busy: { name: "Main thread busy", under: liveLoad, unit: "%", most: 20 },
  slowBusy: { name: "Main thread busy", under: `${liveLoad}, slow PC`, unit: "%", most: 60 },
  burstBusy: { name: "Main thread busy", under: "burst", unit: "%", most: 30 },
  tilesBusy: { name: "Main thread busy, tile wall", under: liveLoad, unit: "%", most: 20 },
  slowFrames: { name: "Frames over 33 ms", under: liveLoad, unit: "%", most: 2 },
  longTasks: { name: "Tasks over 100 ms in 10 s", under: liveLoad, unit: "tasks", most: 0 },
  cellDelay: { name: "Server's packet to painted cell p95", under: liveLoad, unit: "ms", most: 100 },
  heap: { name: "JavaScript heap of the live page", under: liveLoad, unit: "MB", most: 60 },
  pageSwitch: { name: "Switch to a page seen before", under: liveLoad, unit: "ms", most: 150 },
  paletteResult: { name: "Key to result in the palette", under: liveLoad, unit: "ms", most: 50 },
  filter: { name: "Key to filtered meters", under: liveLoad, unit: "ms", most: 50 },
} as const satisfies Record<string, Budget>;

export type FigureName = keyof typeof budgets;

export const figureNames = Object.keys(budgets) as readonly FigureName[]; // exactly its keys

/** Figures of one run; what was not measured is left out. */
export type Figures = Partial<Record<FigureName, number>>;

export type Verdict = "kept" | "near" | "missed" | "told";

const nearShare = 0.8;

/** Whether a figure keeps its budget; near from 80 % of it on. */
export function judge(figure: number, most: number | null): Verdict {
  if (most === null) return "told";
  if (!(figure <= most)) return "missed"; // also what is no number
  return figure > most * nearShare ? "near" : "kept";
}

/** The value that the given share of all does not exceed; `values` need no order. NaN when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
