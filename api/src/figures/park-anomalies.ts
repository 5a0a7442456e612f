import {
  baseUnit,
  canSee,
  expectedReadings,
  judgedPoints,
  mostJudgedReadings,
  ParkError,
  type Meter,
  type Point,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { CorrectionsBody, ParkAnomaliesBody, parkAnomaliesQuery } from "@smart-park/core/wire";
import type { z } from "zod";
import { replacedReadings } from "../replaced-readings.ts";
import type { FigureContext } from "./group-source.ts";
import { checkRange } from "./range.ts";
import { countKinds, findAnomalies, toItem } from "./read-anomalies.ts";

type AnomaliesQuery = z.output<typeof parkAnomaliesQuery>;
interface Selection {
  readonly enterprise?: string | undefined;
  readonly meter?: string | undefined;
}

/** Rows of one answer. */
const maxItems = 2000;
const longestMs = 366 * 86_400_000;

/**
 * What is odd about the readings of all meters that are asked for: of their registers, and of momentary values where a
 * meter has no register.
 */
export async function readParkAnomalies(
  source: FigureContext,
  principal: Principal,
  { kind, ...query }: AnomaliesQuery,
): Promise<ParkAnomaliesBody> {
  const { time, clock } = source;
  const now = clock.now();
  const range = { from: query.from, to: Math.min(query.to, now) };
  checkRange(range, longestMs);
  const judged = selected(source, principal, query).flatMap((meter) =>
    judgedPoints(meter.points).map((point) => ({ meter, point })),
  );
  checkEffort(
    judged.map(({ point }) => point),
    range,
  );
  const found: { readonly meter: Meter; readonly point: Point; readonly anomaly: Anomaly }[] = [];
  for (const { meter, point } of judged)
    for (const anomaly of await findAnomalies(source, point, range, now)) found.push({ meter, point, anomaly });
  const shown = found
    .filter(({ anomaly }) => kind === undefined || anomaly.kind === kind)
    .sort((a, b) => b.anomaly.from - a.anomaly.from);
  return {
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    points: judged.length,
    counts: countKinds(found.map(({ anomaly }) => anomaly)),
    isComplete: shown.length <= maxItems,
    items: shown.slice(0, maxItems).map(({ meter, point, anomaly }) => ({
      enterpriseId: meter.enterpriseId,
      meterId: meter.id,
      point: point.id,
      unit: point.unit,
      amountUnit: baseUnit(point.quantity),
      ...toItem(anomaly, time),
    })),
  };
}

type Anomaly = Awaited<ReturnType<typeof findAnomalies>>[number];

/** A foreign enterprise or meter answers like a missing one. */
function selected({ registry }: FigureContext, principal: Principal, { enterprise, meter }: Selection): Meter[] {
  const all = [...registry.current().meters()].filter(({ enterpriseId }) => canSee(principal, enterpriseId));
  const isKnown = enterprise === undefined || registry.enterprises(principal).some(({ id }) => id === enterprise);
  const chosen = all
    .filter(({ id }) => meter === undefined || id === meter)
    .filter(({ enterpriseId }) => enterprise === undefined || enterpriseId === enterprise);
  if (!isKnown || (meter !== undefined && chosen.length === 0)) throw new ParkError("not_found");
  return chosen;
}

function checkEffort(points: readonly Point[], range: TimeRange): void {
  const expected = expectedReadings(points, range);
  if (expected > mostJudgedReadings)
    throw new ParkError(
      "unprocessable",
      `about ${Math.round(expected)} readings, at most ${mostJudgedReadings}; choose an enterprise or a shorter range`,
    );
}

/** Readings in the range that were replaced by other values or qualities, and who did it where somebody imported them. */
export async function readCorrections(
  source: FigureContext,
  principal: Principal,
  query: TimeRange & Selection,
): Promise<CorrectionsBody> {
  const { time } = source;
  const range = { from: query.from, to: query.to };
  checkRange(range, longestMs);
  const found: (CorrectionsBody["items"][number] & { readonly changedAt: number })[] = [];
  for (const { points, ...meter } of selected(source, principal, query)) {
    const ofMeter = [];
    for (const point of points) ofMeter.push(...(await replacedOf(source, point, range)));
    const whoAt = ofMeter.length === 0 ? () => null : importersOf(source, principal, meter);
    for (const item of ofMeter) {
      const changedAt = Date.parse(item.replacedAt);
      found.push({ enterpriseId: meter.enterpriseId, meterId: meter.id, ...item, who: whoAt(changedAt), changedAt });
    }
  }
  const newestFirst = found.sort((a, b) => b.changedAt - a.changedAt);
  return {
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    isComplete: found.length <= maxItems,
    items: newestFirst.slice(0, maxItems).map(({ changedAt: _, ...item }) => item),
  };
}

async function replacedOf(source: FigureContext, point: Point, range: TimeRange) {
  const { unit, items } = await replacedReadings(source, point, range);
  return items.map((item) => ({ point: point.id, unit, ...item }));
}

const maxImports = 10_000;

/**
 * Who imported readings of a meter, by the instant of the import, which is when its readings were received. People of the
 * park are named to people of the park alone.
 */
function importersOf(
  { registry }: FigureContext,
  principal: Principal,
  { id, enterpriseId }: Pick<Meter, "id" | "enterpriseId">,
): (at: number) => string | null {
  if (principal.scope !== "all") return () => null;
  const filter = { action: "readings.import", object: id, enterpriseId, limit: maxImports };
  const imports = new Map(registry.audit(principal, filter).items.map(({ at, actor }) => [at, actor]));
  return (at) => imports.get(at) ?? null;
}
