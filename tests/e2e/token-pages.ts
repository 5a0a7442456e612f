import { expect, it } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";
import { firstByDay } from "../support/size.ts";

interface OpenPark {
  readonly url: string;
  readonly admin: ApiClient;
  /** A window in which somebody is signed in, the administrator unless named. */
  readonly open: (
    options?: Parameters<TestBrowser["open"]>[0],
    username?: string,
  ) => Promise<Awaited<ReturnType<TestBrowser["open"]>>>;
}

/** Tokens of programs in a browser, on a park that has the enterprise `plant` (甲厂) and its viewer. */
export function tokenPages(park: () => OpenPark): void {
  it("makes a token that does what was chosen, shows it once, tells its last use, and revokes it", async () => {
    const { url, open } = park();
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/users`);
    await page.getByRole("heading", { name: "用户", exact: true }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("令牌");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/ops/tokens");
    await page.getByText("还没有令牌").waitFor();

    await page.getByRole("button", { name: "新建令牌" }).click();
    const form = page.getByRole("dialog", { name: "新建令牌" });
    await form.getByLabel("名称").fill("ERP 日报");
    expect(await form.getByRole("button", { name: "创建" }).isDisabled()).toBe(true);
    await form.getByLabel("管理档案").check();
    await form.getByText("▲ 可以领取设备凭据、停用设备和删除表计").waitFor();
    await form.getByLabel("管理档案").uncheck();
    await form.getByLabel("读取全部").check();
    await form.getByLabel("限定企业").selectOption({ label: "甲厂" });
    await form.getByLabel(/有效至/).fill("2020-01-01");
    await form.getByRole("button", { name: "创建" }).click();
    expect(await form.getByLabel(/有效至/).evaluate((one: HTMLInputElement) => one.validationMessage)).not.toBe("");
    const inTenDays = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    await form.getByLabel(/有效至/).fill(inTenDays);
    await form.getByRole("button", { name: "创建" }).click();

    const made = page.getByRole("dialog", { name: "已创建「ERP 日报」" });
    const token = (await made.locator("code").textContent()) ?? "";
    expect(token).toMatch(/^park_[\w-]{43}$/);
    await made.getByRole("button", { name: "复制令牌" }).waitFor();
    await made.getByRole("button", { name: "已保存，关闭" }).click();
    const row = page.getByRole("row").filter({ hasText: "ERP 日报" });
    for (const text of ["甲厂", "读取全部", "● 有效", "从未使用", "本人"]) await row.getByText(text).waitFor();
    await row.getByText(/▲ 1[01] 天后到期/).waitFor();
    expect(await page.content()).not.toContain(token);

    const asProgram = () => fetch(`${url}/api/v1/enterprises`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await asProgram()).json()).toMatchObject({ items: [{ id: "plant" }] });
    await page.reload();
    await row.getByRole("button").waitFor();
    expect(await row.getByText("从未使用").count()).toBe(0);
    await page.getByRole("button", { name: "撤销：ERP 日报" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "撤销" }).click();
    await page.getByText("已撤销「ERP 日报」").waitFor();
    await page.getByText("还没有令牌").waitFor();
    expect((await asProgram()).status).toBe(401);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("shows people who may not manage tokens none, neither in the menu nor at the address", async () => {
    const { url, open } = park();
    const { page, context, complaints } = await open({}, "viewer");
    await page.goto(`${url}/ops/tokens`);
    await page.getByText("没有查看此页的权限").waitFor();
    expect(await page.getByRole("link", { name: "令牌", exact: true }).count()).toBe(0);
    expect((await page.request.get(`${url}/api/v1/tokens`)).status()).toBe(403);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(
    firstByDay([
      { colorScheme: "dark", language: "en", viewport: { width: 390, height: 844 } },
      { colorScheme: "light", language: "zh", viewport: { width: 1440, height: 900 } },
    ] as const),
  )("of tokens is accessible and fits, $colorScheme, $language", async (look) => {
    const { url, admin, open } = park();
    const { colorScheme, language, viewport } = look;
    const name = `report-${language}`;
    await admin.post("/tokens", { name, scopes: ["read", "commands:write"], expiresAt: Date.now() + 86_400_000 });
    const { page, context, complaints } = await open({ colorScheme, viewport });
    await page.addInitScript(
      (chosen) => localStorage.setItem("park.preferences", JSON.stringify({ language: chosen })),
      language,
    );
    await page.goto(`${url}/ops/tokens`);
    // A row of the table, on a phone a card.
    await page.locator("main").getByText(name).first().waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: language === "zh" ? "新建令牌" : "New token" }).click();
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });
}
