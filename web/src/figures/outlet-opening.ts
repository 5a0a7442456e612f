import type { MeterBody, WatchCard } from "@smart-park/core/wire";
import type { PointBody } from "../lib/point-groups.ts";

/** Means over which an outlet is judged. */
export const spans = ["hour", "day"] as const;
export type Span = (typeof spans)[number];

export interface Outlet {
  readonly meter: MeterBody;
  /** The pollutants among its points. */
  readonly points: readonly PointBody[];
}

/** By what a point is judged: hours, days, both or nothing; and how its running hour stands, when that is known. */
export interface Judged {
  readonly spans: readonly Span[];
  readonly state: WatchCard["state"] | null;
}

export interface Opening {
  readonly outlet: Outlet;
  readonly point: PointBody;
  readonly span: Span;
}

interface Asked {
  readonly outlet: string | null;
  readonly pollutant: string | null;
  readonly span: Span | null;
}

const ranks: readonly Judged["state"][] = ["alarm", "warning", "normal", "unknown"];
const [dailyRank, unlimitedRank] = [ranks.length, ranks.length + 1];

/** The worst running hour first, then what is judged by the hour, by the day, and what has no limit. */
function rankOf({ spans: own, state }: Judged): number {
  if (own.length === 0) return unlimitedRank;
  if (!own.includes("hour")) return dailyRank;
  return ranks.indexOf(state ?? "unknown");
}

/**
 * What the page opens on: of what the address leaves open, the point that is worst off among those with a limit, in the
 * span that the limit is of. Null without an outlet.
 */
export function openingOf(
  outlets: readonly Outlet[],
  judgedOf: (pointId: string) => Judged,
  asked: Asked,
): Opening | null {
  const named = outlets.find(({ meter }) => meter.id === asked.outlet);
  const choices = (named ? [named] : outlets).flatMap((outlet) => outlet.points.map((point) => ({ outlet, point })));
  const wanted = choices.filter(({ point }) => point.quantity === asked.pollutant);
  const [best] = (wanted.length > 0 ? wanted : choices)
    .map((choice) => ({ ...choice, judged: judgedOf(choice.point.id) }))
    .sort((a, b) => rankOf(a.judged) - rankOf(b.judged)); // stable: as listed where nothing tells them apart
  if (best === undefined) return null;
  const { outlet, point, judged } = best;
  return { outlet, point, span: asked.span ?? judged.spans[0] ?? "hour" };
}
