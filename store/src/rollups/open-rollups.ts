import { join } from "node:path";
import {
  definitionOf,
  ParkTime,
  type CatalogSource,
  type Logger,
  type Parts,
  type Point,
  type PointId,
  type ReadingStore,
  type RollupLevel,
  type Rollups,
  type TimeRange,
} from "@smart-park/core";
import { WorkerCalls } from "../threads/worker-calls.ts";
import { MarkingStore } from "./marking-store.ts";
import { PointTracks } from "./point-tracks.ts";
import type { RollupCalls, RollupThreadData } from "./rollup-calls.ts";
import { RollupKeeper } from "./rollup-keeper.ts";

export interface RollupOptions {
  /** Folder of `rollups.db`. */
  readonly directory: string;
  readonly timeZone: string;
  readonly store: ReadingStore;
  readonly catalog: CatalogSource;
  /** Whether this process works them out; one process does, others read them and tell what changed. */
  readonly isKeeper: boolean;
  readonly logger: Logger;
}

export interface OpenRollups {
  readonly rollups: Rollups;
  /** The store, through which everything must be written: late readings are noted before an append resolves. */
  readonly store: ReadingStore;
  /** Works out everything that is due; the keeper does so by itself once a minute, with rests. */
  roll(): Promise<void>;
  stop(): Promise<void>;
}

const maxWaitingCalls = 10_000;
const passEveryMs = 60_000;
const workerEntry = new URL("./rollup-worker.mjs", import.meta.url);

type Thread = WorkerCalls<RollupCalls, null, never>;

/**
 * Quarter hours, days and months of every point, kept beside its readings in one file, whatever store the readings are in
 * (docs/decisions/0009). They follow the readings: what comes late marks its days, which are then worked out again.
 */
export async function openRollups(options: RollupOptions): Promise<OpenRollups> {
  const { directory, timeZone, store, catalog, isKeeper, logger } = options;
  const path = join(directory, "rollups.db");
  const thread: Thread = await WorkerCalls.start<RollupCalls, null, never>({
    name: `the roll-ups of ${path}`,
    entry: workerEntry,
    workerData: { path, zone: timeZone } satisfies RollupThreadData,
    maxWaitingCost: maxWaitingCalls,
    onReady: () => undefined,
    onEvent: () => undefined,
    logger,
  });
  const time = new ParkTime(timeZone);
  const tracks = new PointTracks();
  for (const { pointId, observedAt } of await store.latest()) tracks.hear(pointId, observedAt);
  const marking = new MarkingStore({ store, thread, tracks, time, catalog, marksAll: !isKeeper });
  const keeper = new RollupKeeper({
    thread,
    store,
    catalog,
    tracks,
    time,
    logger,
    onPass: () => marking.forgetMarks(),
  });
  await keeper.load();
  // The next pass is a minute after the last one has ended, however long that took.
  let timer: NodeJS.Timeout | undefined;
  const passAndRest = async (): Promise<void> => {
    await keeper.pass({ hasRests: true });
    timer = setTimeout(() => void passAndRest(), passEveryMs).unref();
  };
  if (isKeeper) setImmediate(() => void passAndRest());
  return {
    rollups: { read: (points, longest, range) => read(thread, time, points, longest, range) },
    store: marking,
    roll: () => keeper.pass({ hasRests: false }),
    stop: async () => {
      await keeper.stop();
      clearTimeout(timer);
      await thread.stop();
    },
  };
}

async function read(
  thread: Thread,
  time: ParkTime,
  points: readonly Point[],
  longest: RollupLevel,
  { from, to }: TimeRange,
) {
  const asked = points.map((point) => ({ id: point.id, definition: definitionOf(point) }));
  const [firstMonth, firstDay] = [time.startOfMonth(from), time.startOfDay(from)];
  const found = await thread.call("read", { longest, from, to, points: asked, firstMonth, firstDay });
  return new Map<PointId, readonly Parts[]>(points.map((point, i) => [point.id, found[i] ?? []]));
}
