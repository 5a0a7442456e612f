import { Catalog, type EngineRule, type JournalRecord, type Meter, type MeterId, type PointId } from "@smart-park/core";
import { aPoint } from "@smart-park/core/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { startIngest } from "./index.ts";
import { fixedCatalog, ListFeed, ListJournal, ListLedger, MapStore, silentLogger } from "./testing/memory-ports.ts";
import { aRecord, aTick, deviceId, enterpriseId, noon } from "./testing/park.ts";

/**
 * Plans made of episodes whose beginning and end are known because they were put there: each comes out as one alert, whatever
 * the order in which points speak, with repeats, in batches of any size and over restarts.
 */

const [second, minute, hour] = [1000, 60_000, 3_600_000];
const ids = ["m0", "m1", "m2", "m3", "m4"];
const pointOf = (id: string): PointId => `${id}.activePower` as PointId;

type Kind = EngineRule["kind"];
/** At step n of a point: what it says, or nothing. */
type Course = (number | null)[];
/** Steps at which the alert comes and goes. */
type Episode = readonly [raised: number, cleared: number];
interface Plan {
  readonly course: Course;
  readonly episodes: Episode[];
}
type Pick = (n: number) => number;

const repeat = <T>(count: number, value: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => value(n));

/** Random numbers below n that follow from the seed (mulberry32). */
function pickFrom(seed: number): Pick {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

/** A rule's points say `calm` values and, in an episode, `loud` ones; the alert comes and goes with the first of each. */
function alternate(pick: Pick, episodes: number, { calm, loud }: { calm: () => number; loud: () => number }): Plan {
  const plan: Plan = { course: [], episodes: [] };
  for (let n = 0; n < episodes; n++) {
    plan.course.push(...repeat(1 + pick(4), calm));
    const from = plan.course.length;
    plan.course.push(...repeat(1 + pick(4), loud));
    plan.episodes.push([from, plan.course.length]);
  }
  plan.course.push(calm());
  return plan;
}

const points = ids.map(pointOf);
const base = { id: "rule", name: "", points, severity: "P2", enabled: true, onDelayS: 0, offDelayS: 0 } as const;

const kinds: Record<
  "limit" | "rateOfChange" | "stuck" | "hourlyMean" | "silence",
  { stepMs: number; ticks: boolean; rule: EngineRule; plan: (pick: Pick, episodes: number) => Plan }
> = {
  limit: {
    stepMs: 10 * second,
    ticks: false,
    rule: { ...base, kind: "limit", above: 1000, below: null, deadband: 0 },
    plan: (pick, episodes) => alternate(pick, episodes, { calm: () => 1000 - pick(500), loud: () => 1001 + pick(500) }),
  },
  rateOfChange: {
    stepMs: minute,
    ticks: false,
    rule: { ...base, kind: "rateOfChange", above: 100, below: null, deadband: 0, windowS: 60 },
    plan: (pick, episodes) => {
      let value = 0;
      const by = (change: number): number => (value += change);
      return alternate(pick, episodes, { calm: () => by(100 - pick(300)), loud: () => by(101 + pick(50)) });
    },
  },
  stuck: {
    stepMs: 10 * second,
    ticks: false,
    rule: { ...base, kind: "stuck", forS: 60, tolerance: 0, runningPoint: null, runningAbove: 0 },
    plan: (pick, episodes) => {
      const plan: Plan = { course: [], episodes: [] };
      let value = 0;
      const stand = (steps: number): void => {
        value += 1 + pick(9);
        plan.course.push(...repeat(steps, () => value));
      };
      for (let n = 0; n < episodes; n++) {
        for (let calm = 1 + pick(3); calm > 0; calm--) stand(1 + pick(6));
        const since = plan.course.length;
        stand(7 + pick(4));
        plan.episodes.push([since + 6, plan.course.length]);
      }
      stand(1);
      return plan;
    },
  },
  hourlyMean: {
    // Stamped at its end: the sixth reading ends its hour and is judged with it.
    stepMs: 10 * minute,
    ticks: false,
    rule: { ...base, kind: "hourlyMean", above: 100, minCoverage: 0.75, warnsAhead: false },
    plan: (pick, episodes) => {
      const hours = alternate(pick, episodes, { calm: () => 100 - pick(50), loud: () => 101 + pick(50) });
      const end = (n: number): number => n * 6 + 5;
      const course = hours.course.flatMap((mean) => repeat(6, (k) => (mean ?? 0) + (k % 2 === 0 ? 7 : -7)));
      return { course, episodes: hours.episodes.map(([from, to]) => [end(from), end(to)] as const) };
    },
  },
  silence: {
    stepMs: 10 * second,
    ticks: true,
    rule: { ...base, kind: "silence", afterS: 60 },
    plan: (pick, episodes) => {
      const plan: Plan = { course: [], episodes: [] };
      const speak = (): void => void plan.course.push(...repeat(1 + pick(3), () => 1));
      for (let n = 0; n < episodes; n++) {
        speak();
        plan.course.push(...repeat(pick(5), () => null)); // at most 5 ticks without a word: not yet silent
        speak();
        const last = plan.course.length - 1;
        plan.course.push(...repeat(6 + pick(4), () => null));
        plan.episodes.push([last + 5, plan.course.length]);
      }
      speak();
      return plan;
    },
  },
};

const episodesEach = 100;

const catalogOf = (kind: Kind): Catalog => {
  const meters = ids.map((id): Meter => {
    const owner = enterpriseId("cement");
    const intervalS = kind === "hourlyMean" ? 600 : 10;
    const point = aPoint("activePower", { meterId: id as MeterId, enterpriseId: owner, stampAt: "end", intervalS });
    const names = {
      name: id,
      nameEn: null,
      kind: "electricity",
      parentId: null,
      zoneId: null,
      workshop: null,
    } as const;
    return { ...names, id: id as MeterId, enterpriseId: owner, intervalS, dataSource: null, points: [point] };
  });
  const enterprise = { id: enterpriseId("cement"), name: "", nameEn: null, chain: null, demo: true };
  const meterIds = ids.map((id) => id as MeterId);
  const gateway = { id: deviceId("gateway"), enterpriseId: enterpriseId("cement"), meterIds } as const;
  return new Catalog({
    enterprises: [enterprise],
    meters,
    devices: [{ ...gateway, protocol: "mqtt", isEnabled: true }],
  });
};

/** The first step's time: an hour's first reading is taken a step after it began. */
const timeOf = (kind: keyof typeof kinds, step: number): number =>
  noon - 6 * 24 * hour + (step + 1) * kinds[kind].stepMs;

/** What reaches ingest, as the random source has it: points in turn or not, with repeats of what was said before. */
function toRecords(kind: keyof typeof kinds, plans: readonly Plan[], pick: Pick): JournalRecord[] {
  const { ticks } = kinds[kind];
  const said: JournalRecord[] = [];
  const next = plans.map(() => 0);
  const say = (n: number): void => {
    const step = next[n]!++; // one per plan
    const value = plans[n]?.course[step];
    if (value === null || (value === undefined && !ticks)) return;
    const at = timeOf(kind, step);
    const topic = `park/cement/${ids[n]}/telemetry`;
    said.push(
      aRecord({
        sender: deviceId("gateway"),
        topic,
        receivedAt: at,
        payload: { ts: at, values: { activePower: value ?? 1 } },
      }),
    );
    // After a restart a repeat cannot be told from the first word after a silence.
    if (!ticks && pick(5) === 0) said.push(said[pick(said.length)]!); // one of those
  };
  const longest = Math.max(...plans.map(({ course }) => course.length));
  if (ticks) said.push(aTick(timeOf(kind, -1)));
  for (let step = 0; ticks && step < longest; step++) {
    const turn = ids.map((_, n) => n).sort(() => pick(3) - 1);
    for (const n of turn) say(n);
    said.push(aTick(timeOf(kind, step)));
  }
  for (let open = ids.map((_, n) => n); !ticks && open.length > 0;) {
    const n = open[pick(open.length)]!; // one of those
    say(n);
    open = open.filter((one) => next[one]! < (plans[one]?.course.length ?? 0));
  }
  return said;
}

async function throughIngest(kind: keyof typeof kinds, records: readonly JournalRecord[], pick: Pick) {
  const park = { journal: new ListJournal(), store: new MapStore(), ledger: new ListLedger(), feed: new ListFeed() };
  park.ledger.setRules([kinds[kind].rule]);
  const fixed = { catalog: fixedCatalog(catalogOf(kind)), clock: { now: () => noon }, logger: silentLogger };
  for (let from = 0; from < records.length;) {
    const to = Math.min(records.length, from + 1 + pick(1000));
    const ingest = await startIngest(
      { batchRecords: 1 + pick(50) },
      { ...park, ...fixed, wakeUp: park.journal.wakeUp },
    );
    park.journal.append(...records.slice(from, to));
    await ingest.idle();
    await ingest.stop();
    from = to;
  }
  return park.ledger.commits.flatMap(({ alerts }) => alerts.map(({ transition }) => transition));
}

it.each(Object.keys(kinds) as (keyof typeof kinds)[])(
  `${episodesEach * ids.length} episodes of %s come out as so many alerts, shuffled, repeated and over restarts`,
  { timeout: 120_000 },
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const pick = pickFrom(seed);
        const plans = ids.map(() => kinds[kind].plan(pick, episodesEach));
        const told = await throughIngest(kind, toRecords(kind, plans, pick), pick);
        for (const [n, { episodes }] of plans.entries()) {
          const own = told.filter(({ pointId }) => pointId === pointOf(ids[n] ?? ""));
          const times = (type: "raised" | "cleared") => own.filter((one) => one.type === type).map(({ at }) => at);
          expect(times("raised")).toEqual(episodes.map(([from]) => timeOf(kind, from)));
          expect(times("cleared")).toEqual(episodes.map(([, to]) => timeOf(kind, to)));
        }
      }),
      { numRuns: 2 },
    );
  },
);
