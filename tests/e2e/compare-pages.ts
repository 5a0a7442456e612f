import type { ComparisonBody } from "@smart-park/core/wire";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";

interface Surroundings {
  readonly url: string;
  readonly admin: ApiClient;
  readonly browser: TestBrowser;
  readonly signIn: (page: Page) => Promise<void>;
  /** A whole month of measured days. */
  readonly lastMonth: string;
}

/** Sides beside each other; they share the park of the file that calls them. */
export function comparePages(of: () => Surroundings): void {
  it("compares what is in the address, adds a side by keyboard, and hands out the same as a sheet", async () => {
    const { url, admin, browser, signIn, lastMonth } = of();
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    const [year, month] = lastMonth.split("-").map(Number);
    const to = new Date(Date.UTC(year ?? 0, month ?? 1, 1)).toISOString().slice(0, 10);
    const span = { from: `${lastMonth}-01T00:00:00+08:00`, to: `${to}T00:00:00+08:00` };
    const asked = new URLSearchParams({ ...span, sides: "ent:plant,ent:plant~prev" });
    const body = await admin.get<ComparisonBody>(`/figures/comparison?kind=electricity&${asked.toString()}`);
    await page.goto(`${url}/energy/compare?${asked.toString()}`);
    const table = page.getByRole("table", { name: "逐点数据" });
    await table.waitFor();
    expect(await table.getByRole("row").count()).toBe(body.slots.length + 1);
    const days = new Date(Date.parse(`${to}T00:00:00Z`) - 1).getUTCDate();
    expect(body.slots.filter(({ cells }) => cells[0] !== null)).toHaveLength(days);
    // Nothing was measured the month before, but for its last hour: gaps, and no zero.
    const second = await table
      .getByRole("row", { name: /^15 日/ })
      .getByRole("cell")
      .nth(2)
      .textContent();
    expect(second).toContain("—");

    await page.getByLabel("对象").selectOption("other");
    await page.getByRole("button", { name: "添加", exact: true }).press("Enter");
    await page.waitForURL((address) => (address.searchParams.get("sides") ?? "").endsWith("ent:other"));
    await table.getByRole("columnheader", { name: /乙厂 · 本期/ }).waitFor();
    await page.getByRole("button", { name: "指数" }).click();
    await page.waitForURL(/shape=index/);
    await page.reload();
    await table.getByRole("row", { name: /^1 日.*100\.0/ }).waitFor();
    await expectAccessible(page);
    const link = (await page.getByRole("link", { name: "CSV" }).getAttribute("href")) ?? "";
    const sheet = await (await page.request.get(`${url}${link}`)).text();
    expect(sheet).toContain("乙厂 本期");
    expect(sheet).toMatch(/1 日,100,100,/);
    await page.getByRole("button", { name: /^移除 甲厂 · 上期/ }).click();
    await page.waitForURL((address) => !(address.searchParams.get("sides") ?? "").includes("prev"));
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("shows the comparison on a phone without a cut", async () => {
    const { url, browser, signIn } = of();
    const { page, context } = await browser.open({ viewport: { width: 390, height: 844 } });
    await signIn(page);
    await page.goto(`${url}/energy/compare?ent=plant`);
    await page.getByRole("table", { name: "各项合计" }).waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    await context.close();
  });
}
