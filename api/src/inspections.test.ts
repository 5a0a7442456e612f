import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let steward: Client;
let clerk: Client;

beforeAll(async () => {
  park = await startApiUnderTest();
  await addTwoEnterprises(await park.signIn("admin"));
  park.addUser("guan", "steward", ["A"]);
  park.addUser("anna", "enterpriseOperator", ["A"]);
  park.addUser("vera", "enterpriseViewer", ["A"]);
  park.addUser("bert", "enterpriseAdmin", ["B"]);
  [steward, clerk] = [park.signedIn("guan"), park.signedIn("anna")];
});
afterAll(() => park.stop());

const finding = {
  enterpriseId: "A",
  meterId: "A-main",
  topic: "outlet",
  finding: "采样平台护栏松动",
  dueOn: "2030-01-31",
};

describe("inspection records", () => {
  it("go from the steward's finding to the enterprise's repair and back, until it is closed", async () => {
    const { status, body } = await steward.post("/inspections", finding);
    expect([status, body.state, body.createdBy]).toEqual([201, "open", "guan"]);
    const path = `/inspections/${body.id}`;
    expect((await steward.post(`${path}/rectifications`, { note: "x" })).status).toBe(403);
    expect((await clerk.post(`${path}/reviews`, { isAccepted: true })).status).toBe(403);
    expect((await clerk.post(`${path}/rectifications`, { note: "" })).status).toBe(400);
    expect((await clerk.post(`${path}/rectifications`, { note: "已加固" })).body.state).toBe("rectified");
    expect((await steward.post(`${path}/reviews`, { isAccepted: false, note: "螺栓未紧固" })).body.state).toBe("open");
    await clerk.post(`${path}/rectifications`, { note: "已紧固" });
    const closed = await steward.post(`${path}/reviews`, { isAccepted: true });
    expect([closed.status, closed.body.state]).toEqual([201, "closed"]);
    expect((await clerk.post(`${path}/rectifications`, { note: "again" })).status).toBe(409);
    const kinds = (await park.signedIn("vera").get(path)).body.steps.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(["rectified", "rejected", "rectified", "accepted"]);
  });

  it("are written by nobody who only looks, and about nobody else's", async () => {
    expect((await park.signedIn("vera").post("/inspections", finding)).status).toBe(403);
    expect((await steward.post("/inspections", { ...finding, enterpriseId: "B", meterId: null })).status).toBe(404);
    const { body } = await steward.post("/inspections", { ...finding, dueOn: undefined });
    expect(body.state).toBe("noted");
    expect((await park.signedIn("bert").get(`/inspections/${body.id}`)).status).toBe(404);
    expect((await park.signedIn("bert").get("/inspections")).body.items).toEqual([]);
  });

  it("change no limit: a steward may not", async () => {
    for (const [path, body] of [
      ["/alert-rules", { name: "x", kind: "limit", points: ["A-main.activePower"], above: 1 }],
      ["/quotas/q", {}],
      ["/regulated/r", {}],
    ] as const)
      expect((await (path === "/alert-rules" ? steward.post(path, body) : steward.put(path, body))).status).toBe(403);
  });

  it("that are late are found as such, and all of them as a sheet", async () => {
    const { body } = await steward.post("/inspections", { ...finding, dueOn: "2020-01-31" });
    expect(body.isOverdue).toBe(true);
    const late = await clerk.get("/inspections?state=overdue");
    expect(late.body.items.map(({ id }: { id: string }) => id)).toEqual([body.id]);
    expect((await clerk.get("/inspections?format=csv")).text).toContain("待整改（逾期）");
  });
});
