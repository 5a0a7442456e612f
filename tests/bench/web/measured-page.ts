import type { BrowserContext, CDPSession, Cookie, Page } from "playwright-core";
import type { TestBrowser } from "../../support/browser.ts";
import { awaitChange, record, watchPage, type PageNotes } from "./page-watch.ts";

/** How fast the PC and its network are. */
export type Pc = "normal" | "slow";

const screen = { width: 1920, height: 1080 } as const;

const slowFactor = 4;
const bytesPerSecond = 10e6 / 8;
const slowNetwork = {
  offline: false,
  latency: 40,
  downloadThroughput: bytesPerSecond,
  uploadThroughput: bytesPerSecond,
};
const freeNetwork = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
const patienceMs = 30_000;

/** One page of a real Chromium in a profile of its own, which nothing is cached in yet. */
export class MeasuredPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly #context: BrowserContext;
  readonly #debugger: CDPSession;

  private constructor({ page, context, complaints }: Awaited<ReturnType<TestBrowser["open"]>>, session: CDPSession) {
    this.page = page;
    this.complaints = complaints;
    this.#context = context;
    this.#debugger = session;
  }

  /** `cookies` of somebody who is signed in; none for the page of sign-in. */
  static async open(browser: TestBrowser, pc: Pc, cookies: readonly Cookie[]): Promise<MeasuredPage> {
    const opened = await browser.open({ viewport: screen, timezoneId: "Asia/Shanghai" });
    const { page, context } = opened;
    await context.addCookies(cookies);
    page.setDefaultTimeout(patienceMs);
    // The compiler gives functions their names by a call that pages do not know.
    await page.addInitScript("globalThis.__name = (named) => named;");
    await page.addInitScript(watchPage);
    const session = await context.newCDPSession(page);
    for (const domain of ["Performance.enable", "Network.enable"] as const) await session.send(domain);
    const measured = new MeasuredPage(opened, session);
    await measured.setPc(pc);
    return measured;
  }

  async setPc(pc: Pc): Promise<void> {
    await this.#debugger.send("Emulation.setCPUThrottlingRate", { rate: pc === "slow" ? slowFactor : 1 });
    await this.#debugger.send("Network.emulateNetworkConditions", pc === "slow" ? slowNetwork : freeNetwork);
  }

  notes = (): Promise<Omit<PageNotes, "change">> =>
    this.page.evaluate(() => ({ ...globalThis.parkNotes, change: null }));

  /** Share of the main thread's time that tasks took in the next `forMs`. */
  async busyShare(forMs: number): Promise<number> {
    const before = await this.#metrics();
    await this.page.waitForTimeout(forMs);
    const after = await this.#metrics();
    return (after.taskS - before.taskS) / (after.at - before.at);
  }

  /** What the page notes of frames, long tasks and cells in the next `forMs`. */
  async recorded(forMs: number): Promise<Omit<PageNotes, "change">> {
    await this.page.evaluate(record);
    await this.page.waitForTimeout(forMs);
    await this.page.evaluate(() => void (globalThis.parkNotes.isRecording = false));
    return this.notes();
  }

  /** Interactions from now on count anew. */
  forgetInteractions = (): Promise<void> => this.page.evaluate(() => void (globalThis.parkNotes.interactionsMs = {}));

  /** ms from the input that `act` gives until the number of elements that match has changed and is painted. */
  async changeMs(selector: string, act: () => Promise<void>): Promise<number> {
    await this.page.evaluate(awaitChange, selector);
    await act();
    const changed = await Promise.race([
      this.page.evaluate(() => globalThis.parkNotes.change),
      new Promise<null>((resolve) => setTimeout(() => resolve(null), patienceMs)),
    ]);
    if (changed === null) throw new Error(`Nothing of ${selector} changed on ${this.page.url()}.`);
    return changed;
  }

  /** MB (10⁶ bytes) of JavaScript objects that are in use. */
  async heapMb(): Promise<number> {
    await this.#debugger.send("HeapProfiler.collectGarbage");
    const { usedSize } = await this.#debugger.send("Runtime.getHeapUsage");
    return usedSize / 1e6;
  }

  close = (): Promise<void> => this.#context.close();

  async #metrics(): Promise<{ at: number; taskS: number }> {
    const { metrics } = await this.#debugger.send("Performance.getMetrics");
    const valueOf = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return { at: valueOf("Timestamp"), taskS: valueOf("TaskDuration") };
  }
}
