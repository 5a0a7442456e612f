import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { HealthDetails } from "@smart-park/core/wire";
import { ApiClient } from "../support/api-client.ts";
import { scrape, valueOf } from "../support/scrape.ts";
import { addMeter, connectDevice, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

let park: TestPlatform;
const enterpriseId = "steelworks";
let device: { username: string; password: string };

beforeAll(async () => {
  park = await startTestPlatform();
  device = await addMeter(park.admin, { enterprise: enterpriseId, meter: "melter", device: "gateway7" });
});
afterAll(() => park.stop());

describe("GET /metrics", () => {
  it("shows a message's whole way, from edge to the store", async () => {
    const client = await connectDevice(park.mqttUrl, device);
    const topic = "park/steelworks/melter/telemetry";
    const ts = Date.now();
    await client.publishAsync(topic, JSON.stringify({ ts, values: { activePower: 812 } }), { qos: 1 });
    await client.publishAsync(topic, JSON.stringify({ ts, values: { activePower: 812 } }), { qos: 1 });
    await client.publishAsync(topic, "no reading", { qos: 1 });
    await park.admin.post("/telemetry", { melter: { ts: ts + 1, values: { activePower: 813 } } });
    await expect(connectDevice(park.mqttUrl, { ...device, password: "wrong" })).rejects.toThrow();
    await vi.waitFor(async () => {
      const families = await scrape(park.url);
      const expected: Record<string, number> = {
        'park_edge_messages_accepted_total{way="mqtt"}': 3,
        'park_edge_messages_accepted_total{way="http"}': 1,
        'park_edge_messages_refused_total{reason="shed"}': 0,
        park_edge_connections: 1,
        park_edge_connections_accepted_total: 1,
        'park_edge_connections_refused_total{reason="credentials"}': 1,
        park_edge_up: 1,
        park_store_up: 1,
        park_journal_pending_bytes: 0,
        park_journal_oldest_pending_seconds: 0,
        park_journal_segments: 1,
        park_journal_disk_bytes: 16 * 1024 * 1024,
        park_ingest_messages_total: 4,
        park_ingest_values_stored_total: 2,
        park_ingest_values_duplicate_total: 1,
        'park_ingest_values_quarantined_total{reason="malformed"}': 1,
        'park_ingest_values_quarantined_total{reason="too_old"}': 0,
        park_ingest_backlog_records: 0,
        park_ingest_backlog_bytes: 0,
        park_ingest_lag_seconds: 0,
        park_ingest_stalled_seconds: 0,
        park_live_sockets: 0,
      };
      expect(Object.fromEntries(Object.keys(expected).map((sample) => [sample, valueOf(families, sample)]))).toEqual(
        expected,
      );
      const position = valueOf(families, "park_journal_position_records");
      expect(position).toBe(valueOf(families, "park_ingest_position_records"));
      expect(position).toBe(valueOf(families, "park_journal_records_total"));
      expect(valueOf(families, "park_journal_commit_seconds_count")).toBeGreaterThan(0);
      expect(valueOf(families, "park_store_append_seconds_count")).toBeGreaterThan(0);
      expect(valueOf(families, 'park_http_requests_total{status="2xx"}')).toBeGreaterThan(0);
    }, 20_000);
    await client.endAsync();
  });

  it("says the same to people by GET /health/details, to operators and administrators alone", async () => {
    const families = await scrape(park.url);
    const { figures, problem, notice } = await park.admin.get<HealthDetails>("/health/details");
    expect([problem, notice]).toEqual([null, null]);
    const stored = valueOf(families, "park_ingest_values_stored_total");
    expect(figures).toMatchObject({
      park_store_up: 1,
      park_ingest_values_stored_total: stored,
      park_edge_messages_accepted_total: { mqtt: 3, http: 1 },
    });
    for (const name of ["park_disk_free_bytes", "park_registry_disk_bytes", "park_readings_disk_bytes"])
      expect(figures[name], name).toBeGreaterThan(0);
    expect(figures.park_journal_max_bytes).toBeGreaterThan(Number(figures.park_journal_disk_bytes));
    expect(JSON.stringify(figures)).not.toMatch(/steelworks|melter|gateway7/);
    for (const [role, status] of [
      ["operator", 200],
      ["parkManager", 403],
      ["auditor", 403],
      ["enterpriseAdmin", 403],
    ] as const) {
      const password = "only-for-this-test";
      const person = { username: `a-${role}`, password, role, ...(role === "enterpriseAdmin" && { enterpriseId }) };
      await park.admin.post("/users", person);
      const client = await new ApiClient(park.url).signIn(person.username, password);
      expect((await client.request("GET", "/health/details")).status, role).toBe(status);
    }
  });

  it("keeps to the conventions and names no enterprise, meter or device", async () => {
    const families = await scrape(park.url);
    expect(families.size).toBeGreaterThan(50);
    for (const [name, { type, values }] of families) {
      expect(["counter", "gauge", "histogram"], name).toContain(type);
      expect(name).toMatch(/^(park|process|nodejs)_/);
      if (name.startsWith("park_") && type === "counter") expect(name).toMatch(/_total$/);
      if (name.startsWith("park_") && type === "histogram") expect(name).toMatch(/_seconds$/);
      for (const number of values.values()) expect(number, name).not.toBeNaN();
      expect([...values.keys()].join()).not.toMatch(/steelworks|melter|gateway7/);
    }
  });
});
