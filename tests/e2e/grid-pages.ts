import { readFileSync } from "node:fs";
import type { AlertBody, TodayUsesBody } from "@smart-park/core/wire";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";

interface Surroundings {
  readonly url: string;
  readonly admin: ApiClient;
  readonly browser: TestBrowser;
  readonly signIn: (page: Page) => Promise<void>;
}

/** The live grid and a storm of alerts; they share the park of the file that calls them. */
export function gridPages(of: () => Surroundings): void {
  it("shows today's use as the API counts it, keeps the chosen columns in the address, and writes what it shows", async () => {
    const { url, admin, browser, signIn } = of();
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/live?type=electricity&q=plant-E0&sort=-today`);
    const { items } = await admin.get<TodayUsesBody>("/figures/today?meters=plant-E0");
    const use = items[0]?.use.value ?? null;
    const decimals = (use ?? 0) >= 1000 ? 0 : 1;
    const shown =
      use === null
        ? "—"
        : use.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const row = page.getByRole("row").filter({ hasText: "plant-E0" });
    const cell = row.getByRole("gridcell").nth(await placeOf(page, /今日用量/));
    await expect.poll(() => cell.textContent(), { timeout: 10_000 }).toContain(shown);

    await page.locator("summary").filter({ hasText: "列" }).click();
    const columns = page.getByRole("group", { name: "显示的列" });
    // What is ticked stands in the address, so each tick is there when that is.
    await columns.getByRole("checkbox", { name: "近 1 小时" }).click();
    await page.waitForURL(/cols=/);
    await columns.getByRole("checkbox", { name: "正向有功电能" }).click();
    await page.waitForURL(/cols=activePower%2Ctoday%2CactiveEnergyImport/);
    await page.reload();
    await page.getByRole("columnheader", { name: /正向有功电能/ }).waitFor();
    expect(await page.getByRole("columnheader", { name: "近 1 小时" }).count()).toBe(0);
    await row.waitFor();
    await expectAccessible(page);

    const loading = page.waitForEvent("download");
    await page.getByRole("button", { name: "导出 CSV" }).click();
    const [head = "", line = "", ...rest] = readFileSync(await (await loading).path(), "utf8")
      .trimEnd()
      .split("\r\n");
    const at = head.split(",").indexOf("今日用量 (kWh)");
    expect(at).toBeGreaterThan(0);
    expect(line.split(",").slice(0, 3)).toEqual(["plant-E0", "甲厂总表", "甲厂"]);
    expect(Number(line.split(",")[at])).toBe(Number((use ?? 0).toFixed(decimals)));
    expect(rest).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("tells about one meter after the other beside the list, which goes on working, and gives the focus back", async () => {
    const { url, browser, signIn } = of();
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/live`);
    const rows = page.locator("[role=grid] [role=row][aria-selected]");
    const idOf = async (n: number): Promise<string> =>
      (await rows.nth(n).getByRole("gridcell").first().innerText()).trim();
    const panel = page.getByRole("dialog");
    await rows.nth(1).waitFor();
    await rows.nth(0).click();
    await panel.getByText(await idOf(0), { exact: true }).waitFor();
    await rows.nth(1).click();
    await panel.getByText(await idOf(1), { exact: true }).waitFor();
    expect(await panel.count()).toBe(1);
    expect(new URL(page.url()).searchParams.get("m")).toBe(await idOf(1));
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    const focused = (): Promise<string | null | undefined> =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-rowindex"));
    await expect.poll(focused).toBe("3");
    await page.keyboard.press("ArrowUp");
    await expect.poll(focused).toBe("2");
    await page.keyboard.press("Enter");
    await panel.getByText(await idOf(0), { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("gathers a storm of alerts with their warnings into one row, and acknowledges them together", async () => {
    const { url, admin, browser, signIn } = of();
    await admin.post("/enterprises", { id: "storm", name: "丙厂" });
    const ids = Array.from({ length: 11 }, (_, n) => `storm-E${n}`);
    for (const id of ids) {
      const points = [{ quantity: "activePower" }];
      await admin.post("/meters", { id, name: id, enterpriseId: "storm", kind: "electricity", points });
    }
    const points = ids.map((id) => `${id}.activePower`);
    const bounds = { above: 900, warnAbove: 800 };
    const { id: rule } = await admin.post<{ id: string }>("/alert-rules", {
      ...{ kind: "limit", name: "丙厂功率过高", points, severity: "P3", ...bounds },
    });
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/alerts?rule=${rule}`);
    await admin.post("/telemetry", Object.fromEntries(ids.map((id) => [id, { values: { activePower: 950 } }])));
    const storm = page.getByRole("button", { name: /告警风暴 · 丙厂/ });
    await storm.waitFor({ timeout: 15_000 });
    await page.getByText("22 条告警，合并为 1 行").waitFor();
    await storm.click();
    const rows = page.getByRole("list", { name: "丙厂" }).getByRole("listitem");
    await expect.poll(() => rows.count()).toBe(11);
    await rows.first().getByText("同时有预警，持续中").click();
    await rows.first().getByText("预警", { exact: true }).waitFor();
    await expectAccessible(page);

    await page.getByRole("button", { name: "确认 22 条" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("以及另外 17 条").waitFor();
    await dialog.getByRole("textbox").fill("限电通知");
    await dialog.getByRole("button", { name: "确认 22 条" }).click();
    await page.getByText("已确认 22 条").waitFor();
    const notes = async (): Promise<(string | undefined)[]> =>
      (await admin.get<{ items: AlertBody[] }>(`/alerts?rule=${rule}`)).items.map((one) => one.acknowledged?.note);
    expect(await notes()).toEqual(Array<string>(22).fill("限电通知"));
    await page.getByRole("button", { name: /^撤销/ }).click();
    await page.getByText("已撤销 22 条确认").waitFor();
    expect(await notes()).toEqual(Array<undefined>(22).fill(undefined));
    await page.getByRole("button", { name: "确认 22 条" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
}

/** The place of a column among the cells of a row. */
async function placeOf(page: Page, name: RegExp): Promise<number> {
  await page.getByRole("columnheader", { name }).waitFor();
  const heads = await page.getByRole("columnheader").allTextContents();
  return heads.findIndex((head) => name.test(head));
}
