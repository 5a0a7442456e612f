import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import {
  contextMs,
  days,
  definitionOf,
  groupBy,
  keepsQuarters,
  mergeParts,
  quarterParts,
  sliceParts,
  type CatalogSource,
  type Logger,
  type Parts,
  type ParkTime,
  type Point,
  type PointId,
  type ReadingStore,
  type TimeRange,
} from "@smart-park/core";
import type { WorkerCalls } from "../threads/worker-calls.ts";
import { contextIn } from "./marking-store.ts";
import type { PointTrack, PointTracks } from "./point-tracks.ts";
import type { RollupCalls } from "./rollup-calls.ts";
import type { DirtyDay, RolledPoint, RollupChange } from "./rollup-file.ts";

interface KeeperParts {
  readonly thread: WorkerCalls<RollupCalls, null, never>;
  readonly store: ReadingStore;
  readonly catalog: CatalogSource;
  readonly tracks: PointTracks;
  readonly time: ParkTime;
  readonly logger: Logger;
  /** Called before the marks are looked at. */
  readonly onPass: () => void;
}

/** Readings worked on at once; a stretch is at least a day. */
const readingsAtOnce = 50_000;
const maxDaysAtOnce = 31;
/** Work of a pass by the clock leaves three quarters of the time to what comes in: a rest follows every piece of work. */
const [workMs, restPerWork] = [20, 3];
/** Changes of so many points are written together. */
const changesPerWrite = 100;

/** A stretch of park days (the last one may be under way) to work out. */
interface Stretch extends TimeRange {
  readonly clean: readonly DirtyDay[];
}

/**
 * Works out the quarter hours and days of points that went on, or whose readings changed. A quarter hour is settled once
 * readings reach its context beyond it; until then, and while its day is marked, it is worked out at each question.
 */
export class RollupKeeper {
  readonly #parts: KeeperParts;
  #current: Promise<void> = Promise.resolve();
  #isStopped = false;
  /** After a failure what is known of the points may be ahead of the file. */
  #isUnsure = false;
  #changes: RollupChange[] = [];

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Reads how far the points are; to be called before anything is appended. */
  async load(): Promise<void> {
    const { thread, tracks, catalog } = this.#parts;
    tracks.load(await thread.call("states", null), contextIn(catalog));
    this.#isUnsure = false;
  }

  /**
   * Everything that is due now, with rests or as fast as it goes; one pass after the other. A failure is logged: the next
   * pass comes to it again.
   */
  pass({ hasRests }: { hasRests: boolean }): Promise<void> {
    this.#current = this.#current.then(() =>
      this.#pass(hasRests).catch((error: unknown) => {
        this.#changes = [];
        this.#isUnsure = true;
        if (!this.#isStopped) this.#parts.logger.warn({ error: String(error) }, "roll-ups wait for the next pass");
      }),
    );
    return this.#current;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#current;
  }

  async #pass(hasRests: boolean): Promise<void> {
    const { thread, tracks, catalog, onPass } = this.#parts;
    if (this.#isUnsure) await this.load();
    onPass();
    // The marking store wrote the ids.
    const dirty = groupBy(await thread.call("dirty", null), ({ id }) => id as PointId);
    let startedAt = performance.now();
    for (const pointId of new Set([...tracks.takeHeard(), ...dirty.keys()])) {
      if (this.#isStopped) break;
      const point = catalog.current().point(pointId);
      if (point !== undefined) await this.#roll(point, dirty.get(pointId) ?? []);
      const worked = performance.now() - startedAt;
      if (!hasRests || worked < workMs) continue;
      await delay(worked * restPerWork);
      startedAt = performance.now();
    }
    await this.#flush();
  }

  async #roll(point: Point, dirty: readonly DirtyDay[]): Promise<void> {
    const track = this.#parts.tracks.of(point.id);
    const definition = definitionOf(point);
    const rolled = track.rolled?.definition === definition ? track.rolled : null;
    const target = this.#parts.time.bucketStart(track.newestAt - contextMs(point), "15m");
    const start = rolled?.rolledTo ?? (await this.#firstDay(point.id));
    if (start === null) return;
    const end = Math.max(rolled?.rolledTo ?? -Infinity, target);
    // From here on a reading older than this is late, also one that comes while the stretch is being worked out.
    this.#parts.tracks.settle(track, end, contextMs(point));
    for (const stretch of this.#stretches(point, { rolled, start, end, dirty })) {
      if (this.#isStopped) return;
      await this.#work(point, track, definition, stretch);
    }
  }

  /** Start of the park day of a point's oldest reading; null when it has none. */
  async #firstDay(pointId: PointId): Promise<number | null> {
    const { at } = await this.#parts.store.read(pointId, { from: -days(1e8), to: -days(1e8) }, { neighbours: true });
    const first = at[0];
    return first === undefined ? null : this.#parts.time.startOfDay(first);
  }

  /**
   * What is to be worked out: marked days inside, and everything new behind; what came before the first rolled day
   * backwards from there, so that what is rolled up never has a hole.
   */
  #stretches(
    point: Point,
    {
      rolled,
      start,
      end,
      dirty,
    }: { rolled: RolledPoint | null; start: number; end: number; dirty: readonly DirtyDay[] },
  ): Stretch[] {
    const { time } = this.#parts;
    const perStretch = Math.max(
      1,
      Math.min(maxDaysAtOnce, Math.floor((readingsAtOnce * point.intervalS * 1000) / days(1))),
    );
    const from = rolled?.rolledFrom ?? start;
    const oldest = dirty.find(({ day }) => day < from)?.day;
    const before = oldest === undefined ? [] : pieces(time, { from: oldest, to: from }, perStretch).toReversed();
    const inside = dirty.filter(({ day }) => day >= from && day < start).map(({ day }) => day);
    const isGrowing = end > start || rolled === null;
    const ahead = isGrowing ? pieces(time, { from: time.startOfDay(start), to: end }, perStretch) : [];
    const again = inside
      .filter((day) => !ahead.some((piece) => day >= piece.from && day < piece.to))
      .map((day) => ({ from: day, to: Math.min(end, time.nextBucket(day, "1d")) }));
    // A mark beyond what can be rolled up yet has done its work: that time is worked out at each question.
    const cleanIn = ({ from: a, to: b }: TimeRange): DirtyDay[] => dirty.filter(({ day }) => day >= a && day < b);
    const all = [...before, ...again, ...ahead].map((range) => ({ ...range, clean: cleanIn(range) }));
    const idle = dirty.filter(({ day }) => day >= end);
    return idle.length === 0 ? all : [...all, { from: end, to: end, clean: idle }];
  }

  async #work(point: Point, track: PointTrack, definition: string, { from, to, clean }: Stretch): Promise<void> {
    const { store, time } = this.#parts;
    const around = contextMs(point);
    const rolled = track.rolled?.definition === definition ? track.rolled : null;
    const next: RolledPoint = {
      ...{ id: point.id, definition },
      rolledFrom: Math.min(rolled?.rolledFrom ?? from, from),
      rolledTo: Math.max(rolled?.rolledTo ?? to, to),
    };
    if (to <= from) return rolled === null ? undefined : this.#add({ point: rolled, quarters: [], days: [], clean });
    const series = await store.read(point.id, { from: from - around, to: to + around }, { neighbours: true });
    const quarters = quarterParts(series, point, time, { from, to });
    const whole = this.#wholeDays({ from, to }, track.newestAt - around);
    await this.#add({
      point: next,
      quarters: keepsQuarters(point) ? this.#pagesOf(quarters, time.bucketEdges({ from, to }, "1d"), to) : [],
      days: whole.length < 2 ? [] : this.#monthsOf(mergeParts(quarters, Float64Array.from(whole))),
      clean,
    });
    track.rolled = next;
  }

  /** Edges of the park days inside the range that no later reading in its order will change. */
  #wholeDays({ from, to }: TimeRange, settledAt: number): number[] {
    return this.#parts.time
      .bucketEdges({ from, to }, "1d")
      .filter((edge) => edge >= from && edge <= Math.min(to, settledAt));
  }

  #pagesOf(parts: Parts, edges: readonly number[], to: number): { start: number; parts: Parts }[] {
    return edges
      .slice(0, -1)
      .map((start, i) => ({ start, parts: sliceParts(parts, start, Math.min(to, edges[i + 1] ?? to)) }));
  }

  #monthsOf(dayParts: Parts): RollupChange["days"] {
    const { time } = this.#parts;
    const [from, to] = [dayParts.edges[0] ?? 0, dayParts.edges.at(-1) ?? 0];
    const months = time.bucketEdges({ from, to }, "1mo");
    return months.slice(0, -1).map((start, i) => {
      const end = months[i + 1] ?? to;
      return { start, end, parts: sliceParts(dayParts, Math.max(from, start), Math.min(to, end)) };
    });
  }

  async #add(change: RollupChange): Promise<void> {
    this.#changes.push(change);
    if (this.#changes.length >= changesPerWrite) await this.#flush();
    else await nextTurn();
  }

  async #flush(): Promise<void> {
    const changes = this.#changes;
    this.#changes = [];
    if (changes.length > 0) await this.#parts.thread.call("write", changes);
  }
}

/** A range in stretches of whole park days. */
function pieces(time: ParkTime, { from, to }: TimeRange, daysEach: number): TimeRange[] {
  const edges = time.bucketEdges({ from, to }, "1d");
  const ranges: TimeRange[] = [];
  for (let i = 0; i < edges.length - 1; i += daysEach)
    ranges.push({ from: Math.max(from, edges[i] ?? from), to: Math.min(to, edges[i + daysEach] ?? to) });
  return ranges;
}
