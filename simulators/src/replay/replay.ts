import { days, hours, quantities, type Clock } from "@smart-park/core";
import { importBody } from "@smart-park/core/wire";
import type { Gateway, TelemetryObject } from "../gateway.ts";
import type { ParkClient } from "../park-client.ts";
import { pause } from "../pause.ts";
import type { MeterSpec, Target } from "../target.ts";
import type { MonthlyTotals } from "./monthly-totals.ts";
import type { CsvReading } from "./read-csv.ts";

/** Live telemetry older than seven days is refused; an hour is left for the way. */
const liveWindowMs = days(7) - hours(1);
const importRows = 2_000;
const messageObjects = 200;

/** Which way a reading goes: by its age, or as asked for. */
export type Way = "auto" | "mqtt" | "import";

export interface ReplayOptions {
  readonly target: Target;
  readonly way: Way;
  /** Event time runs this many times faster than the clock; Infinity = as fast as it goes. */
  readonly speed: number;
  readonly client: ParkClient;
  /** Opened when the first reading goes by MQTT. */
  readonly gateway: () => Promise<Gateway>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (counts: ReplayCounts, at: number) => void;
}

/** Counted in values, except `objects`. */
export interface ReplayCounts {
  objects: number;
  values: number;
  published: number;
  imported: { received: number; stored: number; duplicate: number; rejected: number };
  firstRejection: string | null;
}

/** The meter that such a file describes. */
export function meterFor(
  reading: Pick<CsvReading, "format" | "intervalS">,
  target: Target,
  fileName: string,
): MeterSpec {
  const { format, intervalS } = reading;
  return {
    id: target.meterId,
    name: fileName.slice(0, 120),
    enterpriseId: target.enterpriseId,
    kind: format.meterKind,
    intervalS,
    dataSource: `${format.name}: ${fileName}`.slice(0, 120),
    points: format.points.map((point) => ({
      quantity: point.quantity,
      unit: point.unit,
      kind: quantities[point.quantity].kind,
      stampAt: point.meaning === "gauge" ? format.stampAt : "end",
    })),
  };
}

/** Sends everything in the file's order, with the original event times; gives what became of it. */
export async function replay(
  options: ReplayOptions,
  objects: AsyncIterable<TelemetryObject>,
  totals: MonthlyTotals,
): Promise<ReplayCounts> {
  const counts: ReplayCounts = {
    objects: 0,
    values: 0,
    published: 0,
    imported: { received: 0, stored: 0, duplicate: 0, rejected: 0 },
    firstRejection: null,
  };
  const batch = new Batch(options, counts);
  const pace = pacer(options);
  for await (const object of objects) {
    options.signal.throwIfAborted();
    totals.add(object);
    if (await pace(object.ts, () => batch.flush())) await batch.flush();
    await batch.add(object);
    counts.objects += 1;
    counts.values += Object.keys(object.values).length;
  }
  await batch.flush();
  return counts;
}

/** Waits until it is an event's turn; true when what was gathered before must go out first. */
function pacer({
  speed,
  clock,
  signal,
}: ReplayOptions): (at: number, beforeWait: () => Promise<void>) => Promise<boolean> {
  let origin: { event: number; wall: number } | null = null;
  return async (at, beforeWait) => {
    if (!Number.isFinite(speed)) return false;
    origin ??= { event: at, wall: clock.now() };
    const waitMs = origin.wall + (at - origin.event) / speed - clock.now();
    if (waitMs <= 0) return false;
    await beforeWait();
    await pause(waitMs, signal);
    return true;
  };
}

/** Gathers readings that go the same way into one request or message. */
class Batch {
  readonly #options: ReplayOptions;
  readonly #counts: ReplayCounts;
  #way: "mqtt" | "import" = "import";
  #objects: TelemetryObject[] = [];

  constructor(options: ReplayOptions, counts: ReplayCounts) {
    this.#options = options;
    this.#counts = counts;
  }

  async add(object: TelemetryObject): Promise<void> {
    const way = this.#wayOf(object.ts);
    if (way !== this.#way) await this.flush();
    this.#way = way;
    this.#objects.push(object);
    if (this.#objects.length >= (way === "import" ? importRows : messageObjects)) await this.flush();
  }

  async flush(): Promise<void> {
    const objects = this.#objects;
    this.#objects = [];
    if (objects.length === 0) return;
    if (this.#way === "import") await this.#import(objects);
    else await this.#publish(objects);
    this.#options.onProgress(this.#counts, objects.at(-1)?.ts ?? 0);
  }

  #wayOf(at: number): "mqtt" | "import" {
    const { way, clock } = this.#options;
    if (way !== "auto") return way;
    return clock.now() - at > liveWindowMs ? "import" : "mqtt";
  }

  async #import(objects: readonly TelemetryObject[]): Promise<void> {
    const { client, target } = this.#options;
    const { imported } = this.#counts;
    const answer = await client.post("/import/readings", { meterId: target.meterId, readings: objects }, importBody);
    imported.received += answer.received;
    imported.stored += answer.stored;
    imported.duplicate += answer.duplicate;
    imported.rejected += answer.rejected.length;
    const [first] = answer.rejected;
    if (first) this.#counts.firstRejection ??= `${first.quantity}: ${first.reason}`;
  }

  async #publish(objects: readonly TelemetryObject[]): Promise<void> {
    const { gateway, target } = this.#options;
    await (await gateway()).publish(target.enterpriseId, target.meterId, objects);
    for (const { values } of objects) this.#counts.published += Object.keys(values).length;
  }
}
