import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiveStore } from "./live-store.ts";

const row = (i: number, point: string, value: number | null, at = 1000) => ({
  i,
  point,
  value,
  at: value === null ? null : at,
  quality: "good" as const,
});
const snapshot = (seq = 5, epoch = "a") => ({
  seq,
  epoch,
  t: 1000,
  rows: [row(0, "E1.activePower", 10), row(1, "E2.activePower", 20), row(2, "W1.waterFlow", null)],
});
const delta = (seq: number, i: number[], v: number[], epoch = "a") => ({
  seq,
  epoch,
  t: 2000,
  i,
  v,
  q: i.map(() => 0),
  at: i.map(() => 2000),
});

/** A store whose frames the test plays by hand. */
function openStore() {
  const frames: (() => void)[] = [];
  const store = new LiveStore({ schedule: (flush) => frames.push(flush) });
  const paint = (): number => {
    const due = frames.splice(0);
    for (const flush of due) flush();
    return due.length;
  };
  return { store, paint };
}

describe("live values", () => {
  it("tells the newest of several points, and of the same list again after another snapshot", () => {
    const { store, paint } = openStore();
    const points = ["E1.activePower", "E2.activePower", "W1.waterFlow", "gone"];
    expect(store.newest(points)).toBeNull();
    store.applySnapshot({
      ...snapshot(),
      rows: [row(0, "E1.activePower", 10, 900), row(1, "E2.activePower", 20, 950)],
    });
    paint();
    expect(store.newest(points)).toMatchObject({ value: 20, at: 950 });
    store.applyDelta(delta(6, [0], [11]));
    paint();
    expect(store.newest(points)).toMatchObject({ value: 11, at: 2000 });
    store.applySnapshot({ ...snapshot(), rows: [row(0, "W1.waterFlow", 7, 3000), row(1, "E1.activePower", null)] });
    paint();
    expect(store.newest(points)).toMatchObject({ value: 7, at: 3000 });
    store.clear();
    expect(store.newest(points)).toBeNull();
  });

  it("come from the snapshot, and a point without a value has none", () => {
    const { store, paint } = openStore();
    store.applySnapshot(snapshot());
    paint();
    expect(store.read("E1.activePower")).toEqual({ value: 10, at: 1000, quality: "good" });
    expect(store.read("W1.waterFlow")).toBeNull();
    expect(store.read("unknown.activePower")).toBeNull();
  });

  it("reach no further than the packet that brought them, even of a meter whose clock is fast", () => {
    const { store } = openStore();
    expect(store.latestAt()).toBeNull();
    store.applySnapshot({
      ...snapshot(),
      rows: [row(0, "E1.activePower", 10, 900), row(1, "E2.activePower", 20, 300_000)],
    });
    expect(store.latestAt()).toBe(1000);
    store.applyDelta({ ...delta(6, [0, 1], [11, 21]), at: [1900, 300_000] });
    expect(store.latestAt()).toBe(2000);
    store.applyDelta({ ...delta(7, [0], [12]), t: 3000, at: [2900] });
    expect(store.latestAt()).toBe(2900);
  });

  it("change with a packet that follows on, for the points it names only", () => {
    const { store, paint } = openStore();
    store.applySnapshot(snapshot());
    paint();
    const untouched = store.read("E1.activePower");
    expect(store.applyDelta(delta(6, [1, 2], [21, 3.5]))).toBe(true);
    paint();
    expect(store.read("E2.activePower")?.value).toBe(21);
    expect(store.read("W1.waterFlow")?.value).toBe(3.5);
    expect(store.read("E1.activePower")).toBe(untouched);
  });

  it("stay as they are when a packet is missing or from another epoch, until a new snapshot comes", () => {
    const { store, paint } = openStore();
    store.applySnapshot(snapshot());
    expect(store.applyDelta(delta(7, [0], [99]))).toBe(false);
    expect(store.applyDelta(delta(6, [0], [99], "b"))).toBe(false);
    paint();
    expect(store.read("E1.activePower")?.value).toBe(10);
    store.applySnapshot(snapshot(7));
    expect(store.applyDelta(delta(8, [0], [11]))).toBe(true);
    paint();
    expect(store.read("E1.activePower")?.value).toBe(11);
  });

  it("are not set back by a packet older than the snapshot", () => {
    const { store, paint } = openStore();
    store.applySnapshot(snapshot(9));
    expect(store.applyDelta(delta(8, [0], [1]))).toBe(true);
    paint();
    expect(store.read("E1.activePower")?.value).toBe(10);
  });

  it("reach a cell once per frame, however many packets came", () => {
    const { store, paint } = openStore();
    store.applySnapshot(snapshot());
    paint();
    const seen: (number | undefined)[] = [];
    store.subscribe("E1.activePower", () => seen.push(store.read("E1.activePower")?.value));
    for (let n = 0; n < 50; n++) store.applyDelta(delta(6 + n, [0], [n]));
    expect(paint()).toBe(1);
    expect(seen).toEqual([49]);
  });

  it("wake only the cells that changed", () => {
    const { store, paint } = openStore();
    store.applySnapshot(snapshot());
    paint();
    let calls = 0;
    const stop = store.subscribe("E2.activePower", () => (calls += 1));
    store.applyDelta(delta(6, [0], [1]));
    paint();
    expect(calls).toBe(0);
    stop();
    store.applyDelta(delta(7, [1], [1]));
    paint();
    expect(calls).toBe(0);
  });

  it("vanish from a cell whose meter was removed, and keep their cell when only the order changed", () => {
    const { store, paint } = openStore();
    store.applySnapshot(snapshot());
    paint();
    let gone = 0;
    store.subscribe("E1.activePower", () => (gone += 1));
    store.applySnapshot({
      seq: 1,
      epoch: "b",
      t: 3000,
      rows: [row(0, "W1.waterFlow", 4), row(1, "E2.activePower", 22)],
    });
    paint();
    expect(gone).toBe(1);
    expect(store.read("E1.activePower")).toBeNull();
    expect(store.read("E2.activePower")?.value).toBe(22);
  });

  it("end as the last packet said, whatever the frames in between", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), fc.double({ noNaN: true }), fc.boolean()), { maxLength: 40 }),
        (packets) => {
          const { store, paint } = openStore();
          store.applySnapshot(snapshot(0));
          const last = new Map<number, number>();
          packets.forEach(([i, value, isPainted], n) => {
            store.applyDelta(delta(n + 1, [i], [value]));
            last.set(i, value);
            if (isPainted) paint();
          });
          paint();
          const points = ["E1.activePower", "E2.activePower", "W1.waterFlow"];
          for (const [i, value] of last) expect(store.read(points[i] ?? "")?.value).toBe(value);
        },
      ),
    );
  });
});
