import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { expect } from "vitest";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface TestBrowser {
  /** A person's own window; what the page complains about is gathered. */
  open(options?: BrowserContextOptions): Promise<{ page: Page; context: BrowserContext; complaints: string[] }>;
  close(): Promise<void>;
}

/** A real Chromium with a profile of its own, which goes when it closes. */
export async function startBrowser(executablePath: string): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), "park-chromium-"));
  const browser = await chromium.launch({ executablePath, args: [...flags, `--crash-dumps-dir=${profile}`] });
  return {
    open: async (options) => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // A 401 before sign-in is the page asking who is there; the browser reports every 4xx as an error.
        if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
      });
      return { page, context, complaints };
    },
    close: async () => {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Fails when axe finds a serious or critical fault of accessibility on the page. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await accessibilityFaults(page), page.url()).toEqual([]);
}

/** The serious and critical faults that axe finds, each with the first elements that have it. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // The page's policy forbids inline scripts, so axe is evaluated by the debugger, not added to the page.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (
      globalThis as unknown as {
        axe: {
          run(options: object): Promise<{ violations: { impact: string; id: string; nodes: { html: string }[] }[] }>;
        };
      }
    ).axe.run({ resultTypes: ["violations"] }); // set by the line above
    return found
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map((node) => node.html)
            .slice(0, 3)
            .join(" | ")}`,
      );
  });
}
