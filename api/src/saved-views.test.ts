import { systemPrincipal } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let manager: Client;
let operator: Client;

beforeAll(async () => {
  park = await startApiUnderTest();
  await addTwoEnterprises(await park.signIn("admin"));
  park.addUser("mei", "parkManager");
  park.addUser("ou", "operator");
  park.addUser("vera", "enterpriseViewer", ["A"]);
  [manager, operator] = [park.signedIn("mei"), park.signedIn("ou")];
});
afterAll(() => park.stop());

const view = { name: "缺数据表计", path: "/live?state=missing&sort=-state" };
const namesOf = async (client: Client): Promise<string[]> =>
  (await client.get("/saved-views")).body.items.map(({ name }: { name: string }) => name);
const toldOf = (object: string): string[] =>
  park.registry
    .audit(systemPrincipal, { object, limit: 10 })
    .items.map(({ action, actor }) => `${action} ${actor}`)
    .toReversed();

describe("saved views", () => {
  it("are one's own until they are shared, and and who wrote is always told", async () => {
    const { status, body } = await manager.post("/saved-views", view);
    expect([status, body]).toMatchObject([201, { ...view, owner: "mei", isShared: false, isOwn: true }]);
    expect([await namesOf(manager), await namesOf(operator)]).toEqual([[view.name], []]);
    expect((await operator.patch(`/saved-views/${body.id}`, { name: "x" })).status).toBe(404);
    expect(toldOf(body.id)).toEqual(["savedView.create mei"]);

    await manager.patch(`/saved-views/${body.id}`, { isShared: true });
    expect((await operator.get("/saved-views")).body.items).toMatchObject([
      { name: view.name, owner: "mei", isOwn: false, mayChange: true },
    ]);
    expect(await namesOf(park.signedIn("vera"))).toEqual([]);
    expect((await operator.patch(`/saved-views/${body.id}`, { name: "无数据" })).body.name).toBe("无数据");
    expect((await manager.request("DELETE", `/saved-views/${body.id}`)).status).toBe(204);
    expect(toldOf(body.id)).toEqual([
      ...["savedView.create mei", "savedView.update mei", "savedView.update ou", "savedView.delete mei"],
    ]);
  });

  it("of an enterprise's people lead to their own pages and are shared with nobody", async () => {
    const viewer = park.signedIn("vera");
    expect((await viewer.post("/saved-views", view)).status).toBe(422);
    const own = { name: "本月用电", path: "/my/energy?from=now/M&to=now" };
    expect((await viewer.post("/saved-views", { ...own, isShared: true })).status).toBe(403);
    expect((await viewer.post("/saved-views", own)).status).toBe(201);
  });

  it.each([
    ["another site", { path: "https://example.com/live" }],
    ["another host", { path: "//example.com/live" }],
    ["a script", { path: "javascript:alert(1)" }],
    ["no page of ours", { path: "/api/v1/me" }],
    ["an address that is too long", { path: `/live?q=${"x".repeat(2000)}` }],
    ["no name", { name: " " }],
    ["a name that is too long", { name: "x".repeat(61) }],
  ])("with %s are refused", async (_name, change) => {
    expect((await manager.post("/saved-views", { ...view, ...change })).status).toBe(400);
  });
});
