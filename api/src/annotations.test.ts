import { annotationLimits } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let clerk: Client;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "Asia/Shanghai" });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("anna", "enterpriseOperator", ["A"]);
  park.addUser("vera", "enterpriseViewer", ["A"]);
  park.addUser("bert", "enterpriseAdmin", ["B"]);
  park.addUser("shen", "auditor");
  clerk = park.signedIn("anna");
});
afterAll(() => park.stop());

const from = "2026-05-01T08:00:00+08:00";
const remark = { meterId: "A-main", from, to: "2026-05-01T12:00:00+08:00", tag: "maintenance", text: " 主变检修 " };
const idsOf = async (client: Client, query: string): Promise<string[]> =>
  (await client.get(`/annotations?${query}`)).body.items.map(({ id }: { id: string }) => id);

describe("annotations", () => {
  it("written at a meter stand on its enterprise's charts, for its own people", async () => {
    const { status, body } = await admin.post("/annotations", remark);
    expect([status, body]).toMatchObject([
      201,
      { ...remark, enterpriseId: "A", text: "主变检修", side: "park", createdBy: "admin", mayChange: true },
    ]);
    const day = `from=${encodeURIComponent(from)}&to=${encodeURIComponent("2026-05-02T00:00:00+08:00")}`;
    expect(await idsOf(park.signedIn("vera"), `enterprise=A&${day}`)).toEqual([body.id]);
    expect(await idsOf(park.signedIn("bert"), `enterprise=A&${day}`)).toEqual([]);
    expect((await park.signedIn("bert").get(`/annotations/${body.id}`)).status).toBe(404);
    expect((await clerk.get(`/annotations/${body.id}`)).body.mayChange).toBe(false);
    expect((await clerk.patch(`/annotations/${body.id}`, { text: "x" })).status).toBe(403);
  });

  it("are written, changed, deleted and brought back by the enterprise; without an end they are a moment", async () => {
    const { to: _to, ...moment } = remark;
    const { body } = await clerk.post("/annotations", moment);
    expect([body.to, body.side]).toEqual([from, "enterprise"]);
    const path = `/annotations/${body.id}`;
    expect((await clerk.patch(path, { tag: "weather" })).body).toMatchObject({ tag: "weather", changedBy: "anna" });
    expect((await clerk.request("DELETE", path)).status).toBe(204);
    expect((await clerk.get(path)).status).toBe(404);
    const back = await clerk.post(`${path}/restore`, {});
    expect([back.status, back.body.tag, back.body.createdBy]).toEqual([200, "weather", "anna"]);
  });

  it("are written by nobody who only looks, and about the park by the park alone", async () => {
    for (const reader of ["vera", "shen"])
      expect((await park.signedIn(reader).post("/annotations", remark)).status).toBe(403);
    const ofPark = { ...remark, meterId: null };
    expect((await clerk.post("/annotations", ofPark)).status).toBe(403);
    const { status, body } = await admin.post("/annotations", { ...ofPark, text: "B 厂停产" });
    expect([status, body.enterpriseId]).toEqual([201, null]);
    expect((await clerk.get(`/annotations/${body.id}`)).status).toBe(404);
    expect((await clerk.get("/annotations")).text).not.toContain("B 厂停产");
    expect((await park.signedIn("shen").get(`/annotations/${body.id}`)).body.mayChange).toBe(false);
  });

  it.each([
    ["no words", { text: "  " }, 400],
    ["too many words", { text: "x".repeat(annotationLimits.textLength + 1) }, 400],
    ["control characters", { text: "a\u0007b" }, 400],
    ["an unknown tag", { tag: "fun" }, 400],
    ["a time without zone", { from: "2026-05-01 08:00" }, 400],
    ["an unknown field", { colour: "red" }, 400],
    ["an end before its begin", { to: "2026-05-01T07:59:59+08:00" }, 422],
    ["a time before there were meters", { from: 0, to: 0 }, 422],
    ["a meter that is not there", { meterId: "none" }, 404],
    ["a meter of another enterprise", { enterpriseId: "B" }, 422],
  ])("with %s are refused", async (_name, change, status) => {
    expect((await admin.post("/annotations", { ...remark, ...change })).status).toBe(status);
  });
});
