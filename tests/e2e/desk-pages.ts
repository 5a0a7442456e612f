import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReadingsBody } from "@smart-park/core/wire";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { startInfluxd, type Influxd } from "../support/influxd.ts";
import { describeWith } from "../support/programs.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";
import { firstByDay } from "../support/size.ts";

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
      const admin = await new ApiClient(url).signIn("admin", password);
      await admin.post("/enterprises", { id: "plant", name: "甲厂" });
      const points = [{ quantity: "activePower" }, { quantity: "activeEnergyImport" }];
      await admin.post("/meters", { id: "plant-E0", name: "总表", enterpriseId: "plant", kind: "electricity", points });
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
      // Elsewhere each panel says it for itself; what does not need readings goes on.
      const other = await context.newPage();
      await other.goto(`${url}/overview`);
      const failed = other.getByRole("main").getByRole("alert").filter({ hasText: "读数存储暂时没有应答" });
      await failed.getByRole("button", { name: "重试" }).first().waitFor();
      await other.getByText("没有待处理的告警").waitFor();
      await other.getByRole("navigation", { name: "主菜单" }).getByRole("link", { name: "规则" }).click();
      await other.getByRole("heading", { level: 1, name: "规则" }).waitFor();
      await other.close();
      await proxy.set(null);
      await verdict.getByText("平台运行正常").waitFor();
      await store.getByText("没有回答", { exact: true }).waitFor({ state: "detached" });
      expect(complaints).toEqual([]);
      await platform.stop();
      await page.getByRole("main").getByRole("alert").getByText("平台程序没有回答").waitFor();
      await context.close();
    });
  });

  it("shows a reset, records the exchange behind it, and the use becomes right", async () => {
    const { url, admin, browser, signIn } = park();
    const { day, last } = await exchangeMeter(admin);
    const used = async (): Promise<number | null | undefined> => {
      const span = new URLSearchParams({ step: "1d", from: String(day), to: String(day + 96 * quarterMs) });
      const { rows } = await admin.get<ReadingsBody>(`/points/desk-E1.activeEnergyImport/readings?${span.toString()}`);
      return rows[0]?.value;
    };
    expect(await used()).toBe(954);
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/overview`);
    await page.getByRole("navigation", { name: "主菜单" }).getByRole("link", { name: "数据质量" }).click();
    await page.getByLabel("对象").selectOption("plant");
    await page.getByLabel("类型").selectOption("reset");
    await page.waitForURL(/kind=reset/);
    const row = page.getByRole("row").filter({ hasText: "换过的表" });
    await row.getByText("从零计入").waitFor();
    const sheet = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
    const text = await (await page.request.get(`${url}${sheet ?? ""}`)).text();
    expect(text).toContain("desk-E1.activeEnergyImport");
    expect(text).not.toContain("缺数");

    await row.getByRole("button", { name: "归零 换过的表" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("954.0 kWh").waitFor();
    await drawer.getByLabel("时间").fill("2020-01-01");
    await drawer.getByRole("button", { name: "登记", exact: true }).click();
    await drawer.getByText("请填这段时间之内的时间").waitFor();
    await page.reload();
    await drawer.getByLabel("旧表止码 (kWh)").fill(String(last + 6));
    await drawer.getByRole("button", { name: "登记", exact: true }).click();
    const use = drawer.locator("dl");
    await use.getByText("960.0 kWh").waitFor();
    expect(await use.textContent()).toMatch(/954\.0\skWh → 960\.0\skWh/);
    expect(await used()).toBe(960);
    await expectAccessible(page);

    await drawer.getByRole("button", { name: /^撤销登记：/ }).click();
    await use.getByText("960.0 kWh").waitFor({ state: "detached" });
    expect(await used()).toBe(954);
    await drawer.getByRole("button", { name: "关闭" }).click();
    await page.getByText("已撤销登记").waitFor();
    await page.getByRole("button", { name: "撤销", exact: true }).last().click();
    await page.getByText("没有归零").waitFor();
    expect(await used()).toBe(960);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("shows what was corrected, from what to what and by whom", async () => {
    const { url, admin, browser, signIn } = park();
    const { day } = await exchangeMeter(admin);
    const corrected = { ts: day + 4 * quarterMs, values: { activeEnergyImport: 1001.5 } };
    await admin.post("/import/readings", { meterId: "desk-E1", readings: [corrected] });
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/ops/quality?ent=other`);
    await page.getByRole("link", { name: "更正" }).click();
    await page.getByText("这段时间的读数没有被更正过").waitFor();
    await page.getByLabel("对象").selectOption("plant");
    const row = page.getByRole("row").filter({ hasText: "换过的表" }).first();
    await row.getByText("1,001.5 kWh").waitFor();
    expect(await row.textContent()).toContain("admin");
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(
    firstByDay([
      ["en", "dark", 390],
      ["zh", "light", 1440],
      ["en", "light", 1920],
    ] as const),
  )("is accessible on every desk, without a fault (%s, %s, %i px)", async (language, colorScheme, width) => {
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
    for (const path of ["/ops/health", "/ops/quality?from=now-30d&to=now", "/ops/quality?view=corrections"]) {
      await page.goto(`${url}${path}`);
      await page.waitForFunction(
        () => document.querySelector("main h2") && !document.querySelector("main [role=status][aria-label]"),
      );
      await expectAccessible(page);
      const main = (await page.getByRole("main").textContent()) ?? "";
      expect(main, path).not.toMatch(/(health|quarantine|dataQuality)\.[a-z]/);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, path).toBe(0);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
}

const quarterMs = 15 * 60_000;
const zoneMs = 8 * 3_600_000;

/**
 * A meter that counts 10 kWh a quarter hour and was exchanged yesterday noon: the old register went on for 6 kWh after its
 * last reading. Gives the start of that day and the last reading of the old register.
 */
async function exchangeMeter(admin: ApiClient): Promise<{ readonly day: number; readonly last: number }> {
  const dayMs = 96 * quarterMs;
  const day = Math.floor((Date.now() + zoneMs) / dayMs) * dayMs - zoneMs - dayMs;
  const points = [{ quantity: "activeEnergyImport" }];
  const meter = { id: "desk-E1", name: "换过的表", enterpriseId: "plant", kind: "electricity", parentId: "plant-E0" };
  const answer = await admin.request("POST", "/meters", { ...meter, intervalS: 900, points });
  expect([201, 409]).toContain(answer.status);
  const registerAt = (n: number): number => (n <= 48 ? 961 + 10 * n : 10 * (n - 49) + 4);
  const readings = Array.from({ length: 97 }, (_, n) => ({
    ts: day + n * quarterMs,
    values: { activeEnergyImport: registerAt(n) },
  }));
  if (answer.status === 201) await admin.post("/import/readings", { meterId: "desk-E1", readings });
  return { day, last: registerAt(48) };
}
