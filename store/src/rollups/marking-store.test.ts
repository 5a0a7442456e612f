import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalog, days, hours, ParkTime, type PointId, type Reading } from "@smart-park/core";
import { afterEach, expect, it } from "vitest";
import { silentLogger } from "../readings/contract-batch.ts";
import { openReadingStore } from "../readings/open-store.ts";
import { MarkingStore } from "./marking-store.ts";
import { PointTracks } from "./point-tracks.ts";
import { RollupFile } from "./rollup-file.ts";

const zone = "Asia/Shanghai";
const time = new ParkTime(zone);
const day = time.instantOf(2026, 3, 30);
const pointId = "M1.activePower" as PointId; // a test's id

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A marking store over a real one and a real file, whose answers to a mark may be held up on their way. */
async function openMarking() {
  const directory = mkdtempSync(join(tmpdir(), "park-marking-"));
  closing.push(() => rmSync(directory, { recursive: true, force: true }));
  const store = await openReadingStore({ directory, influx: null }, { logger: silentLogger });
  closing.push(() => store.stop());
  const file = new RollupFile(join(directory, "rollups.db"), zone);
  closing.push(() => file.close());
  let onTheWay: Promise<void> = Promise.resolve();
  const mark = async (_kind: string, marks: Parameters<RollupFile["mark"]>[0]): Promise<null> => {
    file.mark(marks);
    await onTheWay;
    return null;
  };
  const thread = { call: mark as ConstructorParameters<typeof MarkingStore>[0]["thread"]["call"] }; // it only marks
  const tracks = new PointTracks();
  tracks.settle(tracks.of(pointId), day + days(2), 0);
  const catalog = {
    current: () => new Catalog({ enterprises: [], devices: [], meters: [] }),
    onChange: () => () => undefined,
  };
  const marking = new MarkingStore({ store, thread, tracks, time, catalog, marksAll: false });
  const holdUp = (): (() => void) => {
    let answer = (): void => undefined;
    onTheWay = new Promise((resolve) => (answer = resolve));
    return answer;
  };
  return { file, marking, holdUp };
}

const lateReading = (value: number): Reading => ({
  pointId,
  observedAt: day + hours(5),
  receivedAt: day + days(3),
  value,
  quality: "good",
});

it("marks a day again when it was being worked out while its last mark was still being answered", async () => {
  const { file, marking, holdUp } = await openMarking();
  const answer = holdUp();
  const first = marking.append([lateReading(1)]);
  await expect.poll(() => file.dirty().length).toBeGreaterThan(0);
  // A pass begins now: it looks at the marks and takes them away when it is done.
  marking.forgetMarks();
  const taken = file.dirty();
  answer();
  await first;
  await marking.append([lateReading(2)]);
  const point = { id: pointId, definition: "d", rolledFrom: day, rolledTo: day + days(2) };
  file.write([{ point, quarters: [], days: [], clean: taken }]);
  expect(file.dirty().map((mark) => mark.day)).toContain(day);
});
