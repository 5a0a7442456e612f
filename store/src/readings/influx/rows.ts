import type { PointId, Series } from "@smart-park/core";
import { z } from "zod";

const seriesSchema = z.object({
  tags: z.record(z.string(), z.string()).optional(),
  columns: z.array(z.string()),
  values: z.array(z.array(z.unknown())),
});
const resultSchema = z.object({ series: z.array(seriesSchema).optional(), error: z.string().optional() });
const answerSchema = z.object({ results: z.array(resultSchema).optional(), error: z.string().optional() });

export type QueryResult = z.infer<typeof resultSchema>;

/** The results of an InfluxQL answer, one per statement; `error` when the server could not do all of it. */
export function decodeAnswer(json: unknown): { results: readonly QueryResult[]; error: string | null } {
  const answer = answerSchema.safeParse(json);
  if (!answer.success) return { results: [], error: "the answer is not one of an InfluxDB" };
  const results = answer.data.results ?? [];
  return { results, error: answer.data.error ?? results.find((result) => result.error !== undefined)?.error ?? null };
}

export interface Row {
  readonly at: number;
  readonly value: number;
  readonly quality: number;
}

/** Rows of `SELECT v, q`; rows that somebody else wrote without one of these fields are no readings. */
function toRows(values: readonly (readonly unknown[])[]): Row[] {
  return values.flatMap(([at, value, quality]) =>
    typeof at === "number" && typeof value === "number" ? [{ at, value, quality: Number(quality ?? 0) }] : [],
  );
}

export const rowsOf = (result: QueryResult | undefined): Row[] => toRows(result?.series?.[0]?.values ?? []);

/** The one row of each point of a query grouped by `pt`. */
export const rowPerPoint = (result: QueryResult | undefined): { pointId: PointId; row: Row }[] =>
  (result?.series ?? []).flatMap(({ tags, values }) => {
    const [row] = toRows(values);
    const pointId = tags?.pt;
    // The tag was written from a point id.
    return row === undefined || pointId === undefined ? [] : [{ pointId: pointId as PointId, row }];
  });

export const toSeries = (rows: readonly Row[]): Series => ({
  at: Float64Array.from(rows, (row) => row.at),
  value: Float64Array.from(rows, (row) => row.value),
  quality: Uint8Array.from(rows, (row) => row.quality),
});
