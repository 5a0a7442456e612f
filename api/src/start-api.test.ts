import { once } from "node:events";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApiUnderTest, type ApiUnderTest } from "../../tests/support/api-under-test.ts";

describe("starting", () => {
  it("says in one sentence that the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expect(startApiUnderTest({ port })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining(`HTTP port ${port} on 127.0.0.1 is already in use`),
    });
    other.close();
  });

  it("works twice in one process, and stops although a client stays connected", async () => {
    const first = await startApiUnderTest();
    const second = await startApiUnderTest();
    expect((await first.stranger().get("//healthz")).body).toEqual({ status: "ok" });
    await first.stop();
    expect((await second.stranger().get("//healthz")).status).toBe(200);
    await second.stop();
  });
});

describe("readiness", () => {
  it("is refused with the reason while edge does not answer or the platform says so", async () => {
    let reason: string | null = null;
    const park = await startApiUnderTest({}, { status: () => reason });
    try {
      expect((await park.stranger().get("//readyz")).status).toBe(200);
      park.edge.isUp = false;
      expect(await park.stranger().get("//readyz")).toMatchObject({ status: 503, body: { code: "edge_unavailable" } });
      park.edge.isUp = true;
      reason = "the disk is full";
      expect((await park.stranger().get("//readyz")).body.detail).toBe("the disk is full");
      expect((await park.stranger().get("//healthz")).status).toBe(200);
    } finally {
      await park.stop();
    }
  });
});

describe("the web app", () => {
  let park: ApiUnderTest;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "park-web-"));
    await mkdir(join(folder, "assets"));
    await writeFile(join(folder, "index.html"), "<!doctype html><title>园区</title>");
    await writeFile(join(folder, "assets", "app-1a2b.js"), "export {};");
    await writeFile(join(folder, ".secret"), "no");
    park = await startApiUnderTest({ webRoot: folder });
  });
  afterAll(async () => {
    await park.stop();
    await rm(folder, { recursive: true });
  });

  it("is served for every page a browser goes to, always fresh", async () => {
    for (const path of ["//", "//meters/A-main"]) {
      const answer = await park.stranger().get(path, { Accept: "text/html" });
      expect(answer.text).toContain("园区");
      expect(answer.headers.get("cache-control")).toBe("no-cache");
    }
  });

  it("keeps its hashed files for ever", async () => {
    const answer = await park.stranger().get("//assets/app-1a2b.js");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  it("never answers for the API, for files that are not there or that are hidden", async () => {
    for (const path of ["//api/v1/nowhere", "//assets/gone.js", "//.secret", "//assets/..%2f..%2fpackage.json"]) {
      const answer = await park.stranger().get(path, { Accept: "text/html" });
      expect(answer.status, path).toBe(404);
      expect(answer.body, path).toMatchObject({ code: "not_found" });
    }
  });
});
