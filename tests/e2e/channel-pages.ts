import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHttpReceiver, type Receiver } from "../../notify/src/testing/receivers.ts";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";
import { firstByDay } from "../support/size.ts";

interface OpenPark {
  readonly url: string;
  readonly admin: ApiClient;
  /** A window of somebody who is signed in, of `admin` when nobody is named. */
  readonly open: (options?: Parameters<TestBrowser["open"]>[0], user?: string) => ReturnType<TestBrowser["open"]>;
}

interface Channel {
  readonly id: string;
  readonly name: string;
  readonly health: { readonly dead: number };
}

const signingKey = "signing-key-of-a-test";

/**
 * Channels, subscriptions and the delivery log in a browser, on a park that has the meter `plant-E1` with active power,
 * may tell 127.0.0.1, and has the user `viewer` of the enterprise `plant`.
 */
export function channelPages(park: () => OpenPark): void {
  describe("the pages of channels", () => {
    let receiver: Receiver;
    beforeAll(async () => {
      receiver = await startHttpReceiver();
    });
    afterAll(() => receiver?.stop());

    const hook = async (): Promise<Channel | undefined> =>
      (await park().admin.get<{ items: Channel[] }>("/channels")).items.find(({ name }) => name === "值班系统");
    const secretPath = "/hook-of-the-duty";

    it("makes a webhook, tests it, and shows neither its address nor its key again", async () => {
      const { page, context, complaints } = await park().open();
      await page.goto(`${park().url}/overview`);
      await page.getByRole("link", { name: "通知" }).click();
      await page.getByText("还没有通知渠道").waitFor();
      await page.getByRole("link", { name: "新建渠道" }).first().click();
      await page.getByRole("link", { name: /^Webhook/ }).click();
      const save = page.getByRole("button", { name: "保存" });
      await page.getByText("请填写 Webhook 地址").waitFor();
      await page.getByLabel("名称").fill("值班系统");
      await page.getByLabel("Webhook 地址").fill(`http://127.0.0.1:${receiver.port}${secretPath}`);
      await page.getByLabel("签名密钥").fill("short");
      await page.getByText("签名密钥至少 8 个字符").waitFor();
      expect(await save.isDisabled()).toBe(true);
      await page.getByLabel("签名密钥").fill(signingKey);
      await save.click();
      await page.waitForURL("**/ops/channels/id/webhook-1");

      await page.getByRole("button", { name: "测试 值班系统" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("测试成功").waitFor();
      await dialog.getByText("对方已接收 (HTTP 200)").waitFor();
      expect(JSON.parse(receiver.received[0]?.text ?? "")).toMatchObject({ kind: "test", alerts: [] });
      receiver.moods.splice(0, 1, "refuse", "take");
      await dialog.getByRole("button", { name: "再测一次" }).click();
      await dialog.getByText("测试失败").waitFor();
      await dialog.getByText(/^对方.*HTTP 4\d\d/).waitFor();
      await dialog.getByRole("link", { name: "查看发送记录" }).click();
      const log = page.getByRole("list", { name: "发送记录" });
      await log.getByRole("listitem").filter({ hasText: "测试失败" }).click();
      await log.getByText("admin", { exact: true }).waitFor();
      expect(await log.getByRole("button", { name: "重新发送" }).count()).toBe(0);
      expect((await hook())?.health.dead).toBe(0);

      await page.goto(`${park().url}/ops/channels/id/webhook-1`);
      await page.getByText(`已保存（127.0.0.1:${receiver.port}），不再显示；留空则不变`).waitFor();
      expect(await page.content()).not.toMatch(new RegExp(`${secretPath}|${signingKey}`));
      await page.getByRole("button", { name: "English" }).click();
      await save.click();
      await page.getByText("已保存", { exact: true }).waitFor();
      await page.getByRole("button", { name: "测试 值班系统" }).click();
      await dialog.getByText("测试成功").waitFor();
      expect(receiver.received.at(-1)?.url).toBe(secretPath);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it("subscribes, and the log shows the alert that came of it, or that nobody got it until it is sent again", async () => {
      const { page, context, complaints } = await park().open();
      await page.goto(`${park().url}/ops/channels?tab=subscriptions`);
      await page.getByText("还没有订阅").waitFor();
      await page.getByRole("button", { name: "新建订阅" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("checkbox", { name: "P2 重要" }).uncheck();
      await dialog.getByRole("checkbox", { name: "免打扰时段" }).check();
      await dialog.getByLabel("免打扰从").fill("");
      await dialog.getByRole("button", { name: "保存" }).click();
      await dialog.getByText("请填写免打扰的起止时刻").waitFor();
      await dialog.getByRole("checkbox", { name: "免打扰时段" }).uncheck();
      await dialog.getByLabel("只选某些企业…").selectOption({ label: "甲厂" });
      await dialog.getByRole("button", { name: "保存" }).click();
      await page.getByRole("list", { name: "订阅" }).getByText("甲厂 · 立即 · 恢复也通知").waitFor();

      receiver.moods.splice(0, receiver.moods.length, "take", "refuse");
      const before = receiver.received.length;
      await raise(park().admin, 1);
      await receiver.count(before + 1);
      await page.goto(`${park().url}/ops/channels?tab=log&state=sent`);
      const sent = page.getByRole("listitem").filter({ hasText: "触发" });
      await sent.getByText("已送达").waitFor();
      await sent.click();
      await sent.getByRole("cell", { name: "对方已接收 (HTTP 200)" }).waitFor();
      await sent.getByRole("link", { name: "查看告警" }).click();
      await page.getByRole("heading", { name: /渠道页面 1/ }).waitFor();

      await raise(park().admin, 2);
      await receiver.count(before + 2);
      await page.goto(`${park().url}/overview`);
      await page.getByRole("link", { name: /1 条告警通知未能送达/ }).click();
      const dead = page.getByRole("listitem").filter({ hasText: "死信" });
      await dead.click();
      receiver.moods.splice(0, 1, "take");
      await dead.getByRole("button", { name: "重新发送" }).click();
      await page.getByText("没有符合筛选的记录").waitFor();
      await page.getByRole("button", { name: "清除筛选" }).click();
      await page.waitForFunction(
        () =>
          [...document.querySelectorAll("main summary")].filter((one) => /触发.*已送达/.test(one.textContent ?? ""))
            .length === 2,
      );
      await page.getByRole("link", { name: "渠道", exact: true }).click();
      await page.getByRole("row").filter({ hasText: "值班系统" }).getByText("正常").waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    });

    it("switches a channel off with one step back, and asks before it deletes one", async () => {
      const { page, context, complaints } = await park().open();
      await page.goto(`${park().url}/ops/channels`);
      const onOff = page.getByRole("switch", { name: "启用 值班系统" });
      await onOff.click();
      await page.getByText("「值班系统」已停用，不再发送").waitFor();
      await page.getByRole("button", { name: "撤销", exact: true }).click();
      await page.getByText("「值班系统」已启用").waitFor();
      const config = { kind: "mqtt", meterId: "plant-E1" };
      await park().admin.post("/channels", { id: "beacon", name: "车间灯", enterpriseId: "plant", config });
      await page.goto(`${park().url}/ops/channels/id/beacon`);
      await page.getByRole("button", { name: "测试 车间灯" }).click();
      await page
        .getByRole("dialog")
        .getByText(/^没有信标在线/)
        .waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "删除" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "取消" }).click();
      expect((await park().admin.get<{ items: Channel[] }>("/channels")).items.map(({ id }) => id)).toContain("beacon");
      await page.getByRole("button", { name: "删除" }).click();
      await dialog.getByRole("button", { name: "删除" }).click();
      await page.waitForURL("**/ops/channels");
      await page.getByRole("heading", { name: "1 个渠道" }).waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    });

    it("lets people of an enterprise subscribe to the park's mail, and shows them no more", async () => {
      const { admin, open, url } = park();
      const mail = { kind: "email", host: "127.0.0.1", from: "park@example.com" };
      await admin.post("/channels", { id: "mail", name: "邮件", config: mail });
      const { page, context, complaints } = await open({}, "viewer");
      await page.goto(`${url}/my`);
      await page.getByRole("link", { name: "通知" }).click();
      await page.getByRole("button", { name: "新建订阅" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "保存" }).click();
      await dialog.getByText("邮件渠道须填写邮箱").waitFor();
      await dialog.getByLabel("邮箱").fill("viewer@example.com");
      await dialog.getByRole("button", { name: "保存" }).click();
      await page.getByText("邮件 · viewer@example.com").waitFor();
      expect(await page.getByRole("link", { name: "发送记录" }).count()).toBe(0);
      await page.getByRole("link", { name: "渠道", exact: true }).click();
      await page.getByRole("heading", { name: "1 个渠道" }).waitFor();
      expect(await page.getByRole("main").textContent()).not.toContain("值班系统");
      expect(complaints).toEqual([]);
      await context.close();
      const { items } = await admin.get<{ items: { userId: string }[] }>("/subscriptions?all=true");
      expect(items.map(({ userId }) => userId)).toContain("viewer");
    });

    it.each(
      firstByDay([
        ["en", "dark", 390],
        ["zh", "light", 1440],
      ] as const),
    )("are accessible, without a fault (%s, %s, %i px)", async (language, colorScheme, width) => {
      const viewport = { width, height: 900 };
      const { page, context, complaints } = await park().open({ colorScheme, reducedMotion: "reduce", viewport });
      await page.addInitScript(
        `localStorage.setItem("park.preferences", '${JSON.stringify({ language, theme: colorScheme })}')`,
      );
      const kinds = ["email", "webhook", "wecom", "dingtalk", "feishu", "mqtt"];
      for (const path of [
        "",
        "?tab=subscriptions&of=everybody",
        "?tab=log",
        "/new",
        ...kinds.map((kind) => `/new?kind=${kind}`),
        "/id/webhook-1",
        "/id/none",
      ]) {
        await page.goto(`${park().url}/ops/channels${path}`);
        await expectGood(page, path);
      }
      await page.goto(`${park().url}/ops/channels?tab=subscriptions`);
      await page
        .getByRole("main")
        .getByRole("button", { name: /^(新建订阅|New subscription)$/ })
        .click();
      await page.getByRole("dialog").getByRole("checkbox").last().check();
      await expectGood(page, "dialog");
      expect(complaints).toEqual([]);
      await context.close();
    });
  });
}

async function expectGood(page: Page, path: string): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector("main h1") && !document.querySelector("main [role=status][aria-label]"),
  );
  const first = page.locator("main details summary").first();
  if ((await first.count()) > 0) await first.click();
  await expectAccessible(page);
  const main = (await page.getByRole("main").textContent()) ?? "";
  expect(main, path).not.toMatch(/(channels|subscriptions|deliveries)\.[a-z]/);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, path).toBe(0);
}

/** An alert of a rule of its own. */
async function raise(admin: ApiClient, n: number): Promise<void> {
  const points = ["plant-E1.activePower"];
  await admin.post("/alert-rules", { kind: "limit", name: `渠道页面 ${n}`, points, above: 1000 * n, severity: "P1" });
  await admin.post("/telemetry", { "plant-E1": { ts: Date.now() - 5000 + n, values: { activePower: 1000 * n + 1 } } });
}
