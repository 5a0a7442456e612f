// nightly: 2 min
import type { AlertBody, WallBody } from "@smart-park/core/wire";
import type { BrowserContextOptions, CDPSession, Page } from "playwright-core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { expectAccessible, startBrowser, type TestBrowser } from "../support/browser.ts";
import { describeWith } from "../support/programs.ts";
import { sized } from "../support/size.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";

const mebibyte = 2 ** 20;
const revokedWithinMs = 10_000;

const password = "correct-horse-battery";

/** Screens and the page that lets them in, on a park of their own: what they show are sums of all of it. */
describeWith("chromium", "screens of the park in a browser", (chromium) => {
  const directory = mkdtempSync(join(tmpdir(), "park-walls-"));
  let platform: SpawnedPlatform;
  let browser: TestBrowser;
  let url: string;
  let admin: ApiClient;

  beforeAll(async () => {
    platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, PARK_DEMO: "0", PARK_ADMIN_PASSWORD: password });
    url = `http://127.0.0.1:${(await platform.ready()).http}`;
    admin = await new ApiClient(url).signIn("admin", password);
    await admin.post("/enterprises", { id: "plant", name: "甲厂" });
    const points = [{ quantity: "activePower" }, { quantity: "activeEnergyImport" }];
    const meter = { id: "plant-E0", name: "总表", enterpriseId: "plant", kind: "electricity", points };
    await admin.post("/meters", meter);
    browser = await startBrowser(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  /** A window in which the administrator is signed in. */
  async function open(options?: BrowserContextOptions): ReturnType<TestBrowser["open"]> {
    const opened = await browser.open(options);
    const answer = await opened.page.request.post(`${url}/api/v1/session`, { data: { username: "admin", password } });
    expect(answer.ok()).toBe(true);
    return opened;
  }
  const park = () => ({ url, admin, browser, open });
  const send = (kw: number): Promise<unknown> =>
    park().admin.post("/telemetry", { "plant-E0": { values: { activePower: kw } } });
  /** As the page of a park administrator would make it. */
  const letIn = async (id: string, more: object = {}): Promise<string> => {
    const { path } = await park().admin.post<{ path: string }>("/walls", { id, name: "能碳监测中心", ...more });
    return `${park().url}${path}`;
  };
  const figure = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

  it("lets a screen in, sees it shown, and revokes it: it says so within ten seconds", async () => {
    const { url, browser, open } = park();
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/walls`);
    await page.getByText("还没有大屏").waitFor();
    await page.getByRole("button", { name: "登记大屏" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "名称" }).fill("能碳监测中心");
    await form.getByLabel("地址").fill("hall");
    await form.getByLabel(/只允许从这些网段打开/).fill("10.0.0.0/40");
    await form.getByRole("button", { name: "登记并生成链接" }).click();
    await form.getByRole("alert").getByText("▲ 填写的内容不符合要求，请检查格式和范围").waitFor();
    await form.getByText("服务器说明 (英文)").click();
    await form
      .getByRole("alert")
      .getByText(/networks/)
      .waitFor();
    await form.getByLabel(/只允许从这些网段打开/).fill("127.0.0.0/8，::1");
    await form.getByRole("button", { name: "登记并生成链接" }).click();
    const link = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
    expect(link).toMatch(new RegExp(`^${url}/wall/hall#k=[\\w-]{43}$`));
    await expectAccessible(page);
    await page.getByRole("button", { name: "已保存链接" }).click();
    const row = page.getByRole("row").filter({ hasText: "能碳监测中心" });
    await row.getByText("等待打开").waitFor();
    expect(await page.content()).not.toContain(link.split("#k=")[1]);

    const hall = await browser.open({ viewport: { width: 1920, height: 1080 } });
    await send(642);
    await hall.page.goto(link);
    await figure(hall.page, "用电功率").getByText("642.0", { exact: true }).waitFor();
    expect(hall.page.url()).toBe(`${url}/wall/hall`);
    await send(655.5);
    await figure(hall.page, "用电功率").getByText("655.5", { exact: true }).waitFor();
    await expectAccessible(hall.page);
    expect(await hall.page.getByRole("region", { name: "园区平面图" }).count()).toBe(0);
    const plan = { widthM: 160, heightM: 100, shapes: [] };
    expect((await admin.request("PUT", "/site-plan", plan)).status).toBe(200);
    expect((await admin.request("PUT", "/meters/plant-E0/position", { x: 30, y: 20 })).status).toBe(200);
    await hall.page.reload();
    await hall.page.getByRole("region", { name: "园区平面图" }).getByText("在线 1").waitFor();
    await figure(hall.page, "用电功率").getByText("655.5", { exact: true }).waitFor();

    const thief = await browser.open();
    await thief.page.goto(link);
    await thief.page.getByRole("heading", { name: "链接无效或已使用" }).waitFor();
    await expectAccessible(thief.page);
    expect(await thief.page.getByRole("textbox").count()).toBe(0);

    await page.reload();
    await row.getByText("已授权").waitFor();
    await row.getByText("在线", { exact: true }).waitFor();
    await row.getByText(/当前版本/).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "撤销授权：能碳监测中心" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "撤销授权", exact: true }).click();
    const revokedAt = performance.now();
    await hall.page.getByRole("heading", { name: "授权已撤销" }).waitFor();
    expect(performance.now() - revokedAt).toBeLessThan(revokedWithinMs);
    expect(await hall.page.getByText("655.5").count()).toBe(0);
    await row.getByText("已撤销").waitFor();

    await page.getByRole("button", { name: "新链接：能碳监测中心" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "新链接", exact: true }).click();
    const again = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
    await hall.page.goto(again);
    await figure(hall.page, "用电功率").getByText("655.5", { exact: true }).waitFor();
    // What the server refused of the first form is its answer, not a fault.
    expect(complaints.filter((text) => !text.includes("400"))).toEqual([]);
    expect([...hall.complaints, ...thief.complaints]).toEqual([]);
    for (const one of [context, hall.context, thief.context]) await one.close();
  });

  it("shows its scenes one after the other, on a laptop, upright and on 4K", async () => {
    const link = await letIn("rotating", { scenes: ["overview", "energy", "health"], sceneS: 5 });
    const { page, context, complaints } = await park().browser.open({ viewport: { width: 1366, height: 768 } });
    await page.goto(link);
    for (const name of ["总览", "能源", "数据健康", "总览"]) await page.getByRole("main", { name }).waitFor();
    await page.keyboard.press("Space");
    await page.getByText("已暂停轮播").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("main", { name: "能源" }).waitFor();
    for (const [width, height] of [
      [1080, 1920],
      [3840, 2160],
      [2560, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      // All of the stage is on the screen, whatever its shape.
      await page.waitForFunction(() => {
        const box = document.querySelector("[data-shape]")?.getBoundingClientRect();
        const isInside = (low: number, high: number, end: number): boolean => low >= -0.5 && high <= end + 0.5;
        return box && isInside(box.left, box.right, innerWidth) && isInside(box.top, box.bottom, innerHeight);
      });
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("interrupts itself for what is urgent until somebody takes it", async () => {
    const { admin, browser } = park();
    const { page, context, complaints } = await browser.open();
    await page.goto(await letIn("urgent", { showPeople: true }));
    await figure(page, "告警").waitFor();
    await admin.post("/alert-rules", {
      ...{ kind: "limit", name: "主变过载", points: ["plant-E0.activePower"], above: 900, severity: "P1" },
    });
    await send(950);
    const strip = page.getByRole("alert").filter({ hasText: "主变过载" });
    await strip.waitFor();
    await expectAccessible(page);
    const { items } = await admin.get<{ items: AlertBody[] }>("/alerts?state=active");
    const alert = items.find(({ ruleName }) => ruleName === "主变过载");
    await admin.post(`/alerts/${encodeURIComponent(alert?.id ?? "")}/acknowledge`, { note: "已派人" });
    await strip.waitFor({ state: "detached" });
    await figure(page, "告警").getByText("admin 已确认").waitFor();
    expect(await page.getByText("已派人").count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("says across the screen when what it shows is old, and goes on by itself", async () => {
    const { page, context, complaints } = await park().browser.open();
    await page.goto(await letIn("cut"));
    await page.getByText(/^● 实时/).waitFor();
    await context.setOffline(true);
    // The browser tells the page of the cut only when it tries; the platform would be noticed at once.
    await page.getByText(/连接已断开，实时数据停在/).waitFor({ timeout: 90_000 });
    await context.setOffline(false);
    await page.getByText(/连接已断开，实时数据停在/).waitFor({ state: "detached" });
    await send(701);
    await figure(page, "用电功率").getByText("701.0", { exact: true }).waitFor();
    expect(complaints.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);
    await context.close();
  });

  it("does not grow: many minutes of seconds, scenes and questions leave the heap as it was", async () => {
    const { admin, browser } = park();
    const link = await letIn("patient", { sceneS: 5 });
    const { page, context, complaints } = await browser.open({ viewport: { width: 1920, height: 1080 } });
    await page.clock.install();
    await page.goto(link);
    await figure(page, "用电功率").or(page.getByRole("main")).first().waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    await pass(page, sized(5, 10));
    const before = await measure(session);
    const minutes = sized(15, 60);
    await pass(page, minutes);
    const after = await measure(session);
    process.stdout.write(`measured: heap ${mib(before.heap)} MiB, ${minutes} min later ${mib(after.heap)} MiB\n`);
    expect(after.heap - before.heap).toBeLessThan(2.5 * mebibyte);
    expect(after.listeners).toBeLessThan(before.listeners + 20);
    const seen = async (): Promise<WallBody> => admin.get<WallBody>("/walls/patient");
    await vi.waitFor(async () => expect((await seen()).lastSeenAt).not.toBeNull());
    expect(complaints).toEqual([]);
    await context.close();
  });
});

const mib = (bytes: number): string => (bytes / mebibyte).toFixed(2);

/** Lets the page live through minutes in steps of ten seconds; what it asks of the server is answered in between. */
async function pass(page: Page, minutes: number): Promise<void> {
  for (let step = 0; step < minutes * 6; step += 1) await page.clock.runFor(10_000);
}

async function measure(session: CDPSession): Promise<{ heap: number; listeners: number }> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const { metrics } = await session.send("Performance.getMetrics");
  return { heap: usedSize, listeners: metrics.find(({ name }) => name === "JSEventListeners")?.value ?? 0 };
}
