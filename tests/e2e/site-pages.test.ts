// nightly: 2 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MeterPlaceBody, SiteBody } from "@smart-park/core/wire";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { expectAccessible, startBrowser, type TestBrowser } from "../support/browser.ts";
import { describeWith } from "../support/programs.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";

const password = "correct-horse-battery";
const clerkPassword = "own-data-only-please";

const square = (x: number, y: number, side: number): number[][] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const plan = {
  ...{ widthM: 400, heightM: 200 },
  shapes: [
    { kind: "road", name: "中路", outline: [...square(190, 0, 20).slice(0, 2), [210, 200], [190, 200]] },
    { kind: "plot", enterpriseId: "east", outline: square(10, 10, 170) },
    { kind: "plot", enterpriseId: "west", outline: square(220, 10, 170) },
  ],
};

/** Two plants of twenty meters each, on a park of their own. */
describeWith("chromium", "tiles and the site plan in a browser", (chromium) => {
  const directory = mkdtempSync(join(tmpdir(), "park-site-"));
  let platform: SpawnedPlatform;
  let browser: TestBrowser;
  let url: string;
  let admin: ApiClient;

  beforeAll(async () => {
    platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, PARK_DEMO: "0", PARK_ADMIN_PASSWORD: password });
    url = `http://127.0.0.1:${(await platform.ready()).http}`;
    admin = await new ApiClient(url).signIn("admin", password);
    for (const [id, name] of [
      ["east", "东厂"],
      ["west", "西厂"],
    ] as const) {
      await admin.post("/enterprises", { id, name });
      for (let n = 0; n < 20; n++) {
        const meter = { id: `${id}-${n}`, name: `${name} ${n} 号`, enterpriseId: id, kind: "electricity" };
        await admin.post("/meters", { ...meter, intervalS: 3600, points: [{ quantity: "activePower" }] });
      }
    }
    await admin.post("/users", {
      username: "clerk",
      password: clerkPassword,
      role: "enterpriseViewer",
      enterpriseId: "east",
    });
    browser = await startBrowser(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  async function open(path: string, options?: BrowserContextOptions, user = "admin", secret = password) {
    const opened = await browser.open(options);
    const data = { username: user, password: secret };
    expect((await opened.page.request.post(`${url}/api/v1/session`, { data })).ok()).toBe(true);
    await opened.page.goto(`${url}${path}`);
    return opened;
  }
  const send = (meter: string): Promise<unknown> =>
    admin.post("/telemetry", { [meter]: { values: { activePower: 5 } } });
  const placeOf = async (meter: string): Promise<MeterPlaceBody | undefined> =>
    (await admin.get<SiteBody>("/site-plan")).places.find(({ meterId }) => meterId === meter);
  const marker = (page: Page, name: string) => page.getByRole("button", { name: new RegExp(`^${name}`) });

  it("shows meters as tiles on one canvas, walked by keys and heard by name", async () => {
    const { page, context, complaints } = await open("/live");
    await page.getByRole("button", { name: "瓦片" }).click();
    await page.waitForURL("**/live?mode=tiles");
    const wall = page.getByRole("listbox", { name: "实时表计" });
    await wall.waitFor();
    expect(await wall.locator("canvas").getAttribute("data-tiles")).toBe("40");
    expect(await wall.getByRole("option").count()).toBeLessThan(10);

    await wall.focus();
    await page.keyboard.press("End");
    const chosen = wall.getByRole("option", { selected: true });
    await expect.poll(() => chosen.textContent()).toContain("西厂");
    const last = await chosen.textContent();
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => chosen.textContent()).not.toBe(last);
    const id = (await chosen.getAttribute("id"))?.slice("tile-".length);
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(new URL(page.url()).searchParams.get("m")).toBe(id);
    await page.keyboard.press("Escape");
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("counts states beside the tiles, and shows only those of the chip that is pressed", async () => {
    const { page, context } = await open("/live?mode=tiles");
    const states = page.getByRole("group", { name: "状态" });
    await states.getByRole("button", { name: "未接入 40" }).waitFor();
    await send("east-3");
    await states.getByRole("button", { name: "实时 1" }).click();
    await page.waitForURL("**state=live**");
    await expect.poll(() => page.locator("canvas").getAttribute("data-tiles")).toBe("1");
    await context.close();
  });

  it("paints a tile anew when its meter comes to life, and nothing while nothing changes", async () => {
    const { page, context } = await open("/live?mode=tiles&q=west");
    await page.locator("canvas[data-tiles='20']").waitFor();
    const picture = (): Promise<string> =>
      page.locator("canvas").evaluate((one) => (one as HTMLCanvasElement).toDataURL());
    await expect.poll(picture).not.toBe("data:,");
    await page.getByRole("button", { name: /^未接入 20/ }).waitFor();
    const before = await picture();
    await send("west-7");
    await expect.poll(picture, { timeout: 15_000 }).not.toBe(before);
    await context.close();
  });

  it("says that there is no plan, and takes one from a file that the server finds right", async () => {
    const clerk = await open("/my?mode=map", undefined, "clerk", clerkPassword);
    await clerk.page.getByText("还没有平面图").waitFor();
    expect(await clerk.page.getByRole("button", { name: "导入平面图" }).count()).toBe(0);
    await clerk.context.close();

    const { page, context } = await open("/live?mode=map");
    await page.getByText("还没有平面图").waitFor();
    await expectAccessible(page);
    const file = (content: unknown) => ({
      ...{ name: "plan.json", mimeType: "application/json" },
      buffer: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
    });
    const input = page.locator("input[type=file]");
    await input.setInputFiles(file("{"));
    await page.getByText(/不是有效的 JSON/).waitFor();
    await input.setInputFiles(file({ ...plan, heightM: 100 }));
    await page
      .getByText(/shapes/)
      .first()
      .waitFor();
    await input.setInputFiles(file(plan));
    await page.getByText("平面图已录入，共 3 个图形").waitFor();
    await page.getByText(/另有 40 块表没有位置/).waitFor();
    await context.close();
  });

  it("places a meter from the list, moves it by keys and by dragging, takes each step back", async () => {
    const { page, context, complaints } = await open("/live?mode=map&q=东厂");
    await page.getByRole("button", { name: "编辑位置" }).click();
    await page.getByRole("button", { name: "放置 东厂 0 号" }).click();
    const own = marker(page, "东厂 0 号");
    await own.waitFor();
    await vi.waitFor(async () => expect(await placeOf("east-0")).toMatchObject({ x: 95, y: 95 }));
    await expect.poll(() => own.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    await vi.waitFor(async () => expect(await placeOf("east-0")).toMatchObject({ x: 96, y: 105 }), { timeout: 10_000 });

    const box = await own.boundingBox();
    if (!box) throw new Error("no marker");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y - 20, { steps: 4 });
    await page.mouse.up();
    await vi.waitFor(async () => expect((await placeOf("east-0"))?.x).toBeGreaterThan(97), { timeout: 10_000 });
    expect(await page.getByRole("dialog").count()).toBe(0);
    await expectAccessible(page);

    const undo = page.getByRole("button", { name: "撤销" });
    await undo.click();
    await vi.waitFor(async () => expect(await placeOf("east-0")).toMatchObject({ x: 96, y: 105 }));
    await undo.click();
    await vi.waitFor(async () => expect(await placeOf("east-0")).toMatchObject({ x: 95, y: 95 }));
    await undo.click();
    await vi.waitFor(async () => expect(await placeOf("east-0")).toBeUndefined());
    expect(await undo.isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("gathers meters that stand close, and opens one by zooming in", async () => {
    for (let n = 0; n < 20; n++) {
      await admin.request("PUT", `/meters/east-${n}/position`, { x: 60 + (n % 5) * 4, y: 60 + Math.floor(n / 5) * 4 });
      await admin.request("PUT", `/meters/west-${n}/position`, {
        x: 260 + (n % 5) * 25,
        y: 40 + Math.floor(n / 5) * 30,
      });
    }
    const { page, context, complaints } = await open("/live?mode=map");
    const cluster = marker(page, "20 块表，东厂");
    await cluster.click();
    const one = marker(page, "东厂 0 号");
    await one.waitFor();
    expect(await cluster.count()).toBe(0);
    await expectAccessible(page);
    await one.focus();
    await page.keyboard.press("ArrowRight");
    const focused = (): Promise<string | null | undefined> =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    await expect.poll(focused).toContain("东厂 1 号");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("东厂 1 号").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    // Keys work on the map only once the focus is back on it.
    await expect.poll(focused).toContain("东厂 1 号");
    await page.keyboard.press("0");
    await cluster.waitFor();
    await page.getByText(/视野内的表计列表 \(40\)/).click();
    await page
      .getByRole("button", { name: /东厂 0 号/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("shows an enterprise its own ground, on a phone too, and no way to change it", async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page, context } = await open("/my?mode=map", phone, "clerk", clerkPassword);
    await marker(page, "\\d+ 块表，东厂").first().waitFor();
    expect(await page.getByRole("button", { name: "编辑位置" }).count()).toBe(0);
    expect(await page.content()).not.toContain("西厂");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await expectAccessible(page);
    await context.close();
  });
});
