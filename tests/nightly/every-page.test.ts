// nightly: 16 min
import { wallScenes } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import type { Page } from "playwright-core";
import { expect, it, vi } from "vitest";
import { accessibilityFaults } from "../support/browser.ts";
import { parkInBrowser, type Look } from "../support/park-in-browser.ts";
import { describeWith } from "../support/programs.ts";

const parkPages = [
  ...["/overview", "/live", "/live?mode=tiles", "/live?mode=map", "/live?q=zzzz", "/alerts", "/alerts?state=all"],
  ...["now", "trend", "usage", "alerts", "messages", "registry", "commands"].map(
    (tab) => `/meters/bridge-a-E0?tab=${tab}`,
  ),
  ...["load", "tou", "demand", "rank", "heat", "flow", "compare", "solar", "quota", "advice"].map(
    (view) => `/energy/${view}`,
  ),
  ...["/bills?ent=bridge-a", "/bills?ent=bridge-a&view=comparison", "/bills?ent=bridge-a&view=closing"],
  ...["/water", "/water?view=use", "/emissions", "/carbon", "/carbon?view=coal", "/regulated", "/inspections"],
  ...[
    "/enterprises",
    "/enterprises/bridge-a",
    "/enterprises/bridge-a?tab=contracts",
    "/enterprises/bridge-a?tab=inputs",
  ],
  ...["/ops/devices", "/ops/devices?tab=quarantine", "/ops/devices/new", "/ops/devices/import"],
  ...["/ops/rules", "/ops/rules/new", "/ops/windows", "/ops/quality", "/ops/quality?view=corrections", "/ops/channels"],
  ...[
    "/ops/channels/new",
    "/ops/walls",
    "/ops/users",
    "/ops/tokens",
    "/ops/audit",
    "/ops/health",
    "/settings",
    "/none",
  ],
];
const ownPages = ["", "/energy", "/cost", "/water", "/carbon", "/compliance", "/contracts", "/inputs"].map(
  (section) => `/my${section}`,
);

const looks: readonly (Look & { readonly width: number; readonly scale: number; readonly what: string })[] = [
  { language: "zh", theme: "light", width: 1440, scale: 1, what: "on a desk" },
  { language: "en", theme: "dark", width: 1440, scale: 1, what: "on a desk" },
  { language: "zh", theme: "dark", width: 320, scale: 1, what: "reflowed at 320 px" },
  { language: "en", theme: "light", width: 720, scale: 2, what: "zoomed to 200 %" },
];

const screenSizes = [
  [1920, 1080, 1],
  [3840, 2160, 1],
  [1536, 864, 1.25],
  [1280, 720, 1.5],
  [1080, 1920, 1],
  [2560, 1080, 1],
] as const;

/** What the server answers for good reason, and the page puts into words: no closing yet. */
const answered = new Map([
  ["/bills?ent=bridge-a&view=closing", "status of 404"],
  ["/my/cost", "status of 404"],
]);

/** Every page there is, with data on it: the demo park and its past. */
describeWith("chromium", "every page of the demo park", (chromium) => {
  let alert = "";
  const park = parkInBrowser(chromium, {
    env: { PARK_DEMO: "1", PARK_LOG_LEVEL: "info" },
    withinMs: 1_600_000,
    enter: async ({ admin, platform }) => {
      await vi.waitFor(() => expect(platform.output).toContain("the demo's bills are entered"), {
        timeout: 1_500_000,
        interval: 1000,
      });
      const { items } = await admin.get<{ items: AlertBody[] }>("/alerts?limit=1");
      alert = `/alerts/${encodeURIComponent(items[0]?.id ?? "none")}`;
      const clerk = { username: "clerk", password: "correct-horse-battery", role: "enterpriseAdmin" };
      await admin.post("/users", { ...clerk, enterpriseId: "bridge-a" });
    },
  });

  it.each(looks)(
    "is accessible, whole and without a fault: $language, $theme, $what",
    async ({ language, theme, width, scale }) => {
      const { url, open } = park();
      const size = { viewport: { width, height: 900 }, deviceScaleFactor: scale, reducedMotion: "reduce" } as const;
      const faults: string[] = [];
      for (const [as, paths] of [
        ["admin", [...parkPages, alert]],
        ["clerk", ownPages],
      ] as const) {
        const { page, context, complaints } = await open({ as, language, theme, ...size });
        for (const path of paths) {
          await page.goto(`${url}${path}`);
          await settled(page);
          for (const fault of [...(await accessibilityFaults(page)), ...(await textFaults(page, language))])
            faults.push(`${path}: ${fault}`);
          for (const complaint of complaints.splice(0))
            if (!complaint.includes(answered.get(path) ?? "nothing")) faults.push(`${path}: ${complaint}`);
        }
        await context.close();
      }
      expect(faults).toEqual([]);
    },
  );

  it("is readable on screens of the park of every size, in English and in Chinese", async () => {
    const { url, admin, browser } = park();
    const { path } = await admin.post<{ path: string }>("/walls", { id: "hall", name: "Green park" });
    const faults: string[] = [];
    const { context: hall, page: first } = await browser.open();
    await first.goto(`${url}${path}`);
    await first.locator("main section").first().waitFor();
    const cookies = await hall.cookies();
    for (const [width, height, scale] of screenSizes) {
      const { page, context, complaints } = await browser.open({
        viewport: { width, height },
        deviceScaleFactor: scale,
      });
      await context.addCookies(cookies);
      for (const language of ["en", "zh"])
        for (const scene of wallScenes) {
          await page.goto(`${url}/wall/hall?pause=1&scene=${scene}&lang=${language}`);
          await page.locator("main section").first().waitFor();
          const found = [...(await accessibilityFaults(page)), ...(await textFaults(page, language))];
          const isWhole = await page.evaluate(() => {
            const { left, right, top, bottom } = document.querySelector("[data-shape]")?.getBoundingClientRect() ?? {
              ...{ left: -1, right: 0, top: 0, bottom: 0 },
            };
            const isInside = left >= -0.5 && right <= innerWidth + 0.5 && top >= -0.5 && bottom <= innerHeight + 0.5;
            return isInside;
          });
          if (!isWhole) found.push("does not fit on the screen");
          for (const fault of [...found, ...complaints.splice(0)])
            faults.push(`${width} × ${height} × ${scale}, ${language}, ${scene}: ${fault}`);
        }
      await context.close();
    }
    await hall.close();
    expect(faults).toEqual([]);
  });
});

/** Until what the page asked for is there. */
const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    () => document.querySelector("main h1") && !document.querySelector("main [role=status][aria-label]"),
    undefined,
    { timeout: 60_000 },
  );

/** What a reader would see of a text that is missing or cut off, and of a page wider than its window. */
async function textFaults(page: Page, language: string): Promise<string[]> {
  const { text, codes, lang, overflow, name } = await page.evaluate(() => ({
    text: document.body.innerText,
    codes: [...document.querySelectorAll("code, pre")].map((code) => code.textContent),
    lang: document.documentElement.lang,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    name: document.title,
  }));
  const keys = text.match(/(?<![\w./@-])[a-z][a-zA-Z]+(\.[a-zA-Z_]+)+(?![\w.])|\{\{|undefined|NaN|\[object/g) ?? [];
  return [
    // What is marked as code is meant to be read as one.
    ...keys.filter((key) => !codes.some((code) => code.includes(key))).map((key) => `shows ${key}`),
    ...(lang.startsWith(language) ? [] : [`is in ${lang}`]),
    ...(overflow > 0 ? [`is ${overflow} px too wide`] : []),
    ...(name === "" ? ["has no title"] : []),
  ];
}
