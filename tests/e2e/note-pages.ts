import { expect, it } from "vitest";
import { expectAccessible } from "../support/browser.ts";
import type { OpenPark } from "./rule-pages.ts";

const clerkPassword = "own-data-only-please";

/** Annotations of charts and saved views in a browser, on a park whose clerk `clerk` is of the enterprise `plant` (甲厂). */
export function notePages(park: () => OpenPark): void {
  it("shows what was annotated on a meter's chart on its enterprise's load chart, to the enterprise's people", async () => {
    const { url, browser, signIn } = park();
    const [writes, reads] = [await browser.open(), await browser.open()];
    await signIn(writes.page);
    await writes.page.goto(`${url}/meters/plant-E0?tab=trend&ch=activeEnergyImport`);
    await writes.page.getByRole("button", { name: "添加标注" }).click();
    await writes.page.getByText("在图上横向拖选一段时间").waitFor();
    const plot = writes.page.locator(".u-over");
    const box = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const y = box.y + box.height / 2;
    await writes.page.mouse.move(box.x + box.width * 0.6, y);
    await writes.page.mouse.down();
    await writes.page.mouse.move(box.x + box.width * 0.9, y, { steps: 4 });
    await writes.page.mouse.up();
    const dialog = writes.page.getByRole("dialog");
    await dialog.getByLabel("标签").selectOption({ label: "生产" });
    await dialog.getByLabel("内容").fill("焊接线试产");
    await dialog.getByRole("button", { name: "保存标注" }).click();
    await writes.page.getByRole("listitem").filter({ hasText: "焊接线试产" }).waitFor();

    await signIn(reads.page, "clerk", clerkPassword);
    await reads.page.goto(`${url}/my/energy?from=now-24h&to=now`);
    const load = reads.page.getByRole("region", { name: "负荷", exact: false }).first();
    await load
      .getByRole("listitem")
      .filter({ hasText: "焊接线试产" })
      .getByRole("link", { name: "甲厂总表" })
      .waitFor();
    expect(await load.getByRole("button", { name: "删除标注" }).count()).toBe(0);
    await load.getByRole("button", { name: "标注 1", exact: true }).focus();
    await reads.page.getByRole("tooltip").getByText("生产 · 焊接线试产").waitFor();
    await expectAccessible(reads.page);
    await load.getByRole("button", { name: "数据表" }).click();
    await load.getByRole("cell", { name: "1 生产 · 焊接线试产" }).first().waitFor();

    await writes.page.getByRole("button", { name: "删除标注：焊接线试产" }).click();
    await writes.page.getByRole("button", { name: "撤销" }).click();
    await writes.page.getByText("已撤销").waitFor();
    await writes.page.getByRole("listitem").filter({ hasText: "焊接线试产" }).waitFor();
    for (const { complaints, context } of [writes, reads]) {
      expect(complaints).toEqual([]);
      await context.close();
    }
  });

  it("saves a page under a name, and opens it from the palette", async () => {
    const { url, browser, signIn } = park();
    const { page, context, complaints } = await browser.open();
    await signIn(page);
    await page.goto(`${url}/live?type=water&sort=-state`);
    await page.locator("summary").filter({ hasText: "视图" }).click();
    await page.getByRole("button", { name: "保存当前视图" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("名称").fill("水表异常优先");
    await dialog.getByLabel("共享给园区人员").check();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "保存视图" }).click();
    await page.getByText("已保存视图“水表异常优先”").waitFor();
    await page.goto(`${url}/overview`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("异常优先");
    await page.getByRole("option", { name: "水表异常优先" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/live\?type=water&sort=-state/);
    expect(complaints).toEqual([]);
    await context.close();
  });
}
