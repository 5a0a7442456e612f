import type { AnomaliesBody, CorrectionsBody, ParkAnomaliesBody, registerChangeBody } from "@smart-park/core/wire";
import type { AnomalyKind, EpochMs } from "@smart-park/core";
import type { z } from "zod";
import { putJson } from "../../lib/api-client.ts";
import type { Ask } from "../../lib/asks.ts";
import { listQuery } from "../../lib/queries.ts";

export type ParkAnomaly = ParkAnomaliesBody["items"][number];
export type Correction = CorrectionsBody["items"][number];
export type RegisterChange = z.infer<typeof registerChangeBody>;

export interface Range {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const toIso = ({ from, to }: Range) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
const orNone = <T extends string>(value: T | ""): T | undefined => (value === "" ? undefined : value);

/** What is odd about readings of the park or an enterprise. */
export const anomaliesAsk = (range: Range, enterprise: string, kind: AnomalyKind | ""): Ask<ParkAnomaliesBody> => ({
  path: "/figures/anomalies",
  query: { ...toIso(range), enterprise: orNone(enterprise), kind: orNone(kind) },
});

/** What was replaced by other readings. */
export const correctionsAsk = (range: Range, enterprise: string): Ask<CorrectionsBody> => ({
  path: "/figures/corrections",
  query: { ...toIso(range), enterprise: orNone(enterprise) },
});

const pathOf = (point: string): string => `/points/${encodeURIComponent(point)}`;

/** What is odd about one point. */
export const pointAnomaliesAsk = (point: string, range: Range): Ask<AnomaliesBody> => ({
  path: `${pathOf(point)}/anomalies`,
  query: toIso(range),
});

export const changePath = (point: string, at: string): string =>
  `${pathOf(point)}/register-changes/${encodeURIComponent(at)}`;

/** Exchanges of the meter that are on record. */
export const changesQuery = (point: string) =>
  listQuery<RegisterChange>("register-changes", `${pathOf(point)}/register-changes`);

export const putChange = (point: string, { at, ...change }: RegisterChange): Promise<RegisterChange> =>
  putJson<RegisterChange>(changePath(point, at), change);
