import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startBrowser, type TestBrowser } from "../support/browser.ts";
import { describeWith } from "../support/programs.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";

const password = "Correct-horse-7-battery";
const idleMinutes = 10;

/** Under a compliance profile an open page, which asks for news by itself, is no sign that somebody is there. */
describeWith("chromium", "a page under the profile mlps2", (chromium) => {
  const directory = mkdtempSync(join(tmpdir(), "park-idle-"));
  let platform: SpawnedPlatform;
  let browser: TestBrowser;
  let url: string;

  beforeAll(async () => {
    platform = new SpawnedPlatform({
      ...{ PARK_DATA_DIR: directory, PARK_DEMO: "0", PARK_ADMIN_PASSWORD: password },
      ...{ PARK_COMPLIANCE_PROFILE: "mlps2", PARK_SESSION_IDLE_MINUTES: String(idleMinutes) },
    });
    url = `http://127.0.0.1:${(await platform.ready()).http}`;
    browser = await startBrowser(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  /** When the page last noted a sign of somebody, by its own clock; it looks every 5 s. */
  async function notedUse(page: Page): Promise<number> {
    await page.clock.runFor(5000);
    return page.evaluate(() => Number(localStorage.getItem("park.usedAt")));
  }
  const pass = (page: Page, minutes: number): Promise<void> => page.clock.fastForward(minutes * 60_000);

  it("signs out once nobody has touched it for the idle time, and not before", async () => {
    const { page, context, complaints } = await browser.open();
    const signIn = await page.request.post(`${url}/api/v1/session`, { data: { username: "admin", password } });
    expect(signIn.ok()).toBe(true);
    const who = async (): Promise<number> => (await page.request.get(`${url}/api/v1/me`)).status();
    await page.clock.install();
    await page.goto(`${url}/settings`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await expect.poll(() => notedUse(page)).toBeGreaterThan(0);

    await pass(page, idleMinutes - 1);
    const before = await notedUse(page);
    await page.keyboard.press("Shift");
    await expect.poll(() => notedUse(page)).toBeGreaterThan(before);
    await pass(page, idleMinutes - 1);
    await notedUse(page);
    expect([page.url(), await who()]).toEqual([`${url}/settings`, 200]);

    await pass(page, 2);
    await page.waitForURL(`${url}/login`);
    await page.getByLabel("用户名").waitFor();
    expect(await who()).toBe(401);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
