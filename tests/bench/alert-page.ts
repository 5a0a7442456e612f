/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from "playwright-core";
import { startBrowser } from "../support/browser.ts";

/** An alerts page that notes when each alert is on the screen. */
export interface AlertPage {
  /** Epoch ms by alert id. */
  painted(): Promise<ReadonlyMap<string, number>>;
  complaints(): readonly string[];
  close(): Promise<void>;
}

interface Watching {
  benchPainted: Record<string, number>;
}

/** Signs in with a real browser and leaves the list of alerts open. */
export async function openAlertPage(
  program: string,
  { url, username, password }: { url: string; username: string; password: string },
): Promise<AlertPage> {
  const browser = await startBrowser(program);
  try {
    const { page, complaints } = await browser.open();
    await page.goto(`${url}/login`);
    await page.locator("input[autocomplete=username]").fill(username);
    await page.locator("input[type=password]").fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL((address) => !address.pathname.startsWith("/login"));
    const listed = page.waitForResponse((answer) => answer.url().includes("/alerts?"));
    // One row for each alert: what is gathered into a storm is not painted by itself.
    await page.goto(`${url}/alerts?flat=1`);
    await listed;
    await watch(page);
    return {
      painted: async () =>
        new Map(Object.entries(await page.evaluate(() => (globalThis as unknown as Watching).benchPainted))), // set by watch
      complaints: () => complaints,
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/**
 * A row counts from the second frame after it came into the document: the first one has painted it by then. No named
 * functions in here: the compiler would add a call that the page does not know.
 */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const painted: Record<string, number> = {};
    const seen = new Set<string>();
    (globalThis as unknown as Watching).benchPainted = painted;
    new MutationObserver(() => {
      for (const link of document.querySelectorAll("a[data-row]")) {
        const id = decodeURIComponent(link.getAttribute("href")?.split("/").at(-1) ?? "");
        if (seen.has(id)) continue;
        seen.add(id);
        requestAnimationFrame(() => requestAnimationFrame(() => (painted[id] = Date.now())));
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
