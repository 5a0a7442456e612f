// nightly: 4 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OverviewBody } from "@smart-park/core/wire";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { expectAccessible, startBrowser, type TestBrowser } from "../support/browser.ts";
import { describeWith } from "../support/programs.ts";
import { firstByDay } from "../support/size.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";
import { connectDevice } from "../support/test-platform.ts";

const password = "correct-horse-battery";

describeWith("chromium", "the demo park in a browser", (chromium) => {
  const directory = mkdtempSync(join(tmpdir(), "park-demo-"));
  let platform: SpawnedPlatform;
  let browser: TestBrowser;
  let url: string;
  let mqttUrl: string;
  let admin: ApiClient;

  beforeAll(async () => {
    platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, PARK_DEMO: "1", PARK_ADMIN_PASSWORD: password });
    const run = await platform.ready();
    url = `http://127.0.0.1:${run.http}`;
    mqttUrl = `mqtt://127.0.0.1:${run.mqtt}`;
    admin = await new ApiClient(url).signIn("admin", password);
    // The demo's meters are registered and report.
    await vi.waitFor(
      async () => {
        const { meters, watch } = await admin.get<OverviewBody>("/overview");
        expect(meters.live).toBeGreaterThan(150);
        expect(watch.length).toBeGreaterThanOrEqual(3);
      },
      { timeout: 150_000, interval: 1000 },
    );
    browser = await startBrowser(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  async function signIn(page: Page, user = "admin", secret = password): Promise<void> {
    await page.goto(`${url}/login`);
    await page.locator("input[autocomplete=username]").fill(user);
    await page.locator("input[type=password]").fill(secret);
    await page.keyboard.press("Enter");
    await page.waitForURL((address) => !address.pathname.startsWith("/login"));
  }

  it("opens on an overview whose total power moves by itself", async () => {
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.waitForURL("**/overview");
    const tile = page.getByRole("main").getByText("总有功功率").locator("..");
    await expect.poll(() => tile.textContent(), { timeout: 15_000 }).toMatch(/\d.*MW/);
    const before = await tile.textContent();
    await expect.poll(() => tile.textContent(), { timeout: 60_000 }).not.toBe(before);
    await expect.poll(() => page.getByText("演示数据").count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("moves live values in the grid within seconds", async () => {
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/live?q=bridge-a-E0`);
    const row = page.getByRole("row").filter({ hasText: "bridge-a-E0" });
    await row.waitFor();
    const before = await row.textContent();
    await expect.poll(() => row.textContent(), { timeout: 30_000 }).not.toBe(before);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("leads from each story's card to a raw message in three clicks", async () => {
    const { page, context } = await browser.open();
    await signIn(page);
    const { watch } = await admin.get<OverviewBody>("/overview");
    for (const id of ["demo-outlet", "demo-leak", "demo-demand"]) {
      const card = watch.find((candidate) => candidate.id === id);
      await page.goto(`${url}/overview`);
      await page.getByRole("link", { name: card?.title ?? id }).click();
      await page.getByRole("link", { name: "报文" }).click();
      const message = page.locator("main details summary, main [role=row] button, main tbody tr").first();
      await message.click();
      const meter = card?.point.split(".")[0] ?? "";
      await expect.poll(() => page.getByRole("main").textContent(), { timeout: 10_000 }).toContain("values");
      expect(page.url()).toContain(meter);
    }
    await context.close();
  });

  it("shows an alert raised by a published reading at once, and keeps its acknowledgement", async () => {
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await admin.post("/enterprises", { id: "test-works", name: "测试厂" });
    const points = [{ quantity: "activePower" }];
    await admin.post("/meters", {
      id: "T1",
      name: "测试进线",
      enterpriseId: "test-works",
      kind: "electricity",
      points,
    });
    const device = await admin.post<{ username: string; password: string }>("/devices", {
      id: "gw-test",
      enterpriseId: "test-works",
      meterIds: ["T1"],
    });
    const rule = { kind: "limit", name: "测试功率过高", points: ["T1.activePower"], above: 900, severity: "P1" };
    await admin.post("/alert-rules", rule);
    await page.goto(`${url}/alerts`);
    await page.getByRole("heading", { name: "告警", level: 1 }).waitFor();

    const client = await connectDevice(mqttUrl, device);
    const reading = { ts: Date.now(), values: { activePower: 950 } };
    await client.publishAsync("park/test-works/T1/telemetry", JSON.stringify(reading), { qos: 1 });
    await client.endAsync();

    const row = page.getByRole("listitem").filter({ hasText: "测试功率过高" }).first();
    await row.waitFor({ timeout: 10_000 });
    await row.getByRole("button", { name: "确认" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("已派人检查");
    await dialog.getByRole("button", { name: "确认" }).click();
    await vi.waitFor(async () => {
      const { items } = await admin.get<{ items: { ruleName: string; acknowledged: unknown }[] }>(
        "/alerts?state=active",
      );
      const alert = items.find((item) => item.ruleName === "测试功率过高");
      expect(alert?.acknowledged).toMatchObject({ by: "admin", note: "已派人检查" });
    }, 10_000);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("shows an enterprise's user its own meters and nobody else's", async () => {
    const secret = "own-data-only-please";
    const user = { username: "bridge-clerk", password: secret, role: "enterpriseViewer", enterpriseId: "bridge-a" };
    await admin.post("/users", user);
    const { page, context, complaints } = await browser.open();
    const answers: string[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/api/v1/"))
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
    await signIn(page, "bridge-clerk", secret);
    await page.waitForURL("**/my");
    await page.getByText("桥梁机械甲厂").first().waitFor();
    await expect.poll(() => answers.join("").includes("bridge-a-E0"), { timeout: 15_000 }).toBe(true);
    expect(answers.join("")).not.toMatch(/cement-a|水泥甲厂/);
    expect(await page.getByRole("main").textContent()).not.toMatch(/水泥/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  const looks = firstByDay([
    ["zh-CN", "light"],
    ["en-GB", "dark"],
    ["zh-CN", "dark"],
    ["en-GB", "light"],
  ] as const);
  it.each(looks)("is accessible on every page (%s, %s)", async (locale, colorScheme) => {
    const { page, context, complaints } = await browser.open({ locale, colorScheme, reducedMotion: "reduce" });
    await page.goto(`${url}/login`);
    await page.locator("input[type=password]").waitFor();
    await expectAccessible(page);
    await signIn(page);
    for (const path of [
      "/overview",
      "/live",
      "/alerts",
      "/meters/bridge-a-E0",
      "/meters/bridge-a-E0?tab=trend",
      "/meters/bridge-a-E0?tab=usage",
      "/settings",
    ]) {
      await page.goto(`${url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle").catch(() => undefined); // the live socket may keep it busy
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});
