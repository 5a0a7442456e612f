import type { MeterBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { readingsQuery } from "../lib/queries.ts";
import { toSamples, type Samples } from "../lib/series.ts";
import { useLiveVersion } from "./hooks.ts";
import { useLive } from "./live-context.ts";
import type { LiveReading, LiveStore } from "./live-store.ts";

const mostKept = 4000;

/** Readings that came since the page was opened, per point; the ring behind a live chart. */
class Recorder {
  readonly #rings = new Map<string, LiveReading[]>();

  follow(store: LiveStore, points: readonly string[]): () => void {
    const stops = points.map((point) => {
      const ring: LiveReading[] = [];
      this.#rings.set(point, ring);
      return store.subscribe(point, () => {
        const reading = store.read(point);
        if (!reading || reading.at <= (ring.at(-1)?.at ?? 0)) return;
        ring.push(reading);
        if (ring.length > mostKept) ring.shift();
      });
    });
    return () => stops.forEach((stop) => stop());
  }

  after(point: string, at: number): readonly LiveReading[] {
    return (this.#rings.get(point) ?? []).filter((reading) => reading.at > at);
  }
}

interface Recent {
  readonly lines: readonly Samples[] | undefined;
  readonly error: unknown;
  readonly refetch: () => void;
}

/** The last `windowMs` of some points: history by request, then live values at 1 Hz. */
export function useRecent(meter: MeterBody, points: readonly string[], windowMs: number): Recent {
  const { store, clock } = useLive();
  const [openedAt] = useState(() => Math.floor(clock.now() / 1000) * 1000);
  const [recorder] = useState(() => new Recorder());
  useEffect(() => recorder.follow(store, points), [recorder, store, points]);
  const version = useLiveVersion(1000);
  const query = useQuery({
    ...readingsQuery({ points, from: openedAt - windowMs, to: openedAt + 86_400_000, step: "raw" }),
    staleTime: Infinity,
  });
  const lines = useMemo(() => {
    const from = clock.now() - windowMs;
    return query.data?.map((body) => {
      const newest = body.rows.at(-1);
      const after = newest ? Date.parse(newest.at) : 0;
      const live = recorder
        .after(body.point, after)
        .map((reading) => ({ ...reading, at: new Date(reading.at).toISOString() }));
      const rows = [...body.rows, ...live].filter((row) => Date.parse(row.at) >= from);
      return toSamples({ ...body, rows }, meter.intervalS);
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `version` stands for the recorder's content
  }, [query.data, version, recorder, clock, windowMs, meter.intervalS]);
  return { lines, error: query.error, refetch: () => void query.refetch() };
}
