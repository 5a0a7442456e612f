import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { startInfluxd, type Influxd } from "../support/influxd.ts";
import { describeWith } from "../support/programs.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";

interface OpenPark {
  readonly url: string;
  readonly admin: ApiClient;
  readonly browser: TestBrowser;
  readonly signIn: (page: Page, user?: string, secret?: string) => Promise<void>;
}

const password = "correct-horse-battery";

/** The desks of who runs the platform, on a park that has the meter `plant-E0` (甲厂总表). */
export function deskPages(park: () => OpenPark): void {
  it("shows how the platform is, and leads from a reason to its samples", async () => {
    const { url, admin, browser, signIn } = park();
    await admin.post("/telemetry", { "plant-E0": { ts: Date.now(), values: { activePower: 1, strangeness: 2 } } });
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/overview`);
    await page.getByRole("navigation", { name: "主菜单" }).getByRole("link", { name: "系统健康" }).click();
    const card = (name: string) => page.getByRole("article", { name, exact: true });
    await card("读数库").getByText("正常", { exact: true }).first().waitFor();
    await card("接收报文").getByText("/秒").waitFor();
    await card("磁盘余量").getByText(/iB$/).first().waitFor();
    await page.getByRole("link", { name: "查看样本：物理量未登记" }).click();
    await page.waitForURL("**/ops/devices?tab=quarantine&reason=unknown_quantity");
    await page.getByText("strangeness").first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("hides the platform's health from who does not run it", async () => {
    const { url, admin, browser, signIn } = park();
    await admin.post("/users", { username: "boss", password, role: "parkManager" });
    const { page, context } = await browser.open();
    await signIn(page, "boss", password);
    await page.goto(`${url}/overview`);
    const menu = page.getByRole("navigation", { name: "主菜单" });
    await menu.getByRole("link", { name: "设备" }).waitFor();
    expect(await menu.getByRole("link", { name: "系统健康" }).count()).toBe(0);
    await page.goto(`${url}/ops/health`);
    await page.getByText("您没有查看此内容的权限").waitFor();
    await context.close();
  });

  describeWith("influxd", "while the reading store is down", (influxdPath) => {
    const directory = mkdtempSync(join(tmpdir(), "park-desk-"));
    let influxd: Influxd;
    let proxy: FaultProxy;
    let platform: SpawnedPlatform;
    let url: string;

    beforeAll(async () => {
      influxd = await startInfluxd(influxdPath);
      proxy = await FaultProxy.start(influxd.url);
      const influx = { INFLUX_URL: proxy.url, INFLUX_BUCKET: "park" };
      platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, PARK_ADMIN_PASSWORD: password, ...influx });
      url = `http://127.0.0.1:${(await platform.ready()).http}`;
    });
    afterAll(async () => {
      await platform?.stop();
      await proxy?.stop();
      await influxd?.stop();
      rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    });

    it("says so and what to do, says when it is back, and says when the platform itself is gone", async () => {
      const { page, context, complaints } = await park().browser.open();
      await page.request.post(`${url}/api/v1/session`, { data: { username: "admin", password } });
      await page.goto(`${url}/ops/health`);
      const verdict = page.getByRole("main").getByRole("status").filter({ hasText: "报文能被确认" });
      const store = page.getByRole("article", { name: "读数库", exact: true });
      await verdict.getByText("平台运行正常").waitFor();
      await proxy.set({ kind: "refuse" });
      await verdict.getByText(/项异常或需要注意/).waitFor();
      await store.getByText("没有回答", { exact: true }).waitFor();
      await store.getByText(/启动或修复读数库/).waitFor();
      await proxy.set(null);
      await verdict.getByText("平台运行正常").waitFor();
      await store.getByText("没有回答", { exact: true }).waitFor({ state: "detached" });
      expect(complaints).toEqual([]);
      await platform.stop();
      await page.getByRole("main").getByRole("alert").getByText("平台程序没有回答").waitFor();
      await context.close();
    });
  });

  it.each([
    ["zh", "light", 1440],
    ["en", "dark", 390],
    ["en", "light", 1920],
  ] as const)("is accessible on every desk, without a fault (%s, %s, %i px)", async (language, colorScheme, width) => {
    const { url, browser, signIn } = park();
    const { page, context, complaints } = await browser.open({
      colorScheme,
      reducedMotion: "reduce",
      viewport: { width, height: 900 },
    });
    await page.addInitScript(
      `localStorage.setItem("park.preferences", '${JSON.stringify({ language, theme: colorScheme })}')`,
    );
    await signIn(page);
    for (const path of ["/ops/health"]) {
      await page.goto(`${url}${path}`);
      await page.waitForFunction(
        () => document.querySelector("main h2") && !document.querySelector("main [role=status][aria-label]"),
      );
      await expectAccessible(page);
      const main = (await page.getByRole("main").textContent()) ?? "";
      expect(main, path).not.toMatch(/(health|quarantine)\.[a-z]/);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, path).toBe(0);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
}
