import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let anna: Client;

const square = (left: number): [number, number][] => [
  [left, 20],
  [left + 60, 20],
  [left + 60, 80],
  [left, 80],
];
const shape = (kind: string, left: number, enterpriseId: string | null, name: string | null) => ({
  ...{ kind, name, nameEn: null, enterpriseId },
  outline: square(left),
});
const plan = {
  ...{ widthM: 300, heightM: 100 },
  shapes: [
    shape("road", 0, null, "中路"),
    shape("plot", 10, "A", null),
    shape("plot", 90, "B", "B 的地块"),
    shape("building", 170, null, "无主楼"),
  ],
};

beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("anna", "enterpriseAdmin", ["A"]);
  anna = await park.signIn("anna");
});
afterAll(() => park.stop());

describe("a park without a plan", () => {
  it("says so, and places nothing", async () => {
    expect((await admin.get("/site-plan")).body).toEqual({ plan: null, places: [] });
    const refused = await admin.put("/meters/A-main/position", { x: 1, y: 1 });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining("no site plan")]);
  });
});

describe("a plan", () => {
  it("is entered and read back as it was", async () => {
    expect((await admin.put("/site-plan", plan)).status).toBe(200);
    expect((await admin.get("/site-plan")).body).toEqual({ plan, places: [] });
  });

  it.each([
    { of: "a corner beside it", body: { ...plan, heightM: 79 }, status: 400, says: "shapes.0.outline.2" },
    {
      of: "two corners",
      body: { ...plan, shapes: [{ kind: "plot", outline: square(1).slice(2) }] },
      status: 400,
      says: "",
    },
    { of: "a stranger's plot", body: { ...plan, shapes: [shape("plot", 1, "nobody", null)] }, status: 404, says: "" },
    { of: "an unknown kind", body: { ...plan, shapes: [shape("moon", 1, null, null)] }, status: 400, says: "kind" },
  ])("is refused with $of", async ({ body, status, says }) => {
    const refused = await admin.put("/site-plan", body);
    expect([refused.status, refused.text]).toEqual([status, expect.stringContaining(says)]);
    expect((await admin.get("/site-plan")).body.plan).toEqual(plan);
  });

  it("is not made smaller than where meters stand", async () => {
    await admin.put("/meters/B-main/position", { x: 299.5, y: 50 });
    const refused = await admin.put("/site-plan", { ...plan, widthM: 250 });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining("B-main")]);
    expect((await admin.delete("/meters/B-main/position")).status).toBe(204);
    expect((await admin.delete("/meters/B-main/position")).status).toBe(404);
  });
});

describe("meters", () => {
  it("stand where they were put last, on the plan or nowhere", async () => {
    const metre = fc.double({ min: 0, max: 400, noNaN: true });
    await fc.assert(
      fc.asyncProperty(metre, metre, async (x, y) => {
        const before = (await admin.get("/site-plan")).body.places;
        const { status } = await admin.put("/meters/A-main/position", { x, y });
        const isOn = x <= plan.widthM && y <= plan.heightM;
        expect(status).toBe(isOn ? 200 : 422);
        const after = (await admin.get("/site-plan")).body.places;
        expect(after).toEqual(isOn ? [{ meterId: "A-main", x, y }] : before);
      }),
      { numRuns: 20 },
    );
  });

  it("leave the plan with themselves, which the audit log tells", async () => {
    await admin.post("/meters", {
      id: "A-x",
      name: "x",
      enterpriseId: "A",
      kind: "water",
      points: [{ quantity: "waterFlow" }],
    });
    await admin.put("/meters/A-x/position", { x: 12.5, y: 30 });
    await admin.delete("/meters/A-x");
    expect(
      (await admin.get("/site-plan")).body.places.map(({ meterId }: { meterId: string }) => meterId),
    ).not.toContain("A-x");
    const told = (await admin.get("/audit?action=meterPlace.delete&object=A-x")).body.items;
    expect(told).toMatchObject([{ enterpriseId: "A", detail: expect.stringContaining("12.5") }]);
  });
});

describe("an enterprise's person", () => {
  it("sees its own plots and meters and the park's roads, and no name of another", async () => {
    await admin.put("/meters/A-main/position", { x: 20, y: 30 });
    await admin.put("/meters/B-main/position", { x: 100, y: 30 });
    const { body, text } = await anna.get("/site-plan");
    expect(body.plan.shapes).toEqual(plan.shapes.slice(0, 2));
    expect(body.places).toEqual([{ meterId: "A-main", x: 20, y: 30 }]);
    expect(text).not.toMatch(/B-main|B 的地块|无主楼/);
  });

  it("changes neither the plan nor a place", async () => {
    expect((await anna.put("/site-plan", plan)).status).toBe(403);
    expect((await anna.put("/meters/A-main/position", { x: 1, y: 1 })).status).toBe(403);
    expect((await anna.delete("/meters/A-main/position")).status).toBe(403);
  });
});
