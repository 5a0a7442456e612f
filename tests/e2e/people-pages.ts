import type { AuditChain } from "@smart-park/core";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";
import { firstByDay } from "../support/size.ts";

interface OpenPark {
  readonly url: string;
  readonly admin: ApiClient;
  readonly browser: TestBrowser;
  /** A window in which the administrator is signed in. */
  readonly open: TestBrowser["open"];
}

/** People and the audit log in a browser, on a park that has the enterprises `plant` (甲厂) and `other` (乙厂). */
export function peoplePages(park: () => OpenPark): void {
  const rowOf = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });
  const entries = (page: Page) => page.locator("main details");

  async function signIn(page: Page, username: string, password: string): Promise<void> {
    await page.goto(`${park().url}/login`);
    await page.getByLabel("用户名").fill(username);
    await page.getByLabel("密码", { exact: true }).fill(password);
    await page.getByRole("button", { name: "登录" }).click();
  }

  it("makes a person, who first chooses a password, is told of the last sign-in, and is cut when shut out", async () => {
    const { url, browser, open } = park();
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/users`);
    await page.getByRole("button", { name: "新建用户" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("用户名").fill("李 娜");
    await form.getByRole("button", { name: "创建" }).click();
    const complaint = await form.getByLabel("用户名").evaluate((box: HTMLInputElement) => box.validationMessage);
    expect(complaint).toBe("1 至 48 个字母、数字、_ 或 -，以后不能更改");
    await form.getByLabel("用户名").fill("li");
    await form.getByLabel("姓名").fill("李娜");
    await form.getByLabel("角色").selectOption({ label: "企业操作员" });
    expect(await form.getByRole("button", { name: "创建" }).isDisabled()).toBe(true);
    await form.getByRole("checkbox", { name: "甲厂" }).check();
    await form.getByRole("button", { name: "创建" }).click();
    const once = page.getByRole("dialog", { name: "已创建 李娜" });
    const oneTimePassword = (await once.locator("code").nth(1).textContent()) ?? "";
    expect(oneTimePassword).toMatch(/^[\w-]{16}$/);
    await once.getByRole("button", { name: "已记下" }).click();
    await rowOf(page, "李娜").getByText("下次登录须改密码").waitFor();
    expect(await page.content()).not.toContain(oneTimePassword);

    const theirs = await browser.open();
    await signIn(theirs.page, "li", oneTimePassword);
    await theirs.page.getByRole("heading", { name: "设置新密码" }).waitFor();
    await theirs.page.getByLabel("新密码", { exact: true }).fill("three-green-hills");
    await theirs.page.getByLabel("再次输入新密码").fill("three-green-hills");
    await theirs.page.getByRole("button", { name: "保存并继续" }).click();
    await theirs.page.waitForURL(/\/my/);
    expect(await theirs.page.getByRole("link", { name: "用户", exact: true }).count()).toBe(0);

    const again = await browser.open();
    await signIn(again.page, "li", "not the password");
    await again.page.getByText("用户名或密码不正确").waitFor();
    await signIn(again.page, "li", "three-green-hills");
    await again.page.getByText(/上次登录 \d{4}-.*127\.0\.0\.1；此后有 1 次失败的尝试/).waitFor();
    await again.context.close();

    await page.reload();
    // Set when the server has answered, so not by `uncheck`, which looks at once.
    await rowOf(page, "李娜").getByRole("switch").click();
    const question = page.getByRole("dialog", { name: "停用 李娜？" });
    await question.getByRole("button", { name: "停用" }).click();
    await page.getByText("李娜 已停用，登录已结束").waitFor();
    // Told why, with nothing left of what was shown, and nothing asks the server any more.
    await theirs.page.getByRole("alert").getByText("账号已停用").waitFor();
    expect(await theirs.page.locator("main").innerText()).not.toContain("kWh");
    expect(await theirs.page.getByRole("dialog").count()).toBe(0);
    expect([...complaints, ...theirs.complaints.filter((text) => !text.includes("403"))]).toEqual([]);
    await Promise.all([context.close(), theirs.context.close()]);
  });

  it("changes role and enterprises, signs out, gives another password and removes, but never the last administrator", async () => {
    const { url, admin, open } = park();
    await admin.post("/users", { username: "zhao", name: "赵磊", role: "operator" });
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/users?q=赵磊`);
    await page.getByRole("button", { name: "编辑 赵磊" }).click();
    await page.waitForURL(/user=zhao/);
    const drawer = page.getByRole("dialog", { name: "赵磊" });
    await drawer.getByLabel("角色").selectOption({ label: "驻企服务员" });
    for (const name of ["甲厂", "乙厂"]) await drawer.getByRole("checkbox", { name }).check();
    await drawer.getByRole("button", { name: "保存" }).click();
    await rowOf(page, "赵磊").getByText("乙厂 等 1 家").or(rowOf(page, "赵磊").getByText("甲厂 等 1 家")).waitFor();
    const act = async (name: string): Promise<void> => {
      await page.getByRole("button", { name: "编辑 赵磊" }).click();
      await page.getByRole("dialog", { name: "赵磊" }).getByRole("button", { name }).click();
      await page.getByRole("dialog").getByRole("button", { name }).click();
    };
    await act("强制下线");
    await page.getByText("赵磊 已下线").waitFor();
    await act("重置密码");
    await page.getByRole("dialog", { name: "赵磊 的新密码" }).getByRole("button", { name: "已记下" }).click();
    await act("删除用户");
    await page.getByText("没有符合条件的用户").waitFor();
    await page.goto(`${url}/ops/users?q=admin`);
    expect(await rowOf(page, "admin").getByRole("switch").isDisabled()).toBe(true);
    await page.getByRole("button", { name: "编辑 admin" }).click();
    await page.getByText("自己的角色、企业和账号须由他人更改").waitFor();
    expect(await page.getByRole("button", { name: "删除用户" }).count()).toBe(0);
    expect((await page.request.delete(`${url}/api/v1/users/admin`, { headers: json })).status()).toBe(409);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("shows in the audit log what a value was before, finds it by every filter, and exports just that", async () => {
    const { url, admin, open } = park();
    const target = { id: "plant-demand", kind: "demand", point: "plant-E0.activePower", title: "需量", source: "合同" };
    for (const limit of [100, 120])
      await admin.request("PUT", "/watch-targets/plant-demand", { ...target, limit, effectiveFrom: 0 });
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/audit`);
    await page.getByLabel("动作").selectOption({ label: "限值" });
    await page.getByLabel("对象").fill("plant-demand");
    await page.getByLabel("对象").press("Enter");
    await page.waitForURL(/object=plant-demand/);
    await page.getByText("限值 100 kW → 120 kW").waitFor();
    // The list of before the last filter also has the line that was waited for; for a moment there is none.
    await expect.poll(() => entries(page).count()).toBe(2);
    await entries(page).first().locator("summary").click();
    const change = entries(page).first().getByRole("row").filter({ hasText: "限值" });
    expect(await change.getByRole("cell").allTextContents()).toEqual(["100 kW", "120 kW"]);
    await entries(page)
      .first()
      .getByText(/127\.0\.0\.1/)
      .waitFor();
    const address = (await page.getByRole("link", { name: "CSV" }).getAttribute("href")) ?? "";
    const csv = await (await page.request.get(`${url}${address}`)).text();
    expect(csv.split("\n").filter((line) => line.includes("watchTarget.put"))).toHaveLength(2);
    expect(csv).not.toContain("user.create");
    await page.goto(`${url}/ops/audit?actor=nobody-at-all&from=2020-01-01&to=2020-01-02`);
    await page.getByRole("button", { name: "清除筛选" }).click();
    await page.getByRole("button", { name: "更早的记录" }).or(entries(page).first()).first().waitFor();

    const chain = page.getByRole("region", { name: "完整性核对" });
    await chain.getByRole("button", { name: "核对" }).click();
    await chain.getByText(/条记录与写入时一致/).waitFor();
    const noted = (await chain.locator("code").textContent()) ?? "";
    await chain.getByLabel(/以前记下的校验值/).fill(noted);
    await chain.getByRole("button", { name: "核对" }).click();
    await chain.getByText("以前记下的校验值仍在日志中").waitFor();
    expect(await admin.get<AuditChain>(`/audit/verify?hash=${noted}`)).toMatchObject({ brokenAt: null, isKnown: true });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("tells which role may do what, and which rules of sign-in hold", async () => {
    const { url, open } = park();
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/users?tab=roles`);
    const line = page.getByRole("row").filter({ hasText: "查看审计日志" });
    await line.waitFor();
    expect(await line.getByRole("img", { name: "有" }).count()).toBe(2);
    await page.goto(`${url}/ops/users?tab=rules`);
    await page.getByText("未启用合规配置").waitFor();
    await page.getByRole("row").filter({ hasText: "审计日志保存" }).getByText("永久").waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(
    firstByDay([
      { colorScheme: "dark", language: "en", viewport: { width: 390, height: 844 } },
      { colorScheme: "light", language: "zh", viewport: { width: 1440, height: 900 } },
    ] as const),
  )("is accessible and fits, $colorScheme, $language", async ({ colorScheme, language, viewport }) => {
    const { url, open } = park();
    const { page, context, complaints } = await open({ colorScheme, viewport });
    await page.addInitScript(
      (chosen) => localStorage.setItem("park.preferences", JSON.stringify({ language: chosen })),
      language,
    );
    for (const address of [
      "/ops/users",
      "/ops/users?user=admin",
      "/ops/users?tab=roles",
      "/ops/users?tab=rules",
      "/ops/audit",
    ]) {
      await page.goto(url + address);
      await page.waitForFunction(() => document.querySelector("main section, main [role=table]") !== null);
      await page.waitForFunction(() => document.querySelector("[role=status][aria-label]") === null);
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([address, overflow]).toEqual([address, 0]);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
}

const json = { "content-type": "application/json" };
