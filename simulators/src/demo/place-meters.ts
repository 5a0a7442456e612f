import type { MeterPlace, PlanPlace, SitePlan } from "@smart-park/core";
import type { ParkFile } from "../park-file.ts";

/** Of the ground's height, left free above the meters for the name. */
const headShare = 0.3;
const widestStepM = 60;
const leastStepM = 0.5;

/** A place for each meter within the first plot of its enterprise; one whose enterprise has no plot gets none. */
export function placeMeters({ meters }: Pick<ParkFile, "meters">, { shapes }: SitePlan): MeterPlace[] {
  return shapes.flatMap(({ kind, enterpriseId, outline }, i) => {
    const isFirst = shapes.findIndex((one) => one.kind === "plot" && one.enterpriseId === enterpriseId) === i;
    if (kind !== "plot" || !isFirst) return [];
    const own = meters.filter((meter) => meter.enterpriseId === enterpriseId);
    return placesIn(outline, own.length).flatMap(([x, y], n) => {
      const meterId = own[n]?.id;
      return meterId === undefined ? [] : [{ meterId, x, y }];
    });
  });
}

/**
 * So many places within an outline, row by row on the widest grid that has enough of them: always the same for the same
 * outline. Fewer when the ground is too small to tell them apart. Metres, to a decimetre.
 */
export function placesIn(outline: readonly PlanPlace[], count: number): PlanPlace[] {
  for (let step = widestStepM; step > leastStepM; step *= 0.92) {
    const places = gridIn(outline, step);
    if (places.length >= count) return places.slice(0, count);
  }
  return gridIn(outline, leastStepM).slice(0, count);
}

function gridIn(outline: readonly PlanPlace[], step: number): PlanPlace[] {
  const [left, right] = span(outline.map(([x]) => x));
  const [top, bottom] = span(outline.map(([, y]) => y));
  const rows = centred(top + (bottom - top) * headShare, bottom, step);
  const columns = centred(left, right, step);
  return rows.flatMap((y) => columns.map((x): PlanPlace => [x, y])).filter((place) => isInside(outline, place));
}

const span = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

/** As many values a step apart as fit, as far from the one end as from the other. */
function centred(from: number, to: number, step: number): number[] {
  const count = Math.max(1, Math.floor((to - from) / step));
  const first = from + (to - from - (count - 1) * step) / 2;
  return Array.from({ length: count }, (_, n) => Math.round((first + n * step) * 10) / 10);
}

/** By how often a line to the right crosses the outline. */
function isInside(outline: readonly PlanPlace[], [x, y]: PlanPlace): boolean {
  let inside = false;
  outline.forEach(([x1, y1], i) => {
    const [x2, y2] = outline.at(i - 1) ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}
