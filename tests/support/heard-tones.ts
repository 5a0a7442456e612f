import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";

const counter = "oscillatorsStarted";

/** Switches alert sounds on in every page that is opened from now on, and counts the oscillators that the browser really starts. */
export async function listenToTones(context: BrowserContext): Promise<void> {
  await context.addInitScript((name) => {
    const kept = JSON.parse(localStorage.getItem("park.preferences") ?? "{}") as Record<string, unknown>;
    localStorage.setItem("park.preferences", JSON.stringify({ ...kept, sound: { isOn: true } }));
    const counts = globalThis as unknown as Record<string, number>;
    counts[name] = 0;
    const { prototype } = OscillatorNode;
    const start = Reflect.get(prototype, "start");
    prototype.start = function (this: OscillatorNode, ...when) {
      counts[name] = (counts[name] ?? 0) + 1;
      return start.apply(this, when);
    };
  }, counter);
}

/**
 * Gives what resolves when a page of the context says so. Looked for by the page itself: a question of the test's would count as
 * a click of somebody there, and let the page sound.
 */
export async function saying(context: BrowserContext, text: string): Promise<{ shown: Promise<void> }> {
  let resolve = (): void => undefined;
  const shown = new Promise<void>((done) => (resolve = done));
  await context.exposeFunction("textIsShown", () => resolve());
  await context.addInitScript((wanted) => {
    const told = globalThis as unknown as { textIsShown: () => void };
    const look = new MutationObserver(() => {
      if (!(document.body as HTMLElement | null)?.textContent.includes(wanted)) return;
      look.disconnect();
      told.textIsShown();
    });
    look.observe(document, { childList: true, subtree: true, characterData: true });
  }, text);
  return { shown };
}

/** How many notes a page has begun since it was loaded. */
export const notesOf = (page: Page): Promise<number> =>
  page.evaluate((name) => (globalThis as unknown as Record<string, number>)[name] ?? 0, counter);

/** Waits until a tab of this browser has the turn to sound. */
export async function turnTaken(page: Page): Promise<void> {
  const isTaken = (): Promise<boolean> =>
    page.evaluate(async () => ((await navigator.locks.query()).held ?? []).some(({ name }) => name?.includes("sound")));
  await expect.poll(isTaken, { timeout: 15_000 }).toBe(true);
}
