import type { Page } from "playwright-core";
import { quantile, type Figures } from "./budgets.ts";
import { MeasuredPage } from "./measured-page.ts";
import type { Site } from "./page-loads.ts";

export interface LiveLoad {
  readonly meterCount: number;
  /** Sets the load; done when the platform has it. */
  setRate(valuesPerSecond: number): void;
  readonly valuesPerSecond: number;
  readonly burstPerSecond: number;
}

const [windowMs, settleMs, keyMs] = [10_000, 3000, 60];
/** Shorter ones are not told by the browser; they count as this long. */
const leastInteractionMs = 16;
const [slowFrameMs, longTaskMs] = [33, 100];
const row = "[role=grid] [role=row][aria-selected]";

/** Everything that is measured while values stream in, on one page that stays open. */
export async function measureLivePage(site: Site, load: LiveLoad): Promise<Figures> {
  const measured = await MeasuredPage.open(site.browser, "normal", site.cookies);
  try {
    const { page } = measured;
    load.setRate(load.valuesPerSecond);
    await page.goto(`${site.url}/live`);
    await page.locator(row).first().waitFor();
    await page.waitForTimeout(settleMs);
    const busy = 100 * (await measured.busyShare(windowMs));
    const frames = await framesOf(measured);
    const interaction = await interactionMs(measured);
    const changes = await measureChanges(measured, load.meterCount);
    const heap = await measured.heapMb();
    load.setRate(load.burstPerSecond);
    await page.waitForTimeout(settleMs);
    const burstBusy = 100 * (await measured.busyShare(windowMs));
    load.setRate(load.valuesPerSecond);
    const tiles = await measureTiles(measured, site.url);
    const slow = await measureSlow(measured);
    if (measured.complaints.length > 0) throw new Error(`The page complains: ${measured.complaints.join("; ")}`);
    return { busy, ...frames, interaction, ...changes, heap, burstBusy, ...tiles, ...slow };
  } finally {
    await measured.close();
  }
}

async function framesOf(measured: MeasuredPage): Promise<Figures> {
  const { frameGapsMs, longTasksMs, cellDelaysMs } = await measured.recorded(windowMs);
  return {
    slowFrames: (100 * frameGapsMs.filter((gap) => gap > slowFrameMs).length) / frameGapsMs.length,
    longTasks: longTasksMs.filter((duration) => duration > longTaskMs).length,
    cellDelay: quantile(cellDelaysMs, 0.95),
  };
}

async function measureSlow(measured: MeasuredPage): Promise<Figures> {
  await measured.setPc("slow");
  await measured.page.waitForTimeout(settleMs);
  const slowBusy = 100 * (await measured.busyShare(windowMs));
  return { slowBusy, slowInteraction: await interactionMs(measured) };
}

/** p98 of what somebody at the grid does: sorts, searches, walks by keys, opens and closes meters. */
async function interactionMs(measured: MeasuredPage): Promise<number> {
  const { page } = measured;
  await measured.forgetInteractions();
  let count = 0;
  const after = async (act: Promise<void>): Promise<void> => {
    await act;
    count += 1;
    await page.waitForTimeout(keyMs);
  };
  const key = (name: string): Promise<void> => after(page.keyboard.press(name));
  const click = (selector: string, nth: number): Promise<void> => after(page.locator(selector).nth(nth).click());
  const headings = "[role=columnheader] button";
  for (const heading of [3, 3, 1, 2, 5, 0]) await click(headings, heading);
  await click("[role=search] input, input[type=search]", 0);
  for (const character of "m4 07") await key(character);
  for (let n = 0; n < 5; n++) await key("Backspace");
  for (const place of [2, 5, 9]) {
    await click(row, place);
    await page.getByRole("dialog").waitFor();
    await key("Escape");
  }
  await click(row, 0);
  await key("Escape");
  for (const name of [
    ...Array.from({ length: 12 }, () => "ArrowDown"),
    "PageDown",
    "PageDown",
    "PageUp",
    "End",
    "Home",
  ])
    await key(name);
  const { interactionsMs } = await measured.notes();
  const told = Object.values(interactionsMs);
  const untold = Array.from({ length: Math.max(0, count - told.length) }, () => leastInteractionMs);
  return quantile([...told, ...untold], 0.98);
}

/** From a key or a click until what it asks for is painted; of two ways to ask the slower one counts. */
async function measureChanges(measured: MeasuredPage, meterCount: number): Promise<Figures> {
  const { page } = measured;
  const search = page.locator("main#content input[type=search]").first();
  await search.focus();
  const all = `[role=grid][aria-rowcount="${meterCount + 1}"]`;
  const press = (key: string) => (): Promise<void> => page.keyboard.press(key);
  const filter = [await measured.changeMs(all, press("7")), await measured.changeMs(all, press("Backspace"))];

  await page.keyboard.press("Control+k");
  await page.locator("[role=listbox] [role=option]").first().waitFor();
  const option = "[role=listbox] [role=option]";
  const palette = [await measured.changeMs(option, press("0"))];
  await page.keyboard.type("0-m0");
  palette.push(await measured.changeMs(option, press("7")));
  await page.keyboard.press("Escape");

  const switches: number[] = [];
  for (const isSeen of [false, true])
    for (const [path, shown] of pages) {
      const took = await switchTo(measured, page, path, shown);
      if (isSeen) switches.push(took);
    }
  return { filter: Math.max(...filter), paletteResult: Math.max(...palette), pageSwitch: quantile(switches, 1) };
}

/** Pages by the menu, each with what it shows once it has its data; the last one is the live page again. */
const pages = [
  ["/overview", "main#content canvas"],
  ["/enterprises", "main#content tbody tr"],
  ["/live", row],
] as const;

async function switchTo(measured: MeasuredPage, page: Page, path: string, shown: string): Promise<number> {
  const took = await measured.changeMs(shown, () => page.locator(`nav a[href="${path}"]`).first().click());
  await page.waitForTimeout(settleMs);
  return took;
}

/** Nothing where the live page knows no tiles. */
async function measureTiles(measured: MeasuredPage, url: string): Promise<Figures> {
  const { page } = measured;
  await page.goto(`${url}/live?mode=tiles`);
  const found = await Promise.race([
    page
      .locator("main#content canvas")
      .first()
      .waitFor()
      .then(() => "tiles"),
    page
      .locator(row)
      .first()
      .waitFor()
      .then(() => "grid"),
  ]);
  await page.waitForTimeout(settleMs);
  const tilesBusy = found === "tiles" ? { tilesBusy: 100 * (await measured.busyShare(windowMs)) } : {};
  await page.goto(`${url}/live`);
  await page.locator(row).first().waitFor();
  return tilesBusy;
}
