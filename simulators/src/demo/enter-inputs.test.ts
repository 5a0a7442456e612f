import { generationsOf, ParkTime, type Logger } from "@smart-park/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";
import { readDemoInputs } from "../inputs-file.ts";
import { buildModels } from "../meter-model.ts";
import { ParkClient } from "../park-client.ts";
import { readDemoPark } from "../park-file.ts";
import { SeriesLibrary } from "../series.ts";
import { readDemoSite } from "../site-file.ts";
import { noStories } from "../stories.ts";
import { enterInputs } from "./enter-inputs.ts";
import { planInputs } from "./plan-inputs.ts";
import type { PlannedInput } from "./planned-input.ts";
import { toMeterRequest } from "./register-park.ts";

/** The demo park as registered, on the real API. */
const [file, inputs] = [readDemoPark(), readDemoInputs()];
let park: ApiUnderTest;
let admin: Client;
let client: ParkClient;
let planned: PlannedInput[];
const warnings: object[] = [];
const silent = (): void => undefined;
const logger: Logger = { debug: silent, info: silent, error: silent, warn: (fields) => void warnings.push(fields) };
const enter = (entered: Set<string>, what: readonly PlannedInput[]) =>
  enterInputs({ client, logger, signal: new AbortController().signal, entered }, what);
const idsOf = async (path: string): Promise<string[]> =>
  (await admin.get(path)).body.items.map(({ id }: { id: string }) => id);

beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  for (const enterprise of file.enterprises) await admin.post("/enterprises", enterprise);
  // As in a folder from before meters had a purpose.
  for (const meter of generationsOf(file.meters).flat())
    await admin.post("/meters", { ...toMeterRequest(meter), purpose: null });
  const scopes = ["registry:write", "inputs:write", "read"];
  const { body } = await admin.post("/tokens", { name: "demo", scopes });
  client = new ParkClient(park.url, { token: body.token });
  const time = new ParkTime("Asia/Shanghai");
  const now = Date.now();
  const exchangeAt = now - 19 * 86_400_000;
  const stories = { ...noStories, exchangeAt };
  const models = buildModels(file, { timeZone: "Asia/Shanghai", stories, library: new SeriesLibrary() });
  planned = planInputs({ park: file, inputs, site: readDemoSite(), models, time, now, exchangeAt });
}, 120_000);
afterAll(() => park.stop());

it("enters everything but what is refused, which it names with the reason", async () => {
  const wrong = { key: "quota wrong", method: "PUT", path: "/quotas/wrong", body: { medium: "moon" } } as const;
  const nobody = { enterpriseId: "nobody", item: "output", period: "2025", value: 1, unit: "万元", source: "演示数据" };
  const stranger = { key: "activity nobody", method: "POST", path: "/activity-inputs", value: nobody } as const;
  const at = planned.findIndex(({ value }) => value !== undefined) + 3;
  const entered = new Set<string>();
  await enter(entered, [wrong, ...planned.slice(0, at), stranger, ...planned.slice(at)]);
  expect(warnings).toEqual([
    { input: "quota wrong", reason: expect.stringContaining("medium") },
    { input: "activity nobody", reason: expect.stringContaining("404") },
  ]);
  expect([...entered].toSorted()).toEqual(planned.map(({ key }) => key).toSorted());
  expect((await idsOf("/quotas")).length).toBe(inputs.quotas.length);
  expect((await admin.get("/activity-inputs")).body.items).toHaveLength(
    planned.filter(({ value }) => value !== undefined).length,
  );
  const { plan, places } = (await admin.get("/site-plan")).body;
  expect([plan, places.length]).toEqual([readDemoSite(), file.meters.length]);
  expect((await admin.get("/meters/heat-S0")).body.purpose).toBe("forOthers");
  expect((await admin.get("/meters/garment-a-W0")).body.points[1].registerChanges).toHaveLength(1);
}, 120_000);

it("enters nothing twice and undoes no change, with and without its memory", async () => {
  const [quota = ""] = await idsOf("/quotas");
  const before = (await admin.get("/quotas")).body.items.find(({ id }: { id: string }) => id === quota);
  const { id: _, ...rest } = before;
  await admin.put(`/quotas/${quota}`, { ...rest, value: 123 });
  await admin.delete("/virtual-meters/demo-cold");
  const path = "/enterprises/auto-a/tariff-contracts";
  await admin.delete(`${path}/${inputs.contractsFrom}`);
  await admin.put(`${path}/2025-03-01`, { electricity: null });
  const history = (await admin.get("/activity-inputs?history=true")).body.items.length;

  await enter(new Set(planned.map(({ key }) => key)), planned);
  expect(await idsOf("/virtual-meters")).not.toContain("demo-cold");

  await enter(new Set(), planned);
  const after = (await admin.get("/quotas")).body.items.find(({ id }: { id: string }) => id === quota);
  expect(after.value).toBe(123);
  expect((await admin.get(path)).body.items).toMatchObject([{ effectiveFrom: "2025-03-01", electricity: null }]);
  expect((await admin.get("/activity-inputs?history=true")).body.items).toHaveLength(history);
  expect(warnings).toHaveLength(2);
});

it("declares no meter where somebody else has", async () => {
  await admin.delete("/settlement-meters/demo-tea-a-G0");
  const own = { place: "enterprise:tea-a", kind: "gas", meterId: "tea-a-G0", from: "2026-01-01" };
  await admin.put("/settlement-meters/ours", own);
  await enter(new Set(), planned);
  const ofTea = (await admin.get("/settlement-meters?place=enterprise:tea-a&kind=gas")).body.items;
  expect(ofTea).toMatchObject([{ id: "ours" }]);
});

it("places no meter on a plan that somebody else has entered, and leaves that plan", async () => {
  const shapes = [{ kind: "road", name: "别人的路", outline: readDemoSite().shapes[0]?.outline }];
  expect((await admin.put("/site-plan", { widthM: 1600, heightM: 1000, shapes })).status).toBe(200);
  expect((await admin.delete("/meters/tea-a-W0/position")).status).toBe(204);
  await enter(new Set(), planned);
  const { plan, places } = (await admin.get("/site-plan")).body;
  expect(plan.shapes).toMatchObject([{ name: "别人的路" }]);
  expect(places).toHaveLength(file.meters.length - 1);
});
