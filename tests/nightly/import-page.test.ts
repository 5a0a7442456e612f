// nightly: 3 min
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parkInBrowser } from "../support/park-in-browser.ts";
import { describeWith } from "../support/programs.ts";

/** The most that a file may hold. */
const count = 5000;
const minuteMs = 60_000;
const heads = "企业编号,表计编号,表计名称,类型,测点,设备编号";

describeWith("chromium", "the import page in a browser", (chromium) => {
  const park = parkInBrowser(chromium, {
    enter: async ({ admin }) => {
      await admin.post("/enterprises", { id: "plant", name: "甲厂" });
    },
  });

  it("judges a file of 5,000 rows, enters it, and hands out the credentials of 5,000 devices once", async () => {
    const { url, admin, open } = park();
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices/import`);
    const rows = Array.from(
      { length: count },
      (_, n) => `plant,imp-${n},${n} 号表,电,有功功率;正向有功电能(kWh),gw-${n}`,
    );
    await page.getByLabel("CSV 或 XLSX 文件").setInputFiles({
      ...{ name: "园区.csv", mimeType: "", buffer: Buffer.from([heads, ...rows].join("\r\n")) },
    });
    await page.getByText(`新表计 ${count} 块，并入已有设备 0 块，新设备 ${count} 台`).waitFor({ timeout: minuteMs });
    // The head and the rows that are drawn; the others are counted.
    const judged = page.getByRole("table", { name: "将要录入的行" });
    expect(await judged.getByRole("row").count()).toBe(501);
    await page.getByText("只列出前 500 行").waitFor();

    await page.getByRole("button", { name: `录入 ${count} 行` }).click();
    await page.getByText(`已录入 ${count} 块新表计、${count} 台新设备`).waitFor({ timeout: 2 * minuteMs });
    const { items: meters } = await admin.get<{ items: readonly unknown[] }>("/meters");
    expect(meters).toHaveLength(count);

    await page.getByRole("button", { name: `领取 ${count} 份凭据`, exact: true }).click();
    const shown = page.getByRole("region", { name: "凭据" }).first();
    await shown.getByText(`${count} 台设备`).waitFor({ timeout: 2 * minuteMs });
    expect(await shown.getByRole("row").count()).toBe(501);
    const folder = process.env["PARK_SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/import-5000.png`, fullPage: true });
    const file = page.waitForEvent("download");
    await shown.getByRole("button", { name: "下载 CSV" }).click();
    const handed = readFileSync(await (await file).path(), "utf8");
    const secrets = [...handed.matchAll(/^gw-\d+,([\w-]{43}),plant,/gm)].map(([, secret]) => secret);
    expect(new Set(secrets).size).toBe(count);
    await page.getByText("已下载。离开本页后无法再次查看。").waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
