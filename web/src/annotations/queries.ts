import type { AnnotationBody } from "@smart-park/core/wire";
import { queryOptions } from "@tanstack/react-query";
import { getJson } from "../lib/api-client.ts";
import type { ParsedRange } from "../lib/time-range.ts";

/** What a chart is of: a meter, an enterprise, or neither, the park as a whole. */
export interface ChartPlace {
  readonly enterprise?: string | undefined;
  readonly meter?: string | undefined;
}

interface Page {
  readonly items: readonly AnnotationBody[];
  readonly nextCursor: string | null;
}

const mostShown = 100;
const hourMs = 3_600_000;

/** Annotations on the charts of a place; asked for by whole hours, so that a range that moves on asks now and then only. */
export const annotationsQuery = ({ enterprise, meter }: ChartPlace, range: ParsedRange) => {
  const from = new Date(Math.floor(range.from / hourMs) * hourMs).toISOString();
  const to = new Date(Math.ceil(range.to / hourMs) * hourMs).toISOString();
  // On the park's charts those of hundreds of meters would cover everything.
  const isPark = enterprise === undefined && meter === undefined;
  const query = { enterprise, meter, from, to, limit: mostShown, ...(isPark && { withMeters: "false" }) };
  return queryOptions({
    queryKey: ["annotations", query],
    queryFn: ({ signal }) => getJson<Page>("/annotations", query, signal),
    staleTime: 60_000,
  });
};
