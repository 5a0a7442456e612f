// nightly: 5 min
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quarantineReasons } from "@smart-park/core";
import type { QuarantineBody } from "@smart-park/core/wire";
import { connectAsync } from "mqtt";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import en from "../../web/src/i18n/en.json" with { type: "json" };
import zh from "../../web/src/i18n/zh-devices.json" with { type: "json" };
import { ApiClient } from "../support/api-client.ts";
import { expectAccessible, startBrowser, type TestBrowser } from "../support/browser.ts";
import { describeWith } from "../support/programs.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";
import { firstByDay } from "../support/size.ts";
import { channelPages } from "./channel-pages.ts";
import { commandPages } from "./command-pages.ts";
import { peoplePages } from "./people-pages.ts";
import { stationPages } from "./station-pages.ts";
import { tokenPages } from "./token-pages.ts";

const password = "correct-horse-battery";
const topicOf = (meterId: string): string => `park/plant/${meterId}/telemetry`;

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A plant with a gateway that speaks and a device that never did. */
describeWith("chromium", "the pages of devices in a browser", (chromium) => {
  const directory = mkdtempSync(join(tmpdir(), "park-devices-"));
  let platform: SpawnedPlatform;
  let browser: TestBrowser;
  let url: string;
  let mqttPort: number;
  let hj212Port: number;
  let admin: ApiClient;

  beforeAll(async () => {
    const told = { PARK_NOTIFY_ALLOW: "127.0.0.1" };
    platform = new SpawnedPlatform({
      PARK_DATA_DIR: directory,
      PARK_DEMO: "0",
      PARK_ADMIN_PASSWORD: password,
      ...told,
    });
    const { http, mqtt, hj212 } = await platform.ready();
    [url, mqttPort, hj212Port] = [`http://127.0.0.1:${http}`, mqtt, hj212];
    admin = await new ApiClient(url).signIn("admin", password);
    await enterPark();
    browser = await startBrowser(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  async function enterPark(): Promise<void> {
    await admin.post("/enterprises", { id: "plant", name: "甲厂" });
    await admin.post("/enterprises", { id: "other", name: "乙厂" });
    for (const [id, name] of [
      ["plant-E0", "总表"],
      ["plant-E1", "焊接线"],
    ]) {
      const points = [{ quantity: "activePower" }, { quantity: "activeEnergyImport" }];
      await admin.post("/meters", { id, name, enterpriseId: "plant", kind: "electricity", points });
    }
    const gateway = await admin.post<Credentials>("/devices", {
      ...{ id: "gw-1", enterpriseId: "plant", meterIds: ["plant-E0", "plant-E1"] },
    });
    await admin.post("/devices", { id: "silent", enterpriseId: "other", meterIds: [] });
    await admin.post("/users", { username: "viewer", password, role: "enterpriseViewer", enterpriseId: "plant" });
    await send(gateway, "plant-E0", { values: { activePower: 321.5 } });
    await send(gateway, "plant-E0", "{oops");
    await send(gateway, "plant-E0", { values: { activePower: 322.5, colour: 1 } });
    await send(gateway, "plant-E0", { ts: "2020-01-01T00:00:00Z", values: { activePower: 1 } });
  }

  /** One message, on disk when this resolves; rejects when the device is not let in. */
  async function send({ username, password: secret }: Credentials, meterId: string, message: unknown): Promise<void> {
    const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
      ...{ username, password: secret, clientId: username, reconnectPeriod: 0 },
    });
    try {
      await client.publishAsync(topicOf(meterId), typeof message === "string" ? message : JSON.stringify(message), {
        qos: 1,
      });
    } finally {
      await client.endAsync();
    }
  }

  async function open(options?: Parameters<TestBrowser["open"]>[0], username = "admin") {
    const opened = await browser.open(options);
    const login = { username, password };
    const answer = await opened.page.request.post(`${url}/api/v1/session`, { data: login });
    expect(answer.ok()).toBe(true);
    return opened;
  }

  const rowOf = (page: Page, id: string) => page.getByRole("row").filter({ hasText: id });

  it("finds who is silent, and keeps the question in the address", async () => {
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices`);
    await rowOf(page, "gw-1").getByText("等 2 块，1 块数据正常").waitFor();
    await rowOf(page, "silent").getByText("未接入").waitFor();
    await page.getByLabel("最近读数").selectOption({ label: "超过 7 天没有" });
    await page.waitForURL(/seen=week/);
    await page.reload();
    await page.getByRole("heading", { name: "1 台设备" }).waitFor();
    expect(await page.getByRole("link", { name: "silent" }).count()).toBe(1);
    await page.goto(`${url}/ops/devices?q=焊接线&ent=plant&state=online`);
    await page.getByRole("heading", { name: "1 台设备" }).waitFor();
    await page.goto(`${url}/ops/devices?q=nothing`);
    await page.getByRole("button", { name: "清除筛选" }).click();
    await page.getByRole("heading", { name: "2 台设备" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("says of each message that was set aside why, and what to do", async () => {
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices`);
    await page.getByRole("link", { name: "gw-1" }).click();
    const aside = page.getByRole("region", { name: "隔离报文" });
    for (const reason of ["malformed", "unknown_quantity", "too_old"] as const) {
      await aside.getByText(zh.quarantine.reason[reason], { exact: true }).click();
      await aside.getByText(zh.quarantine.hint[reason]).waitFor();
    }
    await page.getByRole("region", { name: "最近报文" }).getByText("{oops", { exact: true }).first().waitFor();
    await page.goto(`${url}/ops/devices?tab=quarantine`);
    await page.getByLabel("原因").selectOption({ label: zh.quarantine.reason.too_old });
    await page.waitForURL(/reason=too_old/);
    await page.waitForFunction(() => document.querySelectorAll("main details").length === 1);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("has words for every reason there is, in both languages", async () => {
    const { items } = await admin.get<{ items: QuarantineBody[] }>("/quarantine?device=gw-1");
    expect(items.map(({ reason }) => reason)).toEqual(["too_old", "unknown_quantity", "malformed"]);
    for (const { quarantine } of [zh, en]) {
      expect(Object.keys(quarantine.reason)).toEqual(quarantineReasons);
      expect(Object.keys(quarantine.hint)).toEqual(quarantineReasons);
    }
  });

  it("shuts a device out and, by one step back, in again; its new password is shown once and works", async () => {
    const { page, context, complaints } = await open();
    const old = await admin.post<Credentials>("/devices/gw-1/rotate", {});
    await page.goto(`${url}/ops/devices/id/gw-1`);
    await page.getByRole("switch", { name: "允许 gw-1 接入" }).click();
    await page.getByText("设备已停用：它不能连接").waitFor();
    await expect(send(old, "plant-E0", { values: { activePower: 1 } })).rejects.toThrow();
    await page.getByRole("button", { name: "撤销", exact: true }).click();
    await page.getByText("设备已停用：它不能连接").waitFor({ state: "detached" });
    await send(old, "plant-E0", { values: { activePower: 400 } });
    await page.getByRole("cell", { name: "400.0" }).waitFor();

    await page.getByRole("button", { name: "更换密码" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "更换密码" }).click();
    const shown = page.getByRole("region", { name: "凭据" });
    await shown.waitFor();
    const command = (await page.getByRole("dialog").getByLabel("发布命令", { exact: true }).textContent()) ?? "";
    const secret = / -P '([\w-]{43})'/.exec(command)?.[1] ?? "";
    expect(await shown.textContent()).toContain(secret);
    expect(command).toContain(`-h 127.0.0.1 -p ${mqttPort} `);
    const saving = page.waitForEvent("download");
    await shown.getByRole("button", { name: "下载 .json" }).click();
    expect((await saving).suggestedFilename()).toBe("gw-1.json");
    await shown.getByText("显示二维码").click();
    await shown.getByRole("img", { name: "gw-1 的连接信息二维码" }).waitFor();
    await expect(send(old, "plant-E0", { values: { activePower: 1 } })).rejects.toThrow();
    await send({ username: "gw-1", password: secret }, "plant-E0", { values: { activePower: 401 } });
    await page.getByRole("button", { name: "已保存，关闭" }).click();
    await page.getByRole("cell", { name: "401.0" }).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("renames a meter and takes it back", async () => {
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices/id/gw-1`);
    await page.getByRole("button", { name: "改名：焊接线" }).click();
    await page.getByRole("dialog").getByLabel("名称", { exact: true }).fill("焊接二线");
    await page.getByRole("dialog").getByRole("button", { name: "改名" }).click();
    await page.getByRole("button", { name: "改名：焊接二线" }).waitFor();
    await page.getByRole("button", { name: "撤销", exact: true }).click();
    await page.getByRole("button", { name: "改名：焊接线" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("asks before it removes a device, and offers to shut it out instead", async () => {
    await admin.post("/devices", { id: "old", enterpriseId: "plant", meterIds: [] });
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices/id/old`);
    const dialog = page.getByRole("dialog");
    await page.getByRole("button", { name: "删除" }).click();
    await dialog.getByRole("button", { name: "改为停用" }).click();
    await page.getByText("设备已停用：它不能连接").waitFor();
    await page.getByRole("button", { name: "删除" }).click();
    await dialog.getByRole("button", { name: "删除" }).click();
    await page.waitForURL("**/ops/devices");
    expect((await admin.request("GET", "/devices/old")).status).toBe(404);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("judges a file line by line, enters all of it once it is right, and hands its credentials out once", async () => {
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices`);
    await page.getByRole("link", { name: "批量导入" }).click();
    const template = page.waitForEvent("download");
    await page.getByRole("link", { name: "XLSX 模板" }).click();
    expect((await template).suggestedFilename()).toBe("设备导入模板.xlsx");

    const heads = "企业编号,表计编号,表计名称,类型,测点,设备编号";
    const choose = (name: string, rows: readonly string[]) =>
      page.getByLabel("CSV 或 XLSX 文件").setInputFiles({
        ...{ name, mimeType: "", buffer: Buffer.from([heads, ...rows].join("\r\n")) },
      });
    const good = ["plant,imp-1,一号表,电,有功功率,imp-gw", "甲厂,imp-2,二号表,水,水量,imp-gw"];
    await choose("bad.csv", [good[0] ?? "", "nobody,imp 2,二号表,水,水量,imp-gw"]);
    const faults = page.getByRole("table", { name: "有错误的单元格" });
    await faults.getByRole("row", { name: /3 · 企业编号 nobody 写平台上已有企业的编号或全名/ }).waitFor();
    await faults.getByRole("row", { name: /3 · 表计编号 imp 2/ }).waitFor();
    expect(await page.getByRole("button", { name: /^录入/ }).count()).toBe(0);
    expect((await admin.request("GET", "/meters/imp-1")).status).toBe(404);

    await choose("good.csv", good);
    await page.getByText("新表计 2 块，并入已有设备 0 块，新设备 1 台").waitFor();
    await page.getByRole("button", { name: "录入 2 行" }).click();
    await page.getByText("已录入 2 块新表计、1 台新设备").waitFor();
    await page.getByRole("button", { name: "领取 1 份凭据", exact: true }).click();
    const shown = page.getByRole("region", { name: "凭据" }).first();
    const secret = (await shown.getByRole("cell", { name: /^[\w-]{43}$/ }).textContent()) ?? "";
    const secrets = page.waitForEvent("download");
    await shown.getByRole("button", { name: "下载 CSV" }).click();
    expect(readFileSync(await (await secrets).path(), "utf8")).toContain(`imp-gw,${secret},plant,`);
    await send({ username: "imp-gw", password: secret }, "imp-1", { values: { activePower: 5 } });

    await page.reload();
    await page.getByText(/已于 .* 领取/).waitFor();
    expect(await page.content()).not.toContain(secret);
    await choose("good.csv", good);
    await page.getByText("文件内容平台上都已有").waitFor();
    await choose("broken.xlsx", ["x"]);
    await page.getByRole("main").getByRole("alert").waitFor();
    // What the server refused of the last file is its answer, not a fault.
    expect(complaints.filter((text) => !/4(15|22|00)/.test(text))).toEqual([]);
    await context.close();
  });

  it("registers a device, says live what is wrong with its first message, and when it is right", async () => {
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices`);
    await page.getByRole("link", { name: "新增设备" }).click();
    await page.getByLabel("企业", { exact: true }).selectOption({ label: "甲厂" });
    await page.getByLabel("类型模板").selectOption({ label: "水表" });
    await page.getByLabel("表计名称").fill("总水表");
    await page.reload();
    expect(await page.getByLabel("表计名称").inputValue()).toBe("总水表");
    await page.getByLabel("设备编号").fill("gw-1");
    await page.getByRole("button", { name: "登记并生成凭据" }).click();
    await page.getByRole("main").getByRole("alert").getByText("▲ 编号已被占用，或对象正在使用、状态已改变").waitFor();
    expect((await admin.request("GET", "/meters/plant-W1")).status).toBe(404);
    await page.getByLabel("设备编号").fill("water-1");
    await page.getByRole("button", { name: "登记并生成凭据" }).click();

    const shown = page.getByRole("region", { name: "凭据" });
    await shown.waitFor();
    const command = (await page.getByLabel("发布命令", { exact: true }).textContent()) ?? "";
    const made = { username: "water-1", password: / -P '([\w-]{43})'/.exec(command)?.[1] ?? "" };
    expect(command).toContain("-t 'park/plant/plant-W1/telemetry'");
    await page.getByText("0/2 个测点已有数据").waitFor();
    const late = { ts: Date.now() - 150_000, values: { waterFlow: 4.2, colour: 1 } };
    await send(made, "plant-W1", "{oops");
    await page.getByText("最新一条报文无法解析").waitFor();
    await page.getByText(zh.quarantine.hint.malformed).waitFor();
    await send(made, "plant-W1", late);
    await page.getByText("1/2 个测点已有数据").waitFor();
    await page.getByText(/设备时钟慢 1[45]\d 秒/).waitFor();
    await page.getByText("2 条报文被隔离").waitFor();
    // The very message that is shown, as it is shown.
    await send(made, "plant-W1", /-m '(.*)'$/.exec(command)?.[1] ?? "");
    await page.getByText("2/2 个测点已有数据").waitFor();
    await page.getByRole("cell", { name: "320.4" }).waitFor();

    await page.reload();
    await page.getByText("密码在登记时显示过一次").waitFor();
    expect(await page.content()).not.toContain(made.password);
    await page.getByRole("link", { name: "打开设备" }).click();
    await page.waitForURL("**/ops/devices/id/water-1");
    // A refused device is the server's answer, not a fault.
    expect(complaints.filter((text) => !text.includes("409"))).toEqual([]);
    await context.close();
  });

  it("takes in a device that came by itself with what it said before, and refuses another", async () => {
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices/new`);
    await page.getByRole("button", { name: "生成令牌" }).click();
    await page.getByLabel("名称", { exact: true }).fill("一期");
    await page.getByRole("dialog").getByRole("button", { name: "生成" }).click();
    const token = (await page.getByRole("region", { name: "令牌", exact: true }).locator("code").textContent()) ?? "";
    await page.getByRole("button", { name: "已保存，关闭" }).click();
    await page.getByText("admin 生成").waitFor();
    await send({ username: "came-1", password: token }, "new-E1", { values: { activePower: 77.5 } });
    await send({ username: "came-2", password: token }, "new-E2", { values: { activePower: 1 } });
    await page.getByRole("button", { name: "查看报文：came-1" }).click();
    await page.getByText('{"values":{"activePower":77.5}}').first().waitFor();

    await page.getByRole("button", { name: "拒绝 came-2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "拒绝" }).click();
    await page.getByRole("button", { name: "清除记录：came-2" }).click();
    await page.getByRole("button", { name: "清除记录：came-2" }).waitFor({ state: "detached" });
    await page.goto(`${url}/ops/devices`);
    await page.getByText("等待批准的设备：1").waitFor();
    await page.getByRole("link", { name: "去处理" }).click();
    await page.getByRole("link", { name: "批准 came-1" }).click();
    await page.getByLabel("表计名称").fill("新表");
    expect(await page.getByLabel("表计编号").inputValue()).toBe("new-E1");
    await page.getByRole("button", { name: "批准并生成凭据" }).click();
    await page.getByRole("region", { name: "凭据" }).waitFor();
    await page.getByText("1/1 个测点已有数据").waitFor();
    await page.getByRole("cell", { name: "77.5" }).waitFor();
    await expect(send({ username: "came-1", password: token }, "new-E1", { values: {} })).rejects.toThrow();

    await page.goto(`${url}/ops/devices/new`);
    await page.getByRole("button", { name: "删除令牌「一期」" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await page.getByText("没有接入令牌").waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(
    firstByDay([
      ["en", "dark", 390],
      ["zh", "light", 1440],
    ] as const),
  )("is accessible on every page of devices (%s, %s, %i px)", async (language, colorScheme, width) => {
    const { page, context, complaints } = await open({
      colorScheme,
      reducedMotion: "reduce",
      viewport: { width, height: 900 },
    });
    await page.addInitScript(
      `localStorage.setItem("park.preferences", '${JSON.stringify({ language, theme: colorScheme })}')`,
    );
    const { token } = await admin.post<{ token: string }>("/onboarding-tokens", { name: language });
    await send({ username: `waits-${language}`, password: token }, "new-E9", { values: { activePower: 1 } });
    for (const path of [
      `/ops/devices/new?approve=waits-${language}`,
      "/ops/devices",
      "/ops/devices?tab=quarantine",
      "/ops/devices/id/gw-1",
      "/ops/devices/import",
      "/ops/devices/new",
      "/ops/devices/new?device=gw-1",
    ]) {
      await page.goto(`${url}${path}`);
      await page.waitForFunction(
        () => document.querySelector("main h1") && !document.querySelector("main [role=status][aria-label]"),
      );
      await page.evaluate(() =>
        document.querySelectorAll<HTMLDetailsElement>("main details").forEach((one) => (one.open = true)),
      );
      await expectAccessible(page);
      const main = (await page.getByRole("main").textContent()) ?? "";
      expect(main, path).not.toMatch(/(devices|quarantine|meter|deviceImport|deviceNew|waiting)\.[a-z]/);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, path).toBe(0);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  stationPages(() => ({ url, hj212Port, open }));
  channelPages(() => ({ url, admin, open }));
  peoplePages(() => ({ url, admin, browser, open }));
  commandPages(password, () => ({ url, mqttPort, admin, open }));
  tokenPages(() => ({ url, admin, open }));
});
