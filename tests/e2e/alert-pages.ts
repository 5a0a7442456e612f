import type { AlertBody } from "@smart-park/core/wire";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { expectAccessible, type TestBrowser } from "../support/browser.ts";
import { listenToTones, notesOf, saying, turnTaken } from "../support/heard-tones.ts";

interface Surroundings {
  readonly url: string;
  readonly admin: ApiClient;
  readonly browser: TestBrowser;
  readonly signIn: (page: Page) => Promise<void>;
}

/** Alerts that are heard, and an acknowledgement that is taken back; in the park of the file that calls them. */
export function alertPages(of: () => Surroundings): void {
  it("sounds an alert in one of two tabs, after the click that a browser wants, and takes an acknowledgement back by keys", async () => {
    const { url, admin, browser, signIn } = of();
    const points = [{ quantity: "activePower" }];
    await admin.post("/meters", { id: "loud-E0", name: "空压站", enterpriseId: "plant", kind: "electricity", points });
    const rule = { kind: "limit", name: "空压站过载", points: ["loud-E0.activePower"], above: 900, severity: "P1" };
    const { id } = await admin.post<{ id: string }>("/alert-rules", rule);
    const { page, context, complaints } = await browser.open();
    await listenToTones(context);
    const { shown } = await saying(context, "声音未启用");
    await signIn(page);
    await page.goto(`${url}/alerts?rule=${id}`);
    await shown;
    const banner = page.getByRole("status").filter({ hasText: "声音未启用" });
    await expectAccessible(page);
    await banner.getByRole("button", { name: "启用" }).click();
    await banner.waitFor({ state: "detached" });
    await turnTaken(page);
    const other = await context.newPage();
    await other.goto(`${url}/alerts?rule=${id}`);
    await other.getByRole("heading", { name: "告警", level: 1 }).click();

    await admin.post("/telemetry", { "loud-E0": { values: { activePower: 950 } } });
    for (const tab of [page, other]) await tab.getByRole("link", { name: "空压站过载" }).waitFor({ timeout: 15_000 });
    await expect.poll(() => notesOf(page), { timeout: 10_000 }).toBe(5);
    expect(await notesOf(other)).toBe(0);
    await other.close();

    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await page.getByRole("dialog").getByRole("button", { name: "确认" }).click();
    const by = async (): Promise<string | undefined> =>
      (await admin.get<{ items: AlertBody[] }>(`/alerts?rule=${id}`)).items[0]?.acknowledged?.by;
    await page.getByRole("button", { name: /^撤销/ }).waitFor();
    expect(await by()).toBe("admin");
    await page.keyboard.press("Control+z");
    await page.getByText("已撤销 1 条确认").waitFor();
    expect(await by()).toBeUndefined();
    await page.getByRole("link", { name: "空压站过载" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
}
