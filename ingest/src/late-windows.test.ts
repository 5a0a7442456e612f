import type { HourlyMeanRule, JournalRecord, PointId } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startIngest, type Ingest } from "./index.ts";
import { fixedCatalog, ListFeed, ListJournal, ListLedger, MapStore, silentLogger } from "./testing/memory-ports.ts";
import { aRecord, aTick, noon, testCatalog } from "./testing/park.ts";

const minute = 60_000;
const hour = 60 * minute;
const rule: HourlyMeanRule = {
  id: "mean",
  name: "",
  kind: "hourlyMean",
  points: ["kiln.activePower" as PointId],
  above: 100,
  minCoverage: 0.75,
  warnsAhead: true,
  onDelayS: 0,
  offDelayS: 0,
  severity: "P2",
  enabled: true,
};

let park: { journal: ListJournal; store: MapStore; ledger: ListLedger; feed: ListFeed };
let ingest: Ingest;
beforeEach(async () => {
  park = { journal: new ListJournal(), store: new MapStore(), ledger: new ListLedger(), feed: new ListFeed() };
  park.ledger.setRules([rule]);
  await start();
});
afterEach(() => ingest.stop());

async function start(): Promise<void> {
  const fixed = { catalog: fixedCatalog(testCatalog), clock: { now: () => noon }, logger: silentLogger };
  ingest = await startIngest({}, { ...park, ...fixed, wakeUp: park.journal.wakeUp });
}

async function say(...records: readonly JournalRecord[]): Promise<void> {
  for (const record of records) {
    park.journal.append(record);
    await ingest.idle();
  }
}

/** One reading a minute of a part of an hour, counted from noon, in one message; received `at`, or as each is taken. */
const reading = (
  hourNo: number,
  at: number,
  value: number,
  minutesOf: readonly number[] = everyMinute,
): JournalRecord =>
  aRecord({
    receivedAt: at,
    payload: minutesOf.map((m) => ({ ts: noon + hourNo * hour + m * minute + 30_000, values: { activePower: value } })),
  });
const everyMinute = Array.from({ length: 60 }, (_, m) => m);
/** As it is taken, five minutes at a time. */
const live = (hourNo: number, value: number, minutesOf = everyMinute): JournalRecord[] =>
  [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55].flatMap((from) => {
    const part = minutesOf.filter((m) => m >= from && m < from + 5);
    return part.length === 0 ? [] : reading(hourNo, noon + hourNo * hour + (from + 5) * minute, value, part);
  });
const late = (hourNo: number, atHour: number, value: number) => reading(hourNo, noon + atHour * hour, value);
/** Two ticks: what is due at the first is committed with the second. */
const ticks = (atHour: number) => [aTick(noon + atHour * hour), aTick(noon + atHour * hour + 10_000)];

const alarms = () =>
  park.ledger.commits.flatMap(({ alerts }) =>
    alerts
      .filter(({ transition }) => transition.level !== "warning")
      .map(({ transition: { type, at, raisedAt }, late: isLate }) => [
        type,
        (raisedAt - noon) / hour,
        (at - noon) / hour,
        isLate,
      ]),
  );

describe("an hour that is complete only after it was over", () => {
  it("raises one late alert, which ends with the next hour within the limit", async () => {
    await say(...live(0, 50), ...live(2, 50), ...live(3, 50), late(1, 4.1, 200), ...ticks(4.2));
    expect(alarms()).toEqual([
      ["raised", 2, 2, true],
      ["cleared", 2, 3, true],
    ]);
    await say(...ticks(4.3), late(1, 4.4, 200), ...ticks(4.5));
    expect(alarms()).toHaveLength(2);
  });

  it("waits until nothing more has come for a minute", async () => {
    await say(...live(0, 50), ...live(2, 50), late(1, 3.1, 200), ...ticks(3.1));
    expect(alarms()).toEqual([]);
    await say(...ticks(3.1 + 1 / 60));
    expect(alarms()).toHaveLength(2);
  });

  it("is judged also when the platform was stopped in between", async () => {
    await say(...live(0, 50), ...live(2, 50), late(1, 3.1, 200));
    await ingest.stop();
    await start();
    await say(...ticks(3.2));
    expect(alarms()).toHaveLength(2);
    await ingest.stop();
    await start();
    await say(...ticks(3.3));
    expect(alarms()).toHaveLength(2);
  });

  it("says nothing while it keeps the limit, or too little of it is known", async () => {
    await say(
      ...live(0, 50),
      ...live(3, 50),
      late(1, 4.1, 100),
      reading(2, noon + 4.1 * hour, 900, [1, 2, 3]),
      ...ticks(4.2),
    );
    expect(alarms()).toEqual([]);
  });

  it("is one episode with the hours after it: an alert that stands is not doubled", async () => {
    await say(...live(0, 50), ...live(2, 200), ...live(3, 200), ...live(4, 50), late(1, 5.1, 200), ...ticks(5.2));
    expect(alarms()).toEqual([
      ["raised", 3, 3, false],
      ["cleared", 3, 5, false],
    ]);
  });

  it("tells two episodes apart when it lies between them, and the first gets its alert then", async () => {
    await say(...live(0, 50), ...live(3, 200), ...live(4, 50), late(1, 5.1, 200), ...ticks(5.2));
    const announced = [
      ["raised", 4, 4, false],
      ["cleared", 4, 5, false],
    ];
    expect(alarms()).toEqual(announced);
    await say(late(2, 5.3, 50), ...ticks(5.4));
    expect(alarms()).toEqual([...announced, ["raised", 2, 2, true], ["cleared", 2, 3, true]]);
  });

  it("is judged with what still comes of it in order, though it was looked at before", async () => {
    await say(...live(0, 50), reading(1, noon + 2.1 * hour, 200, [30, 31, 32, 33, 34]));
    await say(reading(1, noon + 2.12 * hour, 200, everyMinute.slice(0, 30)), ...ticks(2.2));
    expect(alarms()).toEqual([]);
    await say(reading(1, noon + 2.3 * hour, 200, everyMinute.slice(35)), ...ticks(2.4), ...live(3, 50), ...live(4, 50));
    expect(alarms()).toEqual([
      ["raised", 2, 2, true],
      ["cleared", 2, 4, false],
    ]);
  });

  it("goes on as a live alert when the newest judged hour is the late one", async () => {
    await say(...live(0, 50), ...live(2, 50, [0, 1, 2]), late(1, 2.1, 200), ...ticks(2.2));
    expect(alarms()).toEqual([["raised", 2, 2, true]]);
    await say(...live(2, 200, everyMinute.slice(3)), ...live(3, 50), ...live(4, 50));
    expect(alarms()).toEqual([
      ["raised", 2, 2, true],
      ["cleared", 2, 4, false],
    ]);
  });

  it("never takes back what was announced, though its mean turns out lower", async () => {
    await say(...live(0, 50), ...live(1, 200, everyMinute.slice(15)), ...live(2, 50), ...live(3, 50));
    expect(alarms()).toHaveLength(2);
    await say(reading(1, noon + 4.1 * hour, -5000, [0, 1]), reading(1, noon + 4.1 * hour, 0, everyMinute.slice(0, 15)));
    await say(reading(1, noon + 4.1 * hour, 10, everyMinute), ...ticks(4.2));
    expect(alarms()).toHaveLength(2);
  });
});
