// nightly: 6 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BillBody, ConsumptionBody } from "@smart-park/core/wire";
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { expectAccessible, startBrowser, type TestBrowser } from "../support/browser.ts";
import { describeWith } from "../support/programs.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";
import { firstByDay } from "../support/size.ts";
import { alertPages } from "./alert-pages.ts";
import { comparePages } from "./compare-pages.ts";
import { gridPages } from "./grid-pages.ts";
import { inspectionPages } from "./inspection-pages.ts";
import { deskPages } from "./desk-pages.ts";
import { notePages } from "./note-pages.ts";
import { printPages } from "./print-pages.ts";
import { rulePages } from "./rule-pages.ts";

const password = "correct-horse-battery";
const clerkPassword = "own-data-only-please";
const dayMs = 86_400_000;
const zoneMs = 8 * 3_600_000;

/** A plant with a month of quarter hours, a contract, a bill and a quota; another that must never be seen by its clerk. */
describeWith("chromium", "the pages of figures and rules in a browser", (chromium) => {
  const directory = mkdtempSync(join(tmpdir(), "park-figures-"));
  let platform: SpawnedPlatform;
  let browser: TestBrowser;
  let url: string;
  let admin: ApiClient;
  const lastMonth = monthBefore(Date.now());

  beforeAll(async () => {
    platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, PARK_DEMO: "0", PARK_ADMIN_PASSWORD: password });
    url = `http://127.0.0.1:${(await platform.ready()).http}`;
    admin = await new ApiClient(url).signIn("admin", password);
    await enterPark(admin, lastMonth);
    browser = await startBrowser(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  async function signIn(page: Page, user = "admin", secret = password): Promise<void> {
    const answer = await page.request.post(`${url}/api/v1/session`, { data: { username: user, password: secret } });
    expect(answer.ok()).toBe(true);
  }

  const settled = (page: Page): Promise<unknown> =>
    page.waitForFunction(
      () => document.querySelector("main h1") && !document.querySelector("main [role=status][aria-label]"),
    );

  it("shows a month's consumption as the API tells it, and keeps it in the address", async () => {
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    const [from, to] = [`${lastMonth}-01T00:00:00+08:00`, `${monthAfter(lastMonth)}-01T00:00:00+08:00`];
    const span = new URLSearchParams({ from, to });
    const body = await admin.get<ConsumptionBody>(
      `/figures/consumption?kind=electricity&by=enterprise&${span.toString()}`,
    );
    const plant = body.groups.find(({ id }) => id === "plant");
    await page.goto(`${url}/energy/rank?${span.toString()}`);
    const row = page.getByRole("row").filter({ hasText: "甲厂" });
    await row.waitFor();
    expect(plant?.total.value).toBeGreaterThan(0);
    const inMwh = ((plant?.total.value ?? 0) / 1000).toLocaleString("en-US", {
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    expect(await row.textContent()).toContain(inMwh);
    await page.getByRole("button", { name: "环比" }).click();
    await page.waitForURL(/cmp=prev/);
    await page.reload();
    await page.getByRole("columnheader", { name: /对比期/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("hands out what is shown as a sheet", async () => {
    const { page, context } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/bills?ent=plant&month=${lastMonth}`);
    const link = page.getByRole("link", { name: "CSV" });
    await link.waitFor();
    const answer = await page.request.get(`${url}${(await link.getAttribute("href")) ?? ""}`);
    const bill = await admin.get<BillBody>(`/enterprises/plant/bill?month=${lastMonth}`);
    expect(bill.yuan).toBeGreaterThan(0);
    expect(await answer.text()).toContain(String(bill.yuan));
    await context.close();
  });

  it("reconciles the supplier's bill, signs the month and reopens it with a reason", async () => {
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/bills?ent=plant&month=${lastMonth}&view=comparison`);
    await page.getByRole("button", { name: "录入供电账单" }).click();
    const form = page.getByRole("dialog");
    const amount = form.getByLabel("电量 (kWh)", { exact: true });
    await amount.fill("271625 度");
    await form.getByRole("button", { name: "保存" }).click();
    await form.getByText("不是数字").waitFor();
    expect(await amount.inputValue()).toBe("271625 度");
    expect(await admin.get("/supplier-bills?enterprise=plant")).toMatchObject({ items: [] });

    await amount.fill("");
    await form.getByRole("button", { name: "保存" }).click();
    await page.getByText("没有可核对的项目").waitFor();
    await page.getByRole("button", { name: "修改账单" }).click();
    await amount.fill("1,000");
    await form.getByRole("button", { name: "保存" }).click();
    const row = page.getByRole("row").filter({ hasText: "电量 (kWh)" });
    await row.getByRole("button", { name: "说明原因" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
    await row.getByText("抄表时间").waitFor();

    await page.goto(`${url}/bills?ent=plant&month=${lastMonth}&view=closing`);
    await page.getByRole("button", { name: "结账" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "结账" }).click();
    await page.getByText("签名文本完好").waitFor();
    await page.getByRole("button", { name: "重新打开" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("原因").fill("倍率有误");
    await dialog.getByRole("button", { name: "重新打开" }).click();
    await page.getByText("倍率有误").first().waitFor();
    // The page asked for a closing that was not there yet: that 404 is its answer, not a fault.
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
    await context.close();
  });

  it("enters a contract by its form", async () => {
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/enterprises/other?tab=contracts`);
    await page.getByRole("button", { name: "登记合同" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("生效日").fill("2026-01-01");
    await form.getByLabel("电度电价").selectOption("test.price");
    await form.getByRole("button", { name: "保存" }).click();
    await page.getByRole("cell", { name: "2026-01-01" }).waitFor();

    await page.getByRole("button", { name: "登记配额" }).click();
    await form.getByLabel("种类").selectOption("water");
    await form.getByLabel("配额值").fill("0");
    await form.getByLabel("来源").fill("计划用水 2026-3");
    await form.getByRole("button", { name: "保存" }).click();
    // Refused by the server, beside its field, and nothing typed is lost.
    await form.getByText("须大于 0").waitFor();
    expect(await form.getByLabel("来源").inputValue()).toBe("计划用水 2026-3");
    await form.getByLabel("配额值").fill("50,000");
    await form.getByRole("button", { name: "保存" }).click();
    const row = page.getByRole("row").filter({ hasText: "计划用水 2026-3" });
    await row.getByText("50,000 m³").waitFor();
    // A second one for the same days is asked about, with what there is.
    await page.getByRole("button", { name: "登记配额" }).click();
    await form.getByLabel("种类").selectOption("water");
    await form.getByText(/已有配额 50,000\sm³（计划用水 2026-3）/).waitFor();
    expect(await form.getByRole("button", { name: "保存" }).isDisabled()).toBe(true);
    await form.getByRole("checkbox", { name: /另立一项/ }).check();
    expect(await form.getByRole("button", { name: "保存" }).isDisabled()).toBe(false);
    await form.getByRole("button", { name: "取消" }).click();
    await row.getByRole("button", { name: "删除" }).click();
    await form.getByRole("button", { name: "删除" }).click();
    await row.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "撤销" }).click();
    await row.waitFor();
    await page.getByRole("button", { name: "变更记录" }).last().click();
    for (const what of ["登记", "删除"]) await form.getByRole("cell", { name: what, exact: true }).first().waitFor();
    expect(complaints.filter((text) => !text.includes("400"))).toEqual([]);
    await context.close();
  });

  it("enters the clinker that a kiln made, and refuses what is no number", async () => {
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/enterprises/other?tab=inputs`);
    await page.getByRole("button", { name: "填报" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("项目").selectOption("clinker");
    await form.getByLabel("年份或月份").fill(lastMonth);
    await form.getByLabel("数值 (t)").fill("12万");
    await form.getByLabel("来源").fill("窑产量报表");
    await form.getByRole("button", { name: "保存" }).click();
    await form.getByText("不是数字").waitFor();
    await form.getByLabel("数值 (t)").fill("120,000");
    await form.getByRole("button", { name: "保存" }).click();
    await page.getByRole("row").filter({ hasText: "熟料产量" }).getByText("120,000").waitFor();
    expect(await admin.get("/activity-inputs?enterprise=other")).toMatchObject({
      items: [{ item: "clinker", period: lastMonth, value: 120_000, unit: "t" }],
    });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("keeps every key of what is typed fast into a search, and waits for an input method to be done", async () => {
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/live`);
    const search = page.getByRole("searchbox");
    await search.click();
    await page.keyboard.type("no meter is called like this");
    expect(await search.inputValue()).toBe("no meter is called like this");
    await page.waitForURL((address) => address.searchParams.get("q") === "no meter is called like this");
    await page.getByRole("button", { name: "清除筛选" }).first().click();
    await page.waitForURL((address) => !address.searchParams.has("q"));
    // The box follows the address with the next frame.
    await expect.poll(() => search.inputValue()).toBe("");

    await search.click();
    const asked: string[] = [];
    page.on("framenavigated", (frame) => asked.push(new URL(frame.url()).searchParams.get("q") ?? ""));
    const session = await context.newCDPSession(page);
    for (const text of ["j", "jia", "jiac"])
      await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    expect(await search.inputValue()).toBe("jiac");
    await session.send("Input.insertText", { text: "甲厂" });
    await page.waitForURL((address) => address.searchParams.get("q") === "甲厂");
    expect(await search.inputValue()).toBe("甲厂");
    expect(asked).toEqual(["甲厂"]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("does not say that there is no quota while quotas are on their way", async () => {
    const { page, context } = await browser.open();
    await signIn(page);
    const held: Route[] = [];
    await page.route("**/figures/quotas", (route) => void held.push(route));
    await page.goto(`${url}/enterprises/plant`);
    const tile = page.getByRole("link", { name: /配额使用/ });
    await tile.getByText("加载中").waitFor();
    await Promise.all(held.map((route) => route.continue()));
    await tile.getByText("各项配额中用得最多的一项").waitFor();
    await context.close();
  });

  it("shows an enterprise's clerk its own figures on every page and nobody else's", async () => {
    const { page, context } = await browser.open({ viewport: { width: 390, height: 844 } });
    const answers: string[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/api/v1/"))
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
    await signIn(page, "clerk", clerkPassword);
    for (const path of ["/my", "/my/energy", "/my/cost", "/my/water", "/my/carbon", "/my/compliance", "/my/inputs"]) {
      await page.goto(`${url}${path}`);
      await settled(page);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, path).toBe(0);
    }
    expect(answers.join("")).toContain("plant");
    expect(answers.join("")).not.toContain("乙厂");
    for (const path of ["/enterprises/other", "/energy/rank", "/bills?ent=other"]) {
      await page.goto(`${url}${path}`);
      await page.getByText("该页面只对园区人员开放").waitFor();
      await page.getByRole("link", { name: "回到首页" }).click();
      await page.waitForURL("**/my");
    }
    await context.close();
  });

  it.each(
    firstByDay([
      ["zh-CN", "light"],
      ["en-GB", "dark"],
    ] as const),
  )("is accessible on every page (%s, %s)", async (locale, colorScheme) => {
    const { page, context, complaints } = await browser.open({ locale, colorScheme, reducedMotion: "reduce" });
    const preferences = { language: locale === "zh-CN" ? "zh" : "en", theme: colorScheme };
    await page.addInitScript(`localStorage.setItem("park.preferences", '${JSON.stringify(preferences)}')`);
    await signIn(page);
    const views = ["load", "tou", "demand", "rank", "heat", "flow", "compare", "solar", "quota", "advice"];
    for (const path of [
      ...views.map((view) => `/energy/${view}?ent=plant`),
      ...[
        `/bills?ent=plant&month=${lastMonth}`,
        "/water",
        "/water?view=use&ent=plant",
        "/emissions",
        "/carbon",
        "/carbon?view=coal",
      ],
      ...["/enterprises", "/enterprises/plant", "/enterprises/plant?tab=contracts", "/enterprises/plant?tab=inputs"],
    ]) {
      await page.goto(`${url}${path}`);
      await settled(page);
      await expectAccessible(page);
      const main = (await page.getByRole("main").textContent()) ?? "";
      expect(main, path).not.toMatch(/(energy|bill|water|figure|carbon|emissions|tou|quota|advice|compare)\.[a-z]/);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("tells in words what was made inside, fed into the grid and handed over, in both languages", async () => {
    await enterEnergyOfOther(admin, lastMonth);
    const texts = {
      zh: { made: "自产能源", fed: "上网电量 (已扣减)", sold: "外供电", unknown: "合计偏高： 乙厂: 外供热" },
      en: {
        made: "Made inside",
        fed: "Fed into the grid, deducted",
        sold: "Electricity, handed over",
        unknown: "too high: 乙厂: Heat, handed over",
      },
    };
    const span = new URLSearchParams({
      from: `${lastMonth}-01T00:00:00+08:00`,
      to: `${monthAfter(lastMonth)}-01T00:00:00+08:00`,
    });
    for (const language of ["zh", "en"] as const) {
      const { page, context, complaints } = await browser.open({ locale: language === "zh" ? "zh-CN" : "en-GB" });
      await page.addInitScript(`localStorage.setItem("park.preferences", '${JSON.stringify({ language })}')`);
      await signIn(page);
      const shown = texts[language];
      for (const [view, expected] of [
        ["carbon", [shown.made, shown.fed, shown.unknown]],
        ["coal", [shown.made, shown.sold, shown.unknown]],
      ] as const) {
        await page.goto(`${url}/carbon?view=${view}&${span.toString()}`);
        await settled(page);
        const main = page.getByRole("main");
        for (const text of expected) await main.getByText(text).first().waitFor();
        expect(await main.textContent()).not.toMatch(/sold|madeInside|electricityExport|fuel\.|product\./);
        await expectAccessible(page);
      }
      expect(complaints).toEqual([]);
      await context.close();
    }
  });

  comparePages(() => ({ url, admin, browser, signIn, lastMonth }));
  printPages(() => ({ url, browser, signIn, settled, month: { is: lastMonth, next: monthAfter(lastMonth) } }));
  rulePages(() => ({ url, admin, browser, signIn }));
  inspectionPages(() => ({ url, admin, browser, signIn }));
  notePages(() => ({ url, admin, browser, signIn }));
  deskPages(() => ({ url, admin, browser, signIn }));
  gridPages(() => ({ url, admin, browser, signIn }));
  alertPages(() => ({ url, admin, browser, signIn }));
});

const pad = (n: number): string => String(n).padStart(2, "0");

/** The calendar month before the one that holds an instant, in the park's zone. */
function monthBefore(at: number): string {
  const now = new Date(at + zoneMs);
  const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  return `${before.getUTCFullYear()}-${pad(before.getUTCMonth() + 1)}`;
}

function monthAfter(month: string): string {
  const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1));
  return `${next.getUTCFullYear()}-${pad(next.getUTCMonth() + 1)}`;
}

/** Steam made of gas, a plant on the roof, electricity for a neighbour, and a silent meter of heat for another. */
async function enterEnergyOfOther(admin: ApiClient, month: string): Promise<void> {
  const [from, to] = [`${month}-01T00:00:00+08:00`, `${monthAfter(month)}-01T00:00:00+08:00`].map((at) =>
    Date.parse(at),
  );
  const add = async (
    id: string,
    kind: string,
    used: Readonly<Record<string, number>>,
    more: { readonly parentId?: string; readonly purpose?: string } = {},
  ): Promise<void> => {
    const points = Object.keys(used).map((quantity) => ({ quantity }));
    await admin.post("/meters", { id, name: id, enterpriseId: "other", kind, intervalS: 900, points, ...more });
    const none = Object.fromEntries(Object.keys(used).map((quantity) => [quantity, 0]));
    const readings = [
      { ts: from, values: none },
      { ts: to, values: used },
    ];
    if (Object.values(used).some((amount) => amount > 0))
      await admin.post("/import/readings", { meterId: id, readings });
  };
  await add("other-G0", "gas", { gasVolume: 30_000 });
  await add("other-S0", "steam", { steamMass: 300 }, { parentId: "other-G0" });
  await add("other-PV", "pv", { pvEnergy: 9000, activeEnergyExport: 2000 });
  await add("other-E9", "electricity", { activeEnergyImport: 4000 }, { parentId: "other-E0", purpose: "sold" });
  await add("other-H9", "heat", { heat: 0 }, { purpose: "sold" });
}

async function enterPark(admin: ApiClient, month: string): Promise<void> {
  const put = async (path: string, body: unknown): Promise<void> => {
    const answer = await admin.request("PUT", path, body);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  };
  for (const [id, name] of [
    ["plant", "甲厂"],
    ["other", "乙厂"],
  ]) {
    await admin.post("/enterprises", { id, name });
    const points = ["activePower", "activeEnergyImport", "reactiveEnergyImport"].map((quantity) => ({ quantity }));
    await admin.post("/meters", {
      id: `${id}-E0`,
      name: `${name}总表`,
      enterpriseId: id,
      kind: "electricity",
      intervalS: 900,
      points,
    });
  }
  const sub = {
    id: "plant-E1",
    name: "焊接线",
    enterpriseId: "plant",
    kind: "electricity",
    intervalS: 900,
    parentId: "plant-E0",
  };
  await admin.post("/meters", { ...sub, points: [{ quantity: "activeEnergyImport" }] });
  const water = { id: "plant-W0", name: "水表", enterpriseId: "plant", kind: "water", intervalS: 900 };
  await admin.post("/meters", { ...water, points: [{ quantity: "waterFlow" }, { quantity: "waterVolume" }] });
  const stack = { id: "plant-DA1", name: "排口", enterpriseId: "plant", kind: "emission", intervalS: 60 };
  await admin.post("/meters", { ...stack, points: [{ quantity: "nox" }] });
  await admin.post("/users", {
    username: "clerk",
    password: clerkPassword,
    role: "enterpriseOperator",
    enterpriseId: "plant",
  });

  // Two months of quarter hours up to now; each register is a straight line with a working day on it.
  const start = Date.parse(`${month}-01T00:00:00+08:00`) - 3_600_000;
  const quarters = Math.floor((Date.now() - start) / 900_000);
  const isDay = (at: number): boolean => ((at + zoneMs) % dayMs) / 3_600_000 >= 8;
  let kwh = 0;
  const rows = Array.from({ length: quarters }, (_, n) => {
    const at = start + n * 900_000;
    kwh += isDay(at) ? 100 : 20;
    return { ts: at, kwh };
  });
  const load = async (meterId: string, values: (row: { kwh: number }) => Record<string, number>): Promise<void> => {
    for (let n = 0; n < rows.length; n += 3000) {
      const readings = rows.slice(n, n + 3000).map((row) => ({ ts: row.ts, values: values(row) }));
      await admin.post("/import/readings", { meterId, readings });
    }
  };
  await load("plant-E0", ({ kwh: e }) => ({ activeEnergyImport: e, reactiveEnergyImport: e * 0.3 }));
  await load("other-E0", ({ kwh: e }) => ({ activeEnergyImport: e / 2, reactiveEnergyImport: e * 0.1 }));
  await load("plant-E1", ({ kwh: e }) => ({ activeEnergyImport: e * 0.6 }));
  await load("plant-W0", ({ kwh: e }) => ({ waterVolume: e / 50 }));

  const entered = {
    effectiveFrom: "2020-01-01",
    effectiveTo: null,
    source: "test",
    documentNumber: null,
    status: "unverified",
  };
  const periods = { sharp: 1.2, peak: 1, flat: 0.6, valley: 0.3, deepValley: 0.2 };
  const price = { form: "allIn", yuanPerKwh: periods, governmentFund: { yuanPerKwh: 0.03, isIncluded: false } };
  await put("/regulated/test.price.1", {
    ...entered,
    id: "test.price.1",
    kind: "energyPrice",
    subject: "test.price",
    name: "测试电价",
    unit: "元/kWh",
    value: price,
  });
  await put("/regulated/test.basic.1", {
    ...entered,
    id: "test.basic.1",
    kind: "number",
    subject: "demandPrice.test",
    name: "测试需量电价",
    unit: "元/kW·月",
    value: 30,
  });
  const contract = { method: "declaredDemand", capacityKva: 1000, declaredKw: 500 };
  const basic = { contract, rules: "china", price: "demandPrice.test" };
  const electricity = { region: "hunan", holidays: null, energyPrice: "test.price", basic, powerFactor: "0.90" };
  await put("/enterprises/plant/tariff-contracts/2024-01-01", { electricity });
  const year = Number(month.slice(0, 4));
  const quota = {
    enterpriseId: "plant",
    medium: "electricity",
    from: `${year}-01-01`,
    to: `${year + 1}-01-01`,
    value: 900_000,
    unit: "kWh",
  };
  await put("/quotas/q1", { ...quota, source: "test", status: "unverified" });
}
