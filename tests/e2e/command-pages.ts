import type { CommandBody } from "@smart-park/core/wire";
import { connectAsync } from "mqtt";
import { expect, it } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";
import { firstByDay } from "../support/size.ts";

interface OpenPark {
  readonly url: string;
  readonly mqttPort: number;
  readonly admin: ApiClient;
  /** A window in which somebody is signed in, the administrator unless named. */
  readonly open: (
    options?: Parameters<TestBrowser["open"]>[0],
    username?: string,
  ) => Promise<Awaited<ReturnType<TestBrowser["open"]>>>;
}

/** Commands to devices in a browser, on a park whose people all have `password`, with the enterprise `plant` (甲厂). */
export function commandPages(password: string, park: () => OpenPark): void {
  /** A device of its own with a valve, so that no other test commands it too. */
  async function addValve(name: string): Promise<{ username: string; password: string }> {
    const points = [{ quantity: "waterFlow" }];
    const meter = { id: `${name}-W`, name: `${name} 水表`, enterpriseId: "plant", kind: "water", points };
    await park().admin.post("/meters", meter);
    return park().admin.post("/devices", { id: name, enterpriseId: "plant", meterIds: [meter.id] });
  }

  it("sends a command whose parameters were checked, shows live what becomes of it, and takes one back", async () => {
    const { url, mqttPort, open } = park();
    const credentials = await addValve("valve");
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices/id/valve`);
    const panel = page.getByRole("region", { name: "命令", exact: true }).first();
    await panel.getByText("还没有命令").waitFor();
    const form = page.getByRole("dialog", { name: "下发命令" });
    const fillIn = async (command: string, params: string): Promise<void> => {
      await panel.getByRole("button", { name: "下发命令" }).click();
      await form.getByLabel("命令名称").fill(command);
      await form.getByLabel(/参数/).fill(params);
    };
    await fillIn("open", "{seconds: 30}");
    await form.getByText(/不是有效的 JSON 对象/).waitFor();
    expect(await form.getByRole("button", { name: "下发命令" }).isDisabled()).toBe(true);
    await form.getByLabel(/参数/).fill('{"seconds": 30}');
    await form.getByLabel("多久内有效").selectOption({ label: "30 分钟" });
    await form.getByRole("button", { name: "下发命令" }).click();
    await page.getByText("命令 open 已进入队列").waitFor();
    const row = (command: string) => panel.getByRole("row").filter({ hasText: command });
    await row("open").getByText("◌ 排队中").waitFor();
    await row("open").getByText('{"seconds":30}').waitFor();

    await fillIn("reboot", "");
    await form.getByRole("button", { name: "下发命令" }).click();
    await panel.getByRole("button", { name: "取消命令 reboot" }).click();
    await row("reboot").getByText("⊘ 已取消").waitFor();
    expect(await row("reboot").getByRole("button").count()).toBe(0);

    // The page is not touched any more: what it shows next came by itself.
    const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
      ...{ username: credentials.username, password: credentials.password, clientId: "valve", reconnectPeriod: 0 },
    });
    const told = new Promise<{ id: string }>((resolve) =>
      client.once("message", (_topic, payload) => resolve(JSON.parse(payload.toString()) as { id: string })),
    );
    await client.subscribeAsync("park/plant/valve-W/command", { qos: 1 });
    const order = await told;
    expect(order).toMatchObject({ command: "open", params: { seconds: 30 } });
    await row("open").getByText("◔ 已送达").waitFor();
    const reply = { id: order.id, ok: false, detail: "阀门卡住", result: { position: 12 } };
    await client.publishAsync("park/plant/valve-W/reply", JSON.stringify(reply), { qos: 1 });
    await row("open").getByText("✕ 执行失败").waitFor();
    await row("open").getByText("阀门卡住").waitFor();
    await row("open").getByText('{"position":12}').waitFor();
    await client.endAsync();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("lets people of the enterprise command from the meter, those who may only read look, and others neither", async () => {
    const { url, admin, open } = park();
    await addValve("gate");
    await admin.post("/users", { username: "worker", password, role: "enterpriseOperator", enterpriseId: "plant" });
    await admin.post("/users", { username: "reader", password, role: "auditor" });
    await admin.post<CommandBody>("/devices/gate/commands", { command: "calibrate" });
    const worker = await open({}, "worker");
    await worker.page.goto(`${url}/meters/gate-W?tab=commands`);
    await worker.page.getByRole("row").filter({ hasText: "calibrate" }).waitFor();
    await worker.page.getByRole("button", { name: "下发命令" }).click();
    const form = worker.page.getByRole("dialog", { name: "下发命令" });
    await form.getByLabel("命令名称").fill("close");
    await form.getByRole("button", { name: "下发命令" }).click();
    await worker.page.getByRole("row").filter({ hasText: "close" }).getByText("worker").waitFor();

    const reader = await open({}, "reader");
    await reader.page.goto(`${url}/meters/gate-W?tab=commands`);
    await reader.page.getByRole("row").filter({ hasText: "close" }).waitFor();
    expect(await reader.page.getByRole("button", { name: /下发命令|取消命令/ }).count()).toBe(0);

    const viewer = await open({}, "viewer");
    await viewer.page.goto(`${url}/meters/gate-W`);
    await viewer.page.getByRole("link", { name: "档案" }).waitFor();
    expect(await viewer.page.getByRole("link", { name: "命令" }).count()).toBe(0);
    for (const { context, complaints } of [worker, reader, viewer]) {
      expect(complaints).toEqual([]);
      await context.close();
    }
  });

  it.each(
    firstByDay([
      { colorScheme: "dark", language: "en", width: 390 },
      { colorScheme: "light", language: "zh", width: 1440 },
    ] as const),
  )("is accessible while a command is written, $colorScheme, $language", async (look) => {
    const { url, admin, open } = park();
    const { colorScheme, language, width } = look;
    await addValve(`axe-${language}`);
    await admin.post(`/devices/axe-${language}/commands`, { command: "setInterval", params: { seconds: 30 } });
    const { page, context, complaints } = await open({ colorScheme, viewport: { width, height: 900 } });
    await page.addInitScript(
      (chosen) => localStorage.setItem("park.preferences", JSON.stringify({ language: chosen })),
      language,
    );
    await page.goto(`${url}/meters/axe-${language}-W?tab=commands`);
    await page.getByRole("row").filter({ hasText: "setInterval" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: language === "zh" ? "下发命令" : "Send a command" }).click();
    await page.getByRole("dialog").getByRole("textbox").nth(1).fill("{");
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });
}
