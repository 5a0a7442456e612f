import type { InspectionBody } from "@smart-park/core/wire";
import { expect, it } from "vitest";
import { expectAccessible } from "../support/browser.ts";
import { firstByDay } from "../support/size.ts";
import type { OpenPark } from "./rule-pages.ts";

const stewardPassword = "sees-what-is-wrong";
const clerkPassword = "own-data-only-please";

/** Inspection records in a browser, on a park whose clerk `clerk` is of the enterprise `plant` (甲厂). */
export function inspectionPages(park: () => OpenPark): void {
  it("takes a finding from the steward to the enterprise and back until it is closed", async () => {
    const { url, admin, browser, signIn } = park();
    const steward = { username: "guan", password: stewardPassword, role: "steward", enterpriseIds: ["plant"] };
    await admin.post("/users", steward);
    const [finds, repairs] = [await browser.open(), await browser.open()];
    await signIn(finds.page, "guan", stewardPassword);
    await finds.page.goto(`${url}/inspections`);
    await finds.page.getByText("还没有巡查记录").waitFor();
    await finds.page.getByRole("button", { name: "新增记录" }).click();
    const dialog = finds.page.getByRole("dialog");
    await dialog.getByLabel("类别").selectOption({ label: "治理设施" });
    await dialog.getByLabel("发现").fill("喷淋塔循环水泵未开");
    await dialog.getByRole("button", { name: "保存记录" }).click();
    const found = finds.page.getByRole("listitem").filter({ hasText: "喷淋塔循环水泵未开" });
    await found.getByText("待整改", { exact: false }).first().waitFor();

    await signIn(repairs.page, "clerk", clerkPassword);
    await repairs.page.goto(`${url}/inspections?state=open`);
    await repairs.page.getByRole("button", { name: "填报整改：喷淋塔循环水泵未开" }).click();
    await repairs.page.getByRole("dialog").getByLabel("怎样整改的").fill("水泵已更换并投运");
    await repairs.page.getByRole("dialog").getByRole("button", { name: "填报整改" }).click();
    await repairs.page.getByText("没有这样的记录").waitFor();

    await finds.page.reload();
    await found.getByText("水泵已更换并投运").waitFor();
    await found.getByRole("button", { name: "复查通过：喷淋塔循环水泵未开" }).click();
    await dialog.getByRole("button", { name: "复查通过" }).click();
    await found.getByText("已闭环").waitFor();
    const { items } = await admin.get<{ items: InspectionBody[] }>("/inspections?state=closed");
    expect(items.map(({ createdBy, steps }) => [createdBy, ...steps.map(({ by }) => by)])).toEqual([
      ["guan", "clerk", "guan"],
    ]);
    for (const { complaints, context } of [finds, repairs]) {
      expect(complaints).toEqual([]);
      await context.close();
    }
  });

  it.each(
    firstByDay([
      ["en", "dark", 390],
      ["zh", "light", 1440],
    ] as const),
  )("is accessible on the page of inspections (%s, %s, %i px)", async (language, colorScheme, width) => {
    const { url, admin, browser, signIn } = park();
    await admin.post("/inspections", {
      enterpriseId: "plant",
      topic: "waste",
      finding: "危废间无台账",
      dueOn: "2020-01-31",
    });
    const { page, context, complaints } = await browser.open({ colorScheme, viewport: { width, height: 900 } });
    await page.addInitScript(
      `localStorage.setItem("park.preferences", '${JSON.stringify({ language, theme: colorScheme })}')`,
    );
    await signIn(page);
    await page.goto(`${url}/inspections`);
    await page.getByText("危废间无台账").first().waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: language === "zh" ? "新增记录" : "New record" }).click();
    await page.getByRole("dialog").waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await context.close();
  });
}
