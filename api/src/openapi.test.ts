import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";
import { allRoutes } from "./routes/index.ts";

let park: ApiUnderTest;
let admin: Client;
let document: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- a document is looked into

beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  document = (await park.stranger().get("/openapi.json")).body;
});
afterAll(() => park.stop());

describe("the OpenAPI document", () => {
  it("describes every route that is served", () => {
    expect(document.openapi).toBe("3.1.0");
    for (const { method, path } of allRoutes) expect(document.paths[path]?.[method], `${method} ${path}`).toBeDefined();
    const described = Object.values(document.paths as Record<string, object>).flatMap((path) => Object.keys(path));
    expect(described).toHaveLength(allRoutes.length);
  });

  it("names who may call each route", () => {
    expect(document.paths["/session"].post).toMatchObject({ "x-right": "public", security: [] });
    expect(document.paths["/meters"].post["x-right"]).toBe("registry.write");
  });

  it("says which answers are also sheets, and gives them as files", async () => {
    const { parameters, responses } = document.paths["/quantities"].get;
    expect(parameters).toContainEqual(expect.objectContaining({ name: "format", in: "query" }));
    expect(Object.keys(responses["200"].content)).toHaveLength(3);
    const csv = await admin.get("/quantities?format=csv");
    expect(csv).toMatchObject({ status: 200, text: expect.stringContaining("activePower,有功功率,kW") });
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const xlsx = await admin.get("/quantities?format=xlsx");
    expect(xlsx.headers.get("content-type")).toContain("spreadsheetml");
    const name = encodeURIComponent("物理量.xlsx");
    expect(xlsx.headers.get("content-disposition")).toBe(
      `attachment; filename="download.xlsx"; filename*=UTF-8''${name}`,
    );
    expect((await admin.get("/quantities?format=pdf")).body.issues).toMatchObject([{ path: "format" }]);
    expect((await admin.get("/me?format=csv")).status).toBe(400);
  });

  it("is shown as a page without scripts", async () => {
    const page = await park.stranger().get("//docs");
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.text).toContain("/points/{id}/readings");
    expect(page.text).not.toContain("<script");
    expect((await park.stranger().get("//docs/style.css")).status).toBe(200);
  });
});

describe("requests that are not as declared", () => {
  it("are refused when they name an unknown field", async () => {
    const answer = await admin.post("/enterprises", { id: "C", name: "C", owner: "me" });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: "bad_request",
      issues: [{ path: "", message: expect.stringContaining("owner") }],
    });
    expect((await admin.get("/meters?colour=red")).status).toBe(400);
  });

  it("are refused with the place of the mistake", async () => {
    const meter = {
      id: "C",
      name: "C",
      enterpriseId: "A",
      kind: "water",
      points: [{ quantity: "waterFlow", unit: "kW" }],
    };
    const answer = await admin.post("/meters", meter);
    expect(answer.body.issues).toEqual([expect.objectContaining({ path: "points.0.unit" })]);
  });

  it("are refused when they are not JSON, too large or too long", async () => {
    expect((await admin.post("/enterprises", "{")).body).toMatchObject({ status: 400, code: "bad_request" });
    expect((await admin.post("/enterprises", { id: "C", name: "x".repeat(110_000) })).status).toBe(413);
    expect((await admin.get(`/meters?cursor=${"x".repeat(9000)}`)).status).toBe(414);
  });

  it("find no route and no stack", async () => {
    for (const path of ["/nowhere", "/meters/%E0%A4%A"]) {
      const answer = await admin.get(path);
      expect([400, 404]).toContain(answer.status);
      expect(answer.body).toMatchObject({ type: "about:blank", requestId: expect.any(String) });
      expect(answer.text).not.toContain("at ");
    }
  });

  it("are slowed down when one person sends too many", async () => {
    const busy = await startApiUnderTest({
      rateLimits: { perUserPerMinute: 3, perTokenPerMinute: 0, bulkPerMinute: 0 },
    });
    try {
      const client = await busy.signIn("admin");
      for (let i = 0; i < 3; i++) expect((await client.get("/me")).status).toBe(200);
      const refused = await client.get("/me");
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await client.post("/telemetry", {})).status).toBe(200);
    } finally {
      await busy.stop();
    }
  });
});

describe("every answer", () => {
  it("forbids foreign scripts, frames and guessing of types", async () => {
    const { headers } = await admin.get("/me");
    expect(headers.get("content-security-policy")).toContain("script-src 'self';");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});
