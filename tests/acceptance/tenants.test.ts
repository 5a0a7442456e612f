import type { AlertBody, LiveSnapshot } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { addMeter, connectDevice, LiveView, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

describe("an enterprise's user", () => {
  let park: TestPlatform;
  let alpha: ApiClient;
  beforeAll(async () => {
    park = await startTestPlatform();
    for (const [enterprise, meter, device] of [
      ["alpha", "A1", "gwA"],
      ["beta", "B1", "gwB"],
    ] as const) {
      const credentials = await addMeter(park.admin, { enterprise, meter, device });
      await park.admin.post("/alert-rules", {
        kind: "limit",
        name: `${enterprise} 上限`,
        points: [`${meter}.activePower`],
        above: 100,
      });
      const client = await connectDevice(park.mqttUrl, credentials);
      await client.publishAsync(
        `park/${enterprise}/${meter}/telemetry`,
        JSON.stringify({ values: { activePower: 500 } }),
        { qos: 1 },
      );
      await client.endAsync();
    }
    await vi.waitFor(
      async () => expect((await park.admin.get<{ items: unknown[] }>("/alerts")).items).toHaveLength(2),
      10_000,
    );
    await park.admin.post("/users", {
      username: "anna",
      password: "anna-has-a-long-one",
      role: "enterpriseAdmin",
      enterpriseId: "alpha",
    });
    alpha = await park.signIn("anna", "anna-has-a-long-one");
  });
  afterAll(() => park.stop());

  it.each([
    "/enterprises",
    "/meters",
    "/devices",
    "/alerts",
    "/alert-rules",
    "/users",
    "/live",
    "/books",
    "/quarantine",
    "/overview",
    "/watch-targets",
    "/figures/leaks",
    "/figures/pv?from=0&to=1",
    "/figures/storage?from=0&to=1",
    "/figures/charging?from=0&to=1",
  ])("finds nothing of another enterprise in %s", async (path) => {
    const text = await (await alpha.request("GET", path)).text();
    expect(text).not.toMatch(/beta|B1/);
  });

  it.each([
    "/enterprises/beta",
    "/meters/B1",
    "/devices/gwB",
    "/points/B1.activePower/readings?from=0&to=1000&step=raw",
  ])("gets for %s the same answer as for something that does not exist", async (path) => {
    const missing = path.replace("beta", "ghost").replace("B1", "G1").replace("gwB", "gwG");
    const [foreign, absent] = await Promise.all([alpha.request("GET", path), alpha.request("GET", missing)]);
    expect(foreign.status).toBe(404);
    expect(absent.status).toBe(404);
    const withoutId = async (response: Response) => ({ ...((await response.json()) as object), requestId: "" });
    expect(await withoutId(foreign)).toEqual(await withoutId(absent));
  });

  it("cannot change what is not its own", async () => {
    expect((await alpha.request("PATCH", "/meters/B1", { name: "mine" })).status).toBeGreaterThanOrEqual(403);
    const foreign = (await park.admin.get<{ items: AlertBody[] }>("/alerts")).items.find(
      (alert) => alert.enterpriseId === "beta",
    );
    const answer = await alpha.request("POST", `/alerts/${encodeURIComponent(foreign?.id ?? "")}/acknowledge`, {
      note: "",
    });
    expect(answer.status).toBe(404);
  });

  it("receives no value and no alert of another enterprise on its live socket", async () => {
    const live = await new LiveView(park.url, alpha).joined();
    const snapshot = live.all<LiveSnapshot>("snapshot").at(-1);
    expect(snapshot?.rows.map((row) => row.point).sort()).toEqual(["A1.activeEnergyImport", "A1.activePower"]);
    const credentials = await park.admin.post<{ username: string; password: string }>("/devices/gwB/rotate", {});
    const beta = await connectDevice(park.mqttUrl, credentials);
    await beta.publishAsync(
      "park/beta/B1/telemetry",
      JSON.stringify({ ts: Date.now(), values: { activePower: 77.125 } }),
      { qos: 1 },
    );
    await beta.endAsync();
    const alphaDevice = await park.admin.post<{ username: string; password: string }>("/devices/gwA/rotate", {});
    const own = await connectDevice(park.mqttUrl, alphaDevice);
    await own.publishAsync(
      "park/alpha/A1/telemetry",
      JSON.stringify({ ts: Date.now(), values: { activePower: 55.5 } }),
      { qos: 1 },
    );
    await own.endAsync();
    // The own value comes after the foreign one, so when it is here the other would be too.
    await vi.waitFor(() => expect(JSON.stringify(live.events)).toContain("55.5"), 5000);
    expect(JSON.stringify(live.events)).not.toContain("77.125");
    live.socket.disconnect();
  });
});
