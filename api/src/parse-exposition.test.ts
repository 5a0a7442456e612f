import { describe, expect, it } from "vitest";
import { parseExposition } from "./parse-exposition.ts";

describe("figures of a Prometheus text", () => {
  it("stand by their names, and by their label where they have one", () => {
    const text = [
      "# HELP park_store_up 1 while the reading store answers.",
      "# TYPE park_store_up gauge",
      "park_store_up 1",
      "",
      'park_ingest_values_quarantined_total{reason="malformed"} 3',
      'park_ingest_values_quarantined_total{reason="too_old"} 0',
      'park_journal_wait_seconds_bucket{le="0.001"} 12',
      'park_journal_wait_seconds_bucket{le="+Inf"} 14',
      "park_journal_wait_seconds_sum 1.5e-3",
    ].join("\n");
    expect(parseExposition(text)).toEqual({
      park_store_up: 1,
      park_ingest_values_quarantined_total: { malformed: 3, too_old: 0 },
      park_journal_wait_seconds_bucket: { "0.001": 12, "+Inf": 14 },
      park_journal_wait_seconds_sum: 0.0015,
    });
  });

  it("are left out when they have several labels or are no number", () => {
    expect(parseExposition('a{b="1",c="2"} 3\nlag NaN\nmore +Inf\nnothing\n')).toEqual({});
  });
});
