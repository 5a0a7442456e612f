import type { HealthDetails } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import { cardOf, reasonsOf, type CardId } from "./health-cards.ts";
import { percentiles, rates, withSample, type Sample } from "./health-samples.ts";

type Figures = HealthDetails["figures"];

const sampled = (everyMs: number, seen: readonly Figures[]): Sample[] =>
  seen.map((figures, n) => ({ at: n * everyMs, figures }));
const detailsOf = (figures: Figures, more: Partial<HealthDetails> = {}): HealthDetails => ({
  at: "2026-11-27T00:00:00+08:00",
  problem: null,
  notice: null,
  figures,
  ...more,
});
const levelOf = (id: CardId, figures: Figures, before: Figures = figures, more: Partial<HealthDetails> = {}) =>
  cardOf(id, sampled(5000, [before, figures]), detailsOf(figures, more)).level;

describe("rates", () => {
  it("are means over the last minute, unknown at first, over a restart and after a break", () => {
    const counted = (n: number): Figures => ({ n_total: { mqtt: n, http: 0 } });
    expect(rates(sampled(5000, [10, 20, 25].map(counted)), "n_total")).toEqual([null, 2, 1.5]);
    expect(rates(sampled(5000, [10, 20, 5].map(counted)), "n_total")).toEqual([null, 2, null]);
    expect(rates(sampled(60_000, [10, 20].map(counted)), "n_total")).toEqual([null, null, null]);
    const hour = sampled(
      5000,
      Array.from({ length: 100 }, (_, n) => counted(n < 80 ? 0 : (n - 79) * 5)),
    );
    expect(rates(hour, "n_total").at(-1)).toBe(1);
  });

  it("forget what is older than half an hour", () => {
    const many = sampled(
      5000,
      Array.from({ length: 400 }, () => ({})),
    );
    expect(many.reduce<readonly Sample[]>(withSample, [])).toHaveLength(360);
  });
});

describe("what 99 of 100 did not take longer than", () => {
  it("lies between the bounds of its bucket and leaves out what was counted before", () => {
    const counts = (fast: number, slow: number): Figures => ({
      wait_bucket: { "0.001": fast, "0.01": fast + slow, "+Inf": fast + slow },
    });
    const [, newest] = percentiles(sampled(5000, [counts(0, 50), counts(98, 52)]), "wait");
    expect(newest).toBeCloseTo(0.001 + 0.009 / 2, 9);
    expect(percentiles(sampled(5000, [counts(0, 0)]), "wait")).toEqual([null]);
  });
});

describe("a card", () => {
  it.each<[name: string, CardId, Figures, Figures, expected: string]>([
    ["a store that answers", "store", { park_store_up: 1 }, {}, "good"],
    ["a store that is down", "store", { park_store_up: 0 }, {}, "bad"],
    ["a store that takes nothing", "store", { park_store_up: 1, park_ingest_stalled_seconds: 11 }, {}, "warning"],
    ["ingest that keeps up", "lag", { park_ingest_lag_seconds: 60 }, {}, "good"],
    ["ingest that is behind", "lag", { park_ingest_lag_seconds: 61 }, {}, "bad"],
    ["a disk with room", "disk", { park_disk_free_bytes: 300, park_journal_reserve_bytes: 100 }, {}, "good"],
    ["a disk that fills", "disk", { park_disk_free_bytes: 150, park_journal_reserve_bytes: 100 }, {}, "warning"],
    ["a full disk", "disk", { park_disk_free_bytes: 100, park_journal_reserve_bytes: 100 }, {}, "bad"],
    ["a journal at its limit", "journal", { park_journal_disk_bytes: 81, park_journal_max_bytes: 100 }, {}, "bad"],
    ["somebody who is not told", "notify", { park_notify_waiting: 1, park_notify_oldest_seconds: 301 }, {}, "bad"],
    [
      "a message that was given up",
      "notify",
      { park_notify_waiting: 0, park_notify_dead: 1 },
      { park_notify_waiting: 0, park_notify_dead: 0 },
      "warning",
    ],
    [
      "messages refused for their rate",
      "refused",
      { park_edge_messages_refused_total: { rate: 9, journal: 0 } },
      { park_edge_messages_refused_total: { rate: 0, journal: 0 } },
      "warning",
    ],
    [
      "messages that could not be written",
      "refused",
      { park_edge_messages_refused_total: { rate: 0, journal: 9 } },
      { park_edge_messages_refused_total: { rate: 0, journal: 0 } },
      "bad",
    ],
    ["a part that does not answer", "sessions", {}, {}, "unknown"],
  ])("of %s", (_name, id, figures, before, expected) => {
    expect(levelOf(id, figures, { ...figures, ...before })).toBe(expected);
  });

  it("without a bound says nothing of good or bad, and one of which nothing happened is good", () => {
    expect(levelOf("memory", { process_resident_memory_bytes: { edge: 1, app: 2 } })).toBe("plain");
    expect(levelOf("ack", { park_journal_wait_seconds_count: 0 })).toBe("good");
  });

  it("of edge says when it answers and cannot write", () => {
    const up: Figures = { park_edge_up: 1 };
    expect(levelOf("edge", up)).toBe("good");
    expect(levelOf("edge", up, up, { problem: "The disk of the journal is full." })).toBe("bad");
  });
});

describe("why values were set aside", () => {
  it("stands with the most frequent first, and without what never happened", () => {
    const figures: Figures = { park_ingest_values_quarantined_total: { malformed: 2, too_old: 0, unknown_meter: 7 } };
    expect(reasonsOf(detailsOf(figures))).toEqual([
      { reason: "unknown_meter", count: 7 },
      { reason: "malformed", count: 2 },
    ]);
  });
});
