import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApiUnderTest, type ApiUnderTest } from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let folder: string;
let notice: string | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "park-web-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>园区</title>");
  await writeFile(join(folder, "assets", "app-1a2b.js"), "export {};");
  await writeFile(join(folder, ".secret"), "no");
  await symlink("/etc/hostname", join(folder, "assets", "out.js"));
  await symlink("/etc", join(folder, "assets", "etc"));
  await symlink("app-1a2b.js", join(folder, "assets", "in.js"));
  park = await startApiUnderTest({ webRoot: folder }, { notice: () => notice });
});
afterAll(async () => {
  await park.stop();
  await rm(folder, { recursive: true });
});

describe("starting", () => {
  it("says in one sentence that the port is taken", async () => {
    const port = Number(new URL(park.url).port);
    await expect(startApiUnderTest({ port })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining(`HTTP port ${port} on 127.0.0.1 is already in use`),
    });
  });

  it.each([
    ["headers", "GET /healthz HTTP/1.1\r\nHost: x\r\n"],
    [
      "body",
      "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    ],
  ])("cuts off who never ends the %s of a request", async (_part, beginning) => {
    const short = await startApiUnderTest({ requestTimeoutMs: 200 });
    const socket = connect(Number(new URL(short.url).port), "127.0.0.1", () => socket.write(beginning));
    const answer: Buffer[] = [];
    socket.on("data", (bytes: Buffer) => answer.push(bytes));
    await once(socket, "close");
    expect(Buffer.concat(answer).toString()).toMatch(/^HTTP\/1\.1 408 /);
    await short.stop();
  });

  it("works twice in one process, and one stops although a client stays connected", async () => {
    const second = await startApiUnderTest();
    expect((await second.stranger().get("//healthz")).body).toEqual({ status: "ok" });
    expect((await second.stranger().get("//")).text).toContain("the web app has not been built here");
    await second.stop();
    expect((await park.stranger().get("//healthz")).status).toBe(200);
  });
});

describe("readiness", () => {
  it("is refused with the reason while edge does not answer or cannot acknowledge", async () => {
    expect(await park.stranger().get("//readyz")).toMatchObject({
      status: 200,
      body: { status: "ready", notice: null },
    });
    park.edge.isUp = false;
    expect(await park.stranger().get("//readyz")).toMatchObject({ status: 503, body: { code: "edge_unavailable" } });
    park.edge.isUp = true;
    park.edge.problem = "The disk of the journal is full.";
    expect(await park.stranger().get("//readyz")).toMatchObject({
      status: 503,
      body: { code: "edge_unavailable", detail: "The disk of the journal is full." },
    });
    expect((await park.stranger().get("//healthz")).status).toBe(200);
    park.edge.problem = null;
  });

  it("lasts while readings are taken and only stored later, and says so", async () => {
    notice = "Readings wait in the journal.";
    expect(await park.stranger().get("//readyz")).toMatchObject({ status: 200, body: { notice } });
    notice = null;
  });
});

describe("the web app", () => {
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
    const links = ["//assets/out.js", "//assets/etc/hostname", "//assets/%65tc/hostname"];
    for (const path of [
      ...links,
      "//api/v1/nowhere",
      "//assets/gone.js",
      "//.secret",
      "//assets/..%2f..%2fpackage.json",
    ]) {
      const answer = await park.stranger().get(path, { Accept: "text/html" });
      expect(answer.status, path).toBe(404);
      expect(answer.body, path).toMatchObject({ code: "not_found" });
    }
    expect((await park.stranger().get("//assets/in.js")).text).toBe("export {};");
  });
});
