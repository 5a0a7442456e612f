import { DurationHistogram } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import { Figures } from "./figures.ts";

describe("the figures of a process", () => {
  it("are read when somebody asks, each time anew", async () => {
    const figures = new Figures();
    let taken = 3;
    figures.counter("park_taken_total", "Taken.", () => taken);
    figures.counters("park_refused_total", "Refused.", "reason", () => ({ rate: taken, shed: 0 }));
    figures.gauge("park_waiting", "Waiting.", () => Promise.resolve(taken * 2));
    const expected = (n: number): string =>
      [
        ...["# HELP park_taken_total Taken.", "# TYPE park_taken_total counter", `park_taken_total ${n}`, ""],
        ...["# HELP park_refused_total Refused.", "# TYPE park_refused_total counter"],
        ...[`park_refused_total{reason="rate"} ${n}`, 'park_refused_total{reason="shed"} 0', ""],
        ...["# HELP park_waiting Waiting.", "# TYPE park_waiting gauge", `park_waiting ${n * 2}`, ""],
      ].join("\n");
    expect(await figures.text()).toBe(expected(3));
    taken = 4;
    expect(await figures.text()).toBe(expected(4));
  });

  it("share what costs a query within an answer, and read it anew for the next one", async () => {
    const figures = new Figures();
    let reads = 0;
    const stats = figures.oncePerAnswer(() => ({ reads: (reads += 1) }));
    for (const name of ["park_a", "park_b", "park_c"]) figures.gauge(name, "Reads.", () => stats().reads);
    expect((await figures.text()).match(/^park_\w \d$/gm)).toEqual(["park_a 1", "park_b 1", "park_c 1"]);
    expect((await figures.text()).match(/^park_\w \d$/gm)).toEqual(["park_a 2", "park_b 2", "park_c 2"]);
  });

  it("show durations as a histogram whose buckets hold all that is shorter", async () => {
    const figures = new Figures();
    const histogram = new DurationHistogram();
    figures.durations("park_commit_seconds", "Commits.", () => histogram.counts());
    for (const ms of [1.5, 3, 3, 60_000]) histogram.add(ms);
    const lines = (await figures.text()).split("\n");
    expect(lines.slice(0, 2)).toEqual(["# HELP park_commit_seconds Commits.", "# TYPE park_commit_seconds histogram"]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'park_commit_seconds_bucket{le="0.001"} 0',
        'park_commit_seconds_bucket{le="0.002"} 1',
        'park_commit_seconds_bucket{le="0.005"} 3',
        'park_commit_seconds_bucket{le="30"} 3',
        'park_commit_seconds_bucket{le="+Inf"} 4',
        "park_commit_seconds_sum 60.0075",
        "park_commit_seconds_count 4",
      ]),
    );
  });

  it("name the role a process has, and leave out what would list all its sockets", async () => {
    const figures = new Figures();
    figures.process("edge");
    const text = await figures.text();
    expect(text).toMatch(/^process_resident_memory_bytes\{role="edge"\} \d+$/m);
    expect(text).not.toMatch(/active_handles|open_fds/);
  });
});
