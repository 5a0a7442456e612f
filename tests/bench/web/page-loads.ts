import type { Cookie } from "playwright-core";
import type { TestBrowser } from "../../support/browser.ts";
import type { Figures } from "./budgets.ts";
import { MeasuredPage, type Pc } from "./measured-page.ts";
import type { PageNotes } from "./page-watch.ts";

export interface Site {
  readonly browser: TestBrowser;
  readonly url: string;
  /** Of somebody who sees the whole park. */
  readonly cookies: readonly Cookie[];
}

/** Time in which the largest paint and late shifts still come once a page has what it is waited for. */
const settleMs = 1500;

interface Opened {
  readonly notes: Omit<PageNotes, "change">;
  /** From the start of navigation until `ready` was painted. */
  readonly readyMs: number;
}

/** Opens an address with nothing cached and waits until what `ready` selects is there. */
async function openAfresh(site: Site, pc: Pc, path: string, ready: string): Promise<Opened> {
  const measured = await MeasuredPage.open(site.browser, pc, path === "/login" ? [] : site.cookies);
  try {
    const { page } = measured;
    await page.addInitScript(noteReady, ready);
    await page.goto(`${site.url}${path}`, { waitUntil: "commit" });
    await page.locator(ready).first().waitFor();
    const readyMs = await page.evaluate(() => globalThis.parkReady);
    await page.waitForTimeout(settleMs);
    return { notes: await measured.notes(), readyMs };
  } finally {
    await measured.close();
  }
}

declare global {
  var parkReady: Promise<number>;
}

function noteReady(selector: string): void {
  globalThis.parkReady = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(selector) === null) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });
    observer.observe(document, { subtree: true, childList: true });
  });
}

const [signInForm, anyPage, curve, row] = [
  "input[autocomplete=username]",
  "main#content h1",
  "main#content canvas",
  "[role=grid] [role=gridcell]",
] as const;

/** First loads with an empty cache: sign-in, the frame of all pages, and the overview with its figures and its curve. */
export async function measurePageLoads(site: Site): Promise<Figures> {
  const open = (pc: Pc, path: string, ready: string): Promise<Opened> => openAfresh(site, pc, path, ready);
  const login = await open("normal", "/login", signInForm);
  const shell = await open("normal", "/settings", anyPage);
  const slowLogin = await open("slow", "/login", signInForm);
  const slowShell = await open("slow", "/settings", anyPage);
  const overview = await open("slow", "/overview", curve);
  const live = await open("normal", "/live", row);
  return {
    loginLcp: login.notes.lcpMs,
    shellLcp: shell.notes.lcpMs,
    slowLoginLcp: slowLogin.notes.lcpMs,
    slowShellLcp: slowShell.notes.lcpMs,
    slowOverviewLcp: overview.notes.lcpMs,
    slowOverviewReady: overview.readyMs,
    layoutShift: Math.max(...[login, shell, overview, live].map(({ notes }) => cumulativeShift(notes.shifts))),
  };
}

const [sessionGapMs, sessionMs] = [1000, 5000];

/** Cumulative layout shift as the web vitals have it: the worst run of shifts less than 1 s apart, at most 5 s long. */
function cumulativeShift(shifts: readonly { readonly at: number; readonly value: number }[]): number {
  let [worst, sum, first, last] = [0, 0, -Infinity, -Infinity];
  for (const { at, value } of shifts) {
    if (at - last > sessionGapMs || at - first > sessionMs) [sum, first] = [0, at];
    last = at;
    sum += value;
    worst = Math.max(worst, sum);
  }
  return worst;
}
