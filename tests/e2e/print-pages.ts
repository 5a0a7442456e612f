import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { TestBrowser } from "../support/browser.ts";

interface Surroundings {
  readonly url: string;
  readonly browser: TestBrowser;
  readonly signIn: (page: Page) => Promise<void>;
  readonly settled: (page: Page) => Promise<unknown>;
  /** The month that has figures, and the one after it. */
  readonly month: { readonly is: string; readonly next: string };
}

/** Figures on paper; they share the park of the file that calls them. */
export function printPages(of: () => Surroundings): void {
  it("prints a bill and a month by tariff on A4: light, without the frame, whole tables and charts", async () => {
    const { url, browser, signIn, settled, month } = of();
    const { page, context, complaints } = await browser.open({ colorScheme: "dark" });
    await signIn(page);
    for (const [path, most] of [
      [`/bills?ent=plant&month=${month.is}`, 3],
      [`/energy/tou?ent=plant&from=${month.is}-01T00:00%2B08:00&to=${month.next}-01T00:00%2B08:00`, 2],
    ] as const) {
      await page.goto(`${url}${path}`);
      await page.locator("main table tbody tr").first().waitFor();
      await settled(page);
      await page.evaluate(notePrint);
      const pdf = await printed(page);
      expect(pdf.subarray(0, 5).toString(), path).toBe("%PDF-");
      const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      expect(pages, path).toBeGreaterThanOrEqual(1);
      expect(pages, path).toBeLessThanOrEqual(most);
      // The PDF's letters are glyphs of a font, so what is on paper is asked of the page as it was laid out for it.
      const seen = await page.evaluate(() => (globalThis as unknown as { printedAs: PrintedAs }).printedAs); // set by notePrint
      expect(seen.theme, path).toBe("light");
      expect(seen.widestPx, path).toBeLessThanOrEqual(a4ContentPx);

      await page.emulateMedia({ media: "print" });
      await page.setViewportSize({ width: a4ContentPx, height: 1000 });
      // A chart follows its box in the frame after.
      await page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
      const shown = await page.evaluate(() => ({
        controls: [...document.querySelectorAll("nav, button, header img, [role=search]")].filter((one) =>
          one.checkVisibility(),
        ).length,
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        hasLastRow: [...document.querySelectorAll("main table")].every((table) => {
          const row = [...table.querySelectorAll("tr")].at(-1);
          return row !== undefined && row.checkVisibility() && row.getBoundingClientRect().height > 0;
        }),
        text: document.body.innerText,
      }));
      expect(shown, path).toMatchObject({ controls: 0, overflow: 0, hasLastRow: true });
      expect(shown.text, path).toMatch(/admin 打印于 \d{4}-\d{2}-\d{2} \d{2}:\d{2}/);
      await page.emulateMedia({ media: null });
      await page.setViewportSize({ width: 1440, height: 900 });
    }
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
    await context.close();
  });
}

/** Width of A4 between its margins of 12 mm, in CSS px. */
const a4ContentPx = Math.round((186 / 25.4) * 96);

interface PrintedAs {
  readonly theme: string | undefined;
  /** The widest chart. */
  readonly widestPx: number;
}

/** Runs in the page: notes what it looks like once its own preparations for paper are done. */
function notePrint(): void {
  addEventListener(
    "beforeprint",
    () =>
      queueMicrotask(() => {
        const widths = [...document.querySelectorAll("main canvas")].map((one) => one.getBoundingClientRect().width);
        const printedAs = { theme: document.documentElement.dataset["theme"], widestPx: Math.max(0, ...widths) };
        Object.assign(globalThis, { printedAs });
      }),
    { once: true },
  );
}

async function printed(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.printToPDF", { preferCSSPageSize: true, printBackground: true });
  await session.detach();
  return Buffer.from(data, "base64");
}
