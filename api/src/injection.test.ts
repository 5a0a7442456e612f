import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  anElectricityMeter,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "park-inject-"));
  await mkdir(join(folder, "web", "assets"), { recursive: true });
  await writeFile(join(folder, "web", "index.html"), "<!doctype html><title>园区</title>");
  for (const name of [".env", "registry.db", join("web", ".env")])
    await writeFile(join(folder, name), "the-secret-file");
  const rateLimits = { perUserPerMinute: 0, perTokenPerMinute: 0, bulkPerMinute: 0 };
  park = await startApiUnderTest({ rateLimits, webRoot: join(folder, "web") });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
});
afterAll(async () => {
  await park.stop();
  await rm(folder, { recursive: true });
});

/** Text that somebody takes for code: a page, a spreadsheet, SQL, Flux, line protocol, a shell, a template. */
const words = [
  ...["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", `"><svg onload=alert(1)>`, "javascript:alert(1)"],
  ...["'; drop table enterprise; --", "' or '1'='1", `" or ""="`, "1); delete from audit; --", "%' or name like '%"],
  ...[`") |> drop(columns: ["_value"])`, `from(bucket: "park")`, "park,meter=x value=1 1", "a b=1\\ c", "${7*7}"],
  ...["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)", "＝1+1", "'=1+1", "{{7*7}}", "$(id)", "`id`", "; rm -rf /"],
  ...["../../etc/passwd", "%00", "%s%s%n", "\u202Egnp.exe", "a\u2028b", "__proto__", "constructor", "null", "NaN"],
];

describe("a name that somebody could take for code", () => {
  it.each(words)("%j is kept and given back as it is, and harms nothing", async (name) => {
    const id = `x${words.indexOf(name)}`;
    const trimmed = name.trim();
    const make = [
      ["/enterprises", { id, name, nameEn: name, chain: name }],
      ["/meters", { ...anElectricityMeter(id, "A"), name, nameEn: name, workshop: name, dataSource: name }],
      ["/alert-rules", { id, name, kind: "limit", points: [`${id}.activePower`], above: 1 }],
      ["/tokens", { name, scopes: ["read"] }],
      ["/channels", { id, name, config: { kind: "mqtt", meterId: id } }],
    ] as const;
    for (const [path, body] of make) expect([path, (await admin.post(path, body)).status]).toEqual([path, 201]);
    for (const path of ["/enterprises", "/meters", "/alert-rules", "/channels"]) {
      const { items } = (await admin.get(path)).body;
      expect(items.find((one: { id: string }) => one.id === id).name).toBe(trimmed);
    }
    const { headers } = await admin.get(`/enterprises/${id}`);
    expect(headers.get("content-type")).toContain("application/json");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect((await admin.get("/enterprises/B")).body).toMatchObject({ name: "企业 B" });
    expect((await admin.get("/audit/verify")).body.brokenAt).toBeNull();
  });

  it.each(["a\nb", "a\r\nSet-Cookie: x=1", "a\u0000b", "a\u001b[2Jb", "\u0085", "x".repeat(121), "", " "])(
    "%j is refused",
    async (name) => {
      expect((await admin.post("/enterprises", { id: "refused", name })).status).toBe(400);
    },
  );

  it.each(words)("%j in a sheet is text", async (name) => {
    const input = { enterpriseId: "A", item: "output", period: "2024", value: 1, unit: "万元", source: name };
    expect((await admin.post("/activity-inputs", { inputs: [input] })).status).toBe(200);
    const { text } = await admin.get("/activity-inputs?format=csv");
    const cells = text.split("\r\n").flatMap((line) => line.split(","));
    expect(cells.filter((cell) => /^"?[=+\-@\t＝＋－＠]/.test(cell))).toEqual([]);
    expect(text).toContain(name.trim().replaceAll('"', '""'));
  });
});

const steps = ["..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%00", "..;", "....", "%c0%ae%c0%ae", "..%5c"];
const slashes = ["/", "%2f", "%5c", "//", "/./", "\\"];
const targets = ["registry.db", ".env", "etc/passwd", "secret.key"];
const paths = steps.flatMap((step) =>
  slashes.flatMap((slash) => targets.map((target) => [step, slash, target] as const)),
);

/** Sends the path as it is; a client library would tidy it up. */
function ask(path: string): Promise<string> {
  const { port, host } = new URL(park.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    let text = "";
    socket.setEncoding("utf8").on("data", (part: string) => (text += part));
    socket.on("end", () => resolve(text)).on("error", reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);
  });
}

describe("a path that leads out of the folder of pages", () => {
  it("is one of more than 200", () => expect(paths.length).toBeGreaterThanOrEqual(200));

  it.each(["/", "/assets/", "/api/v1/"])("shows no file from below %s", async (start) => {
    for (const [step, slash, target] of paths) {
      const answer = await ask(`${start}${[step, step, target].join(slash)}`);
      expect(answer.slice(0, 9)).toBe("HTTP/1.1 ");
      expect(answer).not.toMatch(/the-secret-file|root:|^HTTP\/1\.1 5/);
    }
    for (const hidden of [".env", "%2eenv", ".git/config", "assets/../.env"])
      expect(await ask(`${start}${hidden}`)).not.toContain("the-secret-file");
  });
});

describe("a header that should not count", () => {
  it.each([
    ["X-Forwarded-For", "10.0.0.1"],
    ["Forwarded", "for=10.0.0.1"],
    ["X-Real-IP", "10.0.0.1"],
    ["X-Forwarded-User", "admin"],
    ["X-Park-Enterprise", "B"],
    ["X-Tenant-Id", "B"],
    ["X-HTTP-Method-Override", "DELETE"],
  ])("%s names neither an address nor a person nor an enterprise", async (name, value) => {
    park.addUser(`u-${name.toLowerCase()}`, "enterpriseViewer", ["A"]);
    const user = park.signedIn(`u-${name.toLowerCase()}`);
    const { body } = await user.get("/enterprises", { [name]: value });
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(["A"]);
    expect((await park.stranger().get("/me", { [name]: value })).status).toBe(401);
    await park.stranger().post("/session", { username: "guess", password: "not the password" }, { [name]: value });
    const [entry] = (await admin.get("/audit?actor=guess&limit=1")).body.items;
    expect(entry.address).toMatch(/127\.0\.0\.1$/);
  });
});

describe("text that makes a pattern stall", () => {
  it.each(["a".repeat(90_000), "(".repeat(50_000), " ".repeat(90_000), "1-".repeat(40_000), "=".repeat(90_000)])(
    "is answered at once, whatever field it stands in",
    async (text) => {
      const startedAt = performance.now();
      for (const [path, body] of [
        ["/enterprises", { id: text, name: text }],
        [
          "/activity-inputs",
          { inputs: [{ enterpriseId: "A", item: text, period: text, value: 1, unit: "x", source: text }] },
        ],
        ["/alert-rules", { kind: "limit", name: "x", points: [text], above: 1 }],
        ["/channels", { id: text, name: "x", config: { kind: "webhook", url: text, signingKey: "12345678" } }],
        ["/subscriptions", { channelId: "x", address: text }],
      ] as const)
        expect([400, 413]).toContain((await admin.post(path, body)).status);
      // Generous, because machines are slow; a pattern that stalls takes minutes.
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    },
  );
});
