import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { wallScenes } from "@smart-park/core";
import type { AlertBody, ConsumptionBody } from "@smart-park/core/wire";
import type { BrowserContext, Page } from "playwright-core";
import { ApiClient } from "../support/api-client.ts";
import { startBrowser, type TestBrowser } from "../support/browser.ts";
import { findProgram } from "../support/find-program.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";
import { shots, wallSizes, type Look, type Shot } from "./shots.ts";

/** `npm run screenshots`: every page of the demo park with its past, as PNG files in `PARK_SCREENSHOTS` or ./screenshots. */
const folder = resolve(process.env["PARK_SCREENSHOTS"] ?? "screenshots");
const only = process.argv.slice(2);
const password = process.env["PARK_ADMIN_PASSWORD"] ?? "correct-horse-battery";
/** A demo park that stands already has its past; a new one needs some minutes for it. */
const ownFolder = process.env["PARK_DATA_DIR"];
const suffix = Date.now().toString(36);
const pastWithinMs = 20 * 60_000;
const settleMs = 2500;

const chromium = findProgram("chromium");
if (chromium === null) throw new Error("No Chromium was found; install it, or name it in PARK_CHROMIUM.");
const directory = ownFolder === undefined ? mkdtempSync(join(tmpdir(), "park-screenshots-")) : resolve(ownFolder);
const platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, PARK_DEMO: "1", PARK_ADMIN_PASSWORD: password });
try {
  const { http } = await platform.ready();
  const url = `http://127.0.0.1:${http}`;
  const admin = await new ApiClient(url).signIn("admin", password);
  console.log("• The demo park fills in its past …");
  await past(admin);
  const browser = await startBrowser(chromium);
  try {
    mkdirSync(folder, { recursive: true });
    await takeAll({ url, admin, browser });
  } finally {
    await browser.close();
  }
  console.log(`✓ The screenshots are in ${folder}`);
} finally {
  await platform.stop();
  if (ownFolder === undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

interface Studio {
  readonly url: string;
  readonly admin: ApiClient;
  readonly browser: TestBrowser;
}

interface Person {
  readonly username: string;
  readonly password: string;
}

/** Waits until a month of each day and the bills of the suppliers are there. */
async function past(admin: ApiClient): Promise<void> {
  const deadline = Date.now() + pastWithinMs;
  for (;;) {
    const range = `from=${Date.now() - 30 * 86_400_000}&to=${Date.now()}`;
    const { groups } = await admin.get<ConsumptionBody>(
      `/figures/consumption?kind=electricity&by=park&step=1d&${range}`,
    );
    const days = groups[0]?.buckets ?? [];
    const bills = await admin.get<{ items: unknown[] }>("/supplier-bills");
    if (days.length >= 30 && days.every(({ known }) => known > 0.9) && bills.items.length > 0) return;
    if (Date.now() > deadline) throw new Error(`The past was not there within ${pastWithinMs / 60_000} minutes.`);
    await new Promise((done) => setTimeout(done, 5000));
  }
}

async function takeAll(studio: Studio): Promise<void> {
  const { url, admin } = studio;
  const enterprise: Person = { username: `bridge-${suffix}`, password: `${password}-2` };
  await admin.post("/users", { ...enterprise, password, role: "enterpriseAdmin", enterpriseId: "bridge-a" });
  const first = await new ApiClient(url).signIn(enterprise.username, password);
  await first.request("POST", "/me/password", { current: password, next: enterprise.password });
  const { items } = await admin.get<{ items: AlertBody[] }>("/alerts?state=active&limit=1");
  const alert = encodeURIComponent(items[0]?.id ?? "none");
  for (const shot of shots.filter(({ name }) => isWanted(name))) {
    const path = shot.path.replace("{alert}", alert);
    for (const look of [null, ...(shot.looks ?? [])]) await take(studio, { ...shot, path }, look, enterprise);
  }
  if (isWanted("wall")) await takeWalls(studio);
}

function isWanted(name: string): boolean {
  return only.length === 0 || only.some((word) => name.startsWith(word));
}

function preferencesOf(look: Look | null) {
  return { theme: look === "dark" ? "dark" : "light", language: look === "en" ? "en" : "zh" };
}

async function take(studio: Studio, shot: Shot, look: Look | null, enterprise: Person): Promise<void> {
  const size = look === "phone" ? { width: 390, height: 844 } : { width: 1440, height: 900 };
  const { page, context } = await studio.browser.open({ viewport: size });
  await context.addInitScript(
    (preferences) => localStorage.setItem("park.preferences", JSON.stringify(preferences)),
    preferencesOf(look),
  );
  if (shot.as !== "nobody")
    await signIn(studio, context, shot.as === "enterprise" ? enterprise : { username: "admin", password });
  await page.goto(studio.url + shot.path);
  await page.locator("main h1, h1").first().waitFor();
  await settle(page);
  for (const key of shot.keys ?? []) await page.keyboard.press(key);
  if (shot.keys !== undefined) {
    await page.locator("dialog[open]").waitFor(); // it is fetched when it is first asked for
    await settle(page);
  }
  if (shot.cutMs !== undefined) {
    await context.setOffline(true);
    await page.waitForTimeout(shot.cutMs);
  }
  await save(page, look === null ? shot.name : `${shot.name}-${look}`);
  await context.close();
}

async function signIn({ url }: Studio, context: BrowserContext, person: Person): Promise<void> {
  const answer = await context.request.post(`${url}/api/v1/session`, { data: person });
  if (!answer.ok()) throw new Error(`sign-in of ${person.username} answered ${answer.status()}`);
}

/** All scenes on a hall's screen, the first one on every size, and the three faces nobody wants to see. */
async function takeWalls(studio: Studio): Promise<void> {
  const id = `hall-${suffix}`;
  const { url, admin } = studio;
  const { path } = await admin.post<{ path: string }>("/walls", { id, name: "绿色园区 能碳监测中心" });
  const { page, context } = await studio.browser.open({ viewport: wallSizes[0] });
  await page.goto(url + path);
  for (const size of wallSizes)
    for (const scene of size.name === "1080p" || size.name === "upright" ? wallScenes : wallScenes.slice(0, 1)) {
      await page.setViewportSize(size);
      await page.goto(`${url}/wall/${id}?pause=1&scene=${scene}`);
      await page.locator("main section").first().waitFor();
      await settle(page);
      await save(page, `wall-${scene}-${size.name}`);
    }
  await page.setViewportSize(wallSizes[0]);
  await page.goto(`${url}/wall/${id}?pause=1`);
  await page.locator("main section").first().waitFor();
  const rule = { kind: "limit", name: "总进线功率过高", points: ["bridge-a-E0.activePower"], above: 0, severity: "P1" };
  const made = await admin.post<{ id: string }>("/alert-rules", rule);
  await page.getByRole("alert").waitFor({ timeout: 120_000 });
  await save(page, "wall-urgent");
  await admin.request("DELETE", `/alert-rules/${made.id}`);
  await page.goto(`${url}/wall/${id}?pause=1`);
  await page.locator("main section").first().waitFor();
  await context.setOffline(true);
  await page.getByText(/连接已断开，实时数据停在/).waitFor({ timeout: 120_000 });
  await save(page, "wall-stale");
  await context.setOffline(false);
  await admin.post(`/walls/${id}/revoke`, {});
  await page.getByRole("heading", { name: "授权已撤销" }).waitFor({ timeout: 60_000 });
  await save(page, "wall-revoked");
  await context.close();
}

/** Until what the page asked for is there, unless it never comes, and its charts are drawn. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector("main [role=status][aria-label]")).catch(() => undefined);
  await page.waitForTimeout(settleMs);
}

async function save(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`  ${name}.png`);
}
