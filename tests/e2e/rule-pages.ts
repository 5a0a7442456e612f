import type { AlertBody, AlertRuleBody, BacktestBody } from "@smart-park/core/wire";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";
import { firstByDay } from "../support/size.ts";

export interface OpenPark {
  readonly url: string;
  readonly admin: ApiClient;
  readonly browser: TestBrowser;
  readonly signIn: (page: Page, user?: string, secret?: string) => Promise<void>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** A picture of one pixel. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Rules, maintenance and alerts in a browser, on a park that has the meter `plant-E0` (甲厂总表) with active power. */
export function rulePages(park: () => OpenPark): void {
  it("writes a rule, tries it on history, switches it on, and closes its alert with a photo", async () => {
    const { url, admin, browser, signIn } = park();
    await load(admin);
    const { page, context, complaints } = await browser.open();
    await signIn(page);

    await page.goto(`${url}/ops/rules`);
    await page.getByRole("link", { name: "新建规则" }).click();
    await page.getByRole("link", { name: /有功功率过高/ }).click();
    await page.getByLabel("名称").fill("总表功率过高");
    await page.getByRole("button", { name: "指定测点" }).click();
    await page.getByRole("button", { name: "选择测点…" }).click();
    const picker = page.getByRole("dialog");
    await picker.getByRole("searchbox").fill("甲厂总表 有功功率");
    await picker.getByRole("checkbox", { name: "甲厂总表 · 有功功率 kW 甲厂" }).check();
    await picker.getByRole("button", { name: "选定" }).click();
    await page.getByLabel("高于", { exact: true }).fill("1,900");
    for (const label of ["持续多久才触发", "恢复多久才解除"]) await page.getByLabel(label, { exact: true }).fill("0");
    await page.getByText("甲厂总表 · 有功功率高于 1,900 kW").waitFor();

    await page.getByRole("button", { name: "7 天" }).click();
    await page.getByRole("button", { name: "回测", exact: true }).click();
    await page.getByRole("img", { name: "8 天里触发 3 次，按日" }).waitFor();
    await page.getByRole("button", { name: "保存" }).click();
    await page.waitForURL(/\/ops\/rules\/rule-/);
    const { items: rules } = await admin.get<{ items: AlertRuleBody[] }>("/alert-rules?limit=500");
    const rule = rules.find(({ name }) => name === "总表功率过高");
    expect(rule).toMatchObject({ enabled: false, template: "electricity-power-high", points: [point], above: 1900 });
    const {
      enabled: _,
      template: _template,
      default: _default,
      version: _version,
      covers: _covers,
      ...own
    } = rule ?? ({} as AlertRuleBody);
    const range = { from: Date.now() - 7 * 24 * hourMs, to: Date.now() };
    expect(await admin.post<BacktestBody>("/alert-rules/backtest", { rule: own, ...range })).toMatchObject({
      alarms: 3,
    });

    const onOff = page.getByRole("switch", { name: "启用 总表功率过高" });
    await onOff.click();
    await page.getByRole("button", { name: "撤销", exact: true }).click();
    await page.getByText("「总表功率过高」已停用").waitFor();
    await onOff.click();
    await page.getByText("「总表功率过高」已启用").last().waitFor();

    await send(admin, 2100, 0);
    await page.goto(`${url}/alerts`);
    await page.getByRole("link", { name: "总表功率过高" }).click();
    await page.getByText("2,100.0 kW / 限值 1,900").waitFor();
    await page.getByRole("region", { name: "超出的量" }).waitFor();

    await page.getByRole("button", { name: "添加照片" }).click();
    const dialog = page.getByRole("dialog");
    const choose = (name: string, buffer: Buffer) =>
      dialog.getByLabel("照片文件").setInputFiles({ name, mimeType: "image/png", buffer });
    await choose("脚本.png", Buffer.from("<script>alert(1)</script>"));
    await dialog.getByRole("button", { name: "上传" }).click();
    await dialog.getByText("不是 PNG、JPEG 或 WebP 照片").waitFor();
    await choose("现场.png", png);
    await dialog.getByLabel("说明 (选填)").fill("三号冲床没有停");
    await dialog.getByRole("button", { name: "上传" }).click();
    // Closing, it gives the focus back to where it was.
    await dialog.waitFor({ state: "hidden" });
    const thumbnail = page.getByRole("button", { name: /^放大：admin 的照片/ });
    await thumbnail.focus();
    await page.keyboard.press("Enter");
    const photo = page.getByRole("dialog").getByRole("img", { name: "三号冲床没有停" });
    await page.waitForFunction(
      (image) => image instanceof HTMLImageElement && image.naturalWidth === 1,
      await photo.elementHandle(),
    );
    await page.keyboard.press("Escape");

    await send(admin, 100, 1000);
    await page.getByRole("main").getByRole("button", { name: "关闭", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "关闭", exact: true }).last().click();
    await page.getByRole("region", { name: "告警内容" }).getByText("已关闭").waitFor();
    const { items: closed } = await admin.get<{ items: AlertBody[] }>("/alerts?state=closed");
    expect(closed.map(({ ruleName }) => ruleName)).toContain("总表功率过高");

    await page.getByRole("link", { name: "该规则的全部告警" }).click();
    await page.getByText("规则 · 总表功率过高").waitFor();
    expect(await page.getByRole("main").getByRole("listitem").count()).toBe(1);
    await page.getByRole("button", { name: "清除筛选" }).click();
    await page.waitForURL((to) => to.search === "?state=all");
    // What the server refused of the first file is its answer, not a fault.
    expect(complaints.filter((text) => !text.includes("415"))).toEqual([]);
    await context.close();
  });

  it("adds maintenance, shows it beside the alert that it keeps quiet, and ends it", async () => {
    const { url, admin, browser, signIn } = park();
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/ops/windows`);
    await page.getByRole("button", { name: "登记" }).click();
    const dialog = page.getByRole("dialog").filter({ hasText: "登记维护或停产" });
    await dialog.getByRole("button", { name: "企业" }).click();
    await dialog.getByRole("checkbox", { name: "甲厂" }).check();
    await dialog.getByLabel("原因").fill("母线检修");
    await dialog.getByRole("button", { name: "登记" }).click();
    const row = page.getByRole("listitem").filter({ hasText: "母线检修" });
    await row.getByText("甲厂", { exact: true }).waitFor();

    await admin.post("/alert-rules", { kind: "limit", name: "检修中的告警", points: [point], above: 1900 });
    // Now: what was measured before the maintenance began, it does not keep quiet.
    await send(admin, 2200, 5000);
    await page.goto(`${url}/alerts?state=suppressed`);
    await page.getByRole("link", { name: "检修中的告警" }).click();
    await page.getByRole("note").filter({ hasText: "「母线检修」期间触发：保留，不通知" }).waitFor();
    await page.getByRole("link", { name: "维护与停产" }).last().click();
    await row.getByRole("button", { name: "现在结束：母线检修" }).click();
    await page.getByText("没有维护或停产").waitFor();
    const { items } = await admin.get<{ items: AlertBody[] }>("/alerts?state=active");
    const quiet = items.find(({ ruleName }) => ruleName === "检修中的告警");
    expect(quiet?.suppressed).toMatchObject({
      kind: "maintenance",
      reason: "母线检修",
      announcedAt: expect.any(String) as string,
    });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("asks before it deletes a rule", async () => {
    const { url, admin, browser, signIn } = park();
    const rule = await admin.post<AlertRuleBody>("/alert-rules", {
      kind: "silence",
      name: "多余",
      points: [point],
      afterS: 60,
    });
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/ops/rules/${rule.id}`);
    await page.getByRole("button", { name: "删除" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "取消" }).click();
    expect((await admin.request("GET", `/alert-rules/${rule.id}`)).status).toBe(200);
    await page.getByRole("button", { name: "删除" }).click();
    await dialog.getByRole("button", { name: "删除" }).click();
    await page.waitForURL("**/ops/rules");
    expect((await admin.request("GET", `/alert-rules/${rule.id}`)).status).toBe(404);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(
    firstByDay([
      ["zh", "light", 1440],
      ["en", "dark", 390],
    ] as const),
  )("is accessible on every page of rules, without a fault (%s, %s, %i px)", async (language, colorScheme, width) => {
    const { url, admin, browser, signIn } = park();
    const { page, context, complaints } = await browser.open({
      colorScheme,
      reducedMotion: "reduce",
      viewport: { width, height: 900 },
    });
    await page.addInitScript(
      `localStorage.setItem("park.preferences", '${JSON.stringify({ language, theme: colorScheme })}')`,
    );
    await signIn(page);
    const { items } = await admin.get<{ items: AlertBody[] }>("/alerts?limit=1");
    // One of each sort of field.
    const kinds = ["limit", "quotaPace", "balanceResidual", "stuck", "counter", "condition", "treatment"];
    for (const path of [
      "/ops/rules",
      "/ops/rules/new",
      ...kinds.map((kind) => `/ops/rules/new?kind=${kind}`),
      "/ops/windows?state=all",
      `/alerts/${encodeURIComponent(items[0]?.id ?? "")}`,
    ]) {
      await page.goto(`${url}${path}`);
      await page.waitForFunction(
        () => document.querySelector("main h1") && !document.querySelector("main [role=status][aria-label]"),
      );
      await expectAccessible(page);
      const main = (await page.getByRole("main").textContent()) ?? "";
      expect(main, path).not.toMatch(/(rules|windows|alertDetail|alerts)\.[a-z]/);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, path).toBe(0);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
}

const point = "plant-E0.activePower";

/** Three days ago, two days ago and yesterday one quarter hour of too much power each. */
async function load(admin: ApiClient): Promise<void> {
  const now = Date.now();
  const quarter = 15 * minuteMs;
  const readings = Array.from({ length: 4 * 24 * 4 }, (_, n) => {
    const ts = Math.floor(now / quarter) * quarter - (4 * 24 * 4 - n) * quarter;
    return { ts, values: { activePower: n > 0 && n % 96 === 0 ? 2000 : 400 } };
  });
  await admin.post("/import/readings", { meterId: "plant-E0", readings });
}

/** One reading of now, by `laterMs` later than others that were sent. */
async function send(admin: ApiClient, activePower: number, laterMs: number): Promise<void> {
  await admin.post("/telemetry", { "plant-E0": { ts: Date.now() - 5000 + laterMs, values: { activePower } } });
}
