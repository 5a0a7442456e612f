import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { ApiClient } from "./api-client.ts";
import { startBrowser, type TestBrowser } from "./browser.ts";
import { SpawnedPlatform } from "./spawned-platform.ts";

const browserPassword = "correct-horse-battery";

export interface Look {
  readonly language: "zh" | "en";
  readonly theme: "light" | "dark";
}

export interface ParkInBrowser {
  readonly url: string;
  readonly mqttUrl: string;
  readonly platform: SpawnedPlatform;
  /** The park administrator, beside the browser. */
  readonly admin: ApiClient;
  readonly browser: TestBrowser;
  /** A window in which somebody, by default the administrator, is signed in. */
  open(options?: BrowserContextOptions & Partial<Look> & { readonly as?: string }): ReturnType<TestBrowser["open"]>;
}

interface Preparation {
  readonly env?: Readonly<Record<string, string>>;
  /** Before the platform first runs in its data folder. */
  readonly furnish?: (directory: string) => void;
  /** Once it runs. */
  readonly enter?: (park: Pick<ParkInBrowser, "url" | "admin" | "platform">) => Promise<void>;
  /** How long `enter` may take. */
  readonly withinMs?: number;
}

/** The real program and a real Chromium for all tests of a suite; afterwards nothing of either is left. */
export function parkInBrowser(
  chromium: string,
  { env = {}, furnish, enter, withinMs = 180_000 }: Preparation = {},
): () => ParkInBrowser {
  const folder = mkdtempSync(join(tmpdir(), "park-browser-"));
  const directory = join(folder, "data");
  let platform: SpawnedPlatform | undefined;
  let browser: TestBrowser | undefined;
  let park: ParkInBrowser;
  beforeAll(async () => {
    furnish?.(directory);
    platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, PARK_ADMIN_PASSWORD: browserPassword, ...env });
    const { http, mqtt } = await platform.ready();
    const url = `http://127.0.0.1:${http}`;
    const admin = await new ApiClient(url).signIn("admin", browserPassword);
    await enter?.({ url, admin, platform });
    browser = await startBrowser(chromium);
    park = { url, mqttUrl: `mqtt://127.0.0.1:${mqtt}`, platform, admin, browser, open: opener(url, browser) };
  }, withinMs);
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  return () => park;
}

const opener =
  (url: string, browser: TestBrowser): ParkInBrowser["open"] =>
  async ({ as = "admin", language = "zh", theme = "light", ...options } = {}) => {
    const opened = await browser.open({ colorScheme: theme, ...options });
    await opened.context.addInitScript(
      (preferences) => localStorage.setItem("park.preferences", JSON.stringify(preferences)),
      { language, theme },
    );
    const data = { username: as, password: browserPassword };
    expect((await opened.page.request.post(`${url}/api/v1/session`, { data })).ok()).toBe(true);
    return opened;
  };
