// nightly: 6 min
import type { AlertBody, LiveSnapshot } from "@smart-park/core/wire";
import type { Page } from "playwright-core";
import { expect, it, vi } from "vitest";
import { CutLine } from "../support/cut-line.ts";
import { loadDevices, registerDevices } from "../support/load-devices.ts";
import { parkInBrowser } from "../support/park-in-browser.ts";
import { describeWith } from "../support/programs.ts";

const [secondMs, hourMs, dayMs] = [1000, 3_600_000, 86_400_000];
const crowd = 5000;
/** How far apart the clocks of this machine and of a page may be, the page having been run ahead. */
const nearMs = 300_000;

interface Ended {
  readonly id: string;
  readonly to: string;
}

/** A park of 5,000 silent meters and an enterprise whose few meters the tests speak for. */
describeWith("chromium", "live pages in a browser", (chromium) => {
  const park = parkInBrowser(chromium, {
    furnish: (directory) => {
      const [gateway] = loadDevices(1, "crowd");
      if (gateway === undefined) throw new Error("no gateway");
      const meterId = "crowd-0";
      const moreMeterIds = Array.from({ length: crowd - 1 }, (_, n) => `crowd-${n + 1}`);
      registerDevices(directory, [{ ...gateway, meterId, moreMeterIds }], ["activePower"]);
    },
    enter: async ({ admin }) => {
      await admin.post("/enterprises", { id: "own", name: "甲厂" });
      for (const [id, intervalS] of [
        ["own-late", 60],
        ["own-stale", 60],
        ["own-offline", 60],
        ["own-slow", 900],
      ] as const) {
        const points = [{ quantity: "activePower" }, { quantity: "activeEnergyImport" }];
        await admin.post("/meters", { id, name: id, enterpriseId: "own", kind: "electricity", intervalS, points });
      }
      const clerk = { username: "clerk", password: "correct-horse-battery", role: "enterpriseOperator" };
      await admin.post("/users", { ...clerk, enterpriseId: "own" });
    },
  });

  const send = (meter: string, activePower: number, agoS = 0): Promise<unknown> =>
    park().admin.post("/telemetry", { [meter]: { ts: Date.now() - agoS * secondMs, values: { activePower } } });
  const rowOf = (page: Page, id: string) => page.getByRole("row").filter({ hasText: id });

  it("shows a meter that stopped as late, stale and offline, and leaves it out of sums without a zero", async () => {
    const { url, open } = park();
    // Each is a minute before the border where its state changes: 1.5, 3 and 10 intervals of a minute.
    for (const [meter, borderS] of [
      ["own-late", 90],
      ["own-stale", 180],
      ["own-offline", 600],
    ] as const)
      await send(meter, 100, borderS - 60);
    const { page, context, complaints } = await open({ as: "clerk" });
    await page.goto(`${url}/my`);
    await rowOf(page, "own-late").getByText("实时").waitFor();
    await rowOf(page, "own-stale")
      .getByText(/延迟 2 分/)
      .waitFor();
    await rowOf(page, "own-offline")
      .getByText(/过期 9 分/)
      .waitFor();
    const power = page.getByText("当前总功率").locator("..");
    await rowOf(page, "own-late")
      .getByText(/延迟 1 分/)
      .waitFor({ timeout: 90_000 });
    await rowOf(page, "own-stale")
      .getByText(/过期 3 分/)
      .waitFor({ timeout: 60_000 });
    const offline = rowOf(page, "own-offline");
    await offline.getByText(/离线 自 \d\d:\d\d/).waitFor({ timeout: 60_000 });
    expect(
      await offline
        .getByTitle(/最后值 100\.0/)
        .first()
        .textContent(),
    ).toBe("—");
    // The sum knows the only meter that is not stale, says how many it misses, and counts none as nothing.
    await page.reload();
    await expect.poll(() => power.textContent(), { timeout: 30_000 }).toMatch(/100\.0\s?kW.*25\.0\s%/);
    // What is late still counts; of those that are missing it is none, from the first rows that the page draws.
    await page.addInitScript(() => {
      const seen = document as unknown as { seen: string[] };
      seen.seen = [];
      new MutationObserver(() => seen.seen.push(document.querySelector("[role=grid]")?.textContent ?? "")).observe(
        document,
        { childList: true, subtree: true },
      );
    });
    await page.goto(`${url}/my?state=missing`);
    for (const id of ["own-stale", "own-offline", "own-slow"]) await rowOf(page, id).waitFor();
    const drawn = await page.evaluate(() => (document as unknown as { seen: string[] }).seen);
    expect(drawn.filter((text) => text.includes("own-late"))).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("says that the line is cut, takes nothing for live after a minute, and has what was missed when it is back", async () => {
    const { url, admin, open } = park();
    const rule = { kind: "limit", name: "断线中的告警", points: ["own-slow.activePower"], above: 900, severity: "P1" };
    await admin.post("/alert-rules", rule);
    await send("own-slow", 100);
    const line = await CutLine.to(Number(new URL(url).port));
    const { page, context } = await open();
    await page.goto(`${line.url}/meters/own-slow?tab=now`);
    const value = page.getByRole("row").filter({ hasText: "有功功率" });
    await value.getByText("100.0").waitFor();
    await page
      .getByText(/^● 实时/)
      .or(page.getByText("实时", { exact: true }))
      .first()
      .waitFor();

    line.cut();
    await page.getByText(/^✕ 已断开/).waitFor();
    await page.getByRole("status").filter({ hasText: "连接已断开，数据停在" }).waitFor();
    await send("own-slow", 950);
    await vi.waitFor(async () => {
      const { items } = await admin.get<{ items: AlertBody[] }>("/alerts?state=active");
      expect(items.map(({ ruleName }) => ruleName)).toContain("断线中的告警");
    }, 20_000);
    // For a meter of 15 minutes the value itself is not old yet.
    expect(await page.getByRole("main").innerText()).not.toContain("过期");
    await page.getByRole("alert").filter({ hasText: "所有实时值均已过期" }).waitFor({ timeout: 90_000 });
    await page.getByRole("main").getByText(/过期/).first().waitFor();
    expect(await value.textContent()).not.toContain("950");

    line.join();
    await page.getByText("已恢复连接，数据已补齐").waitFor({ timeout: 60_000 });
    await value.getByText("950.0").waitFor();
    await page.getByRole("link", { name: /^\d+ 条未确认告警/ }).waitFor();
    await expect.poll(() => page.title()).toMatch(/^\([1-9]/);
    await page.getByRole("button", { name: "数据表" }).first().click();
    const table = page.getByRole("region", { name: "最近 1 小时" }).getByRole("table").first();
    for (const text of ["100.0", "950.0"])
      await expect.poll(() => table.getByRole("cell", { name: new RegExp(`^${text}`) }).count()).toBe(1);
    await page.goto(`${line.url}/alerts`);
    expect(await page.getByRole("link", { name: "断线中的告警" }).count()).toBeLessThanOrEqual(1);
    await page.getByRole("link", { name: "断线中的告警" }).waitFor();
    await context.close();
    await line.stop();
  });

  it("tells the park's time on a PC a day ahead in New York, also when that clock is set meanwhile", async () => {
    const { url, admin, open } = park();
    const days = Array.from({ length: 5 }, (_, n) => ({
      ts: Date.now() - (4 - n) * dayMs,
      values: { activeEnergyImport: 1000 + 10 * n },
    }));
    await admin.post("/import/readings", { meterId: "own-slow", readings: days });
    await send("own-late", 77);
    const right = await open();
    const wrong = await open({ timezoneId: "America/New_York" });
    await wrong.page.clock.install({ time: Date.now() + 27 * hourMs });
    const told: string[] = [];
    let usage: string[] | undefined;
    const usageOf = (page: Page): Promise<string[]> => page.getByRole("table").first().allInnerTexts();
    for (const { page } of [right, wrong]) {
      await page.goto(`${url}/meters/own-slow?tab=usage`);
      await page.getByRole("table").first().waitFor();
      await expect.poll(() => page.getByRole("table").first().textContent()).toContain("10.0");
      // Until the first live packet tells the server's time a page asks by its PC's clock, and then anew.
      usage ??= await usageOf(page);
      await expect.poll(() => usageOf(page), { timeout: 20_000 }).toEqual(usage);
      await page.goto(`${url}/live?q=own-late`);
      const state = rowOf(page, "own-late").getByTitle(/^\d{4}-\d\d-\d\d/);
      await state.waitFor();
      expect(await state.textContent()).toMatch(/\d+ 秒$/);
      told.push((await state.getAttribute("title")) ?? "");
    }
    expect(told[1]).toBe(told[0]);
    const { page } = wrong;
    await page.getByText("时间按园区时区 (UTC+8) 显示").waitFor();

    // Somebody sets the clock right; what is live stays live.
    await page.clock.setSystemTime(Date.now());
    await send("own-late", 78);
    await rowOf(page, "own-late").getByText("78.0").waitFor();
    expect(
      await rowOf(page, "own-late")
        .getByTitle(/^\d{4}-\d\d-\d\d/)
        .textContent(),
    ).toMatch(/\d+ 秒$/);
    await page.clock.setSystemTime(Date.now() + 27 * hourMs);
    await send("own-late", 79);
    await rowOf(page, "own-late").getByText("79.0").waitFor();
    expect(
      await rowOf(page, "own-late")
        .getByTitle(/^\d{4}-\d\d-\d\d/)
        .textContent(),
    ).toMatch(/\d+ 秒$/);

    // What is typed and what is done now is of the park's now as well.
    await page.goto(`${url}/meters/own-slow?tab=trend`);
    await page.getByRole("button", { name: "自定义" }).click();
    const begin = page.locator("input[name=from]");
    await begin.fill("now-2h");
    // The range of the page moves on with each minute; what is being typed stays.
    await page.clock.runFor(130 * secondMs);
    expect(await begin.inputValue()).toBe("now-2h");
    await page.locator("input[name=to]").fill("now-1h");
    await page.getByRole("button", { name: "应用" }).click();
    await page.waitForURL(/from=2/);
    const from = Date.parse(new URL(page.url()).searchParams.get("from") ?? "");
    expect(Math.abs(from - (Date.now() - 2 * hourMs))).toBeLessThan(nearMs);

    const { id } = await admin.post<Ended>("/maintenance-windows", {
      ...{ kind: "maintenance", reason: "换表", scope: { enterpriseIds: ["own"] } },
      ...{ from: Date.now() - hourMs, to: Date.now() + 48 * hourMs },
    });
    await page.goto(`${url}/ops/windows`);
    await page.getByRole("button", { name: "现在结束：换表" }).click();
    await page.getByText("没有维护或停产").waitFor();
    const { items } = await admin.get<{ items: Ended[] }>("/maintenance-windows");
    const ended = items.find((window) => window.id === id);
    expect(Math.abs(Date.parse(ended?.to ?? "") - Date.now())).toBeLessThan(nearMs);
    expect([...right.complaints, ...wrong.complaints]).toEqual([]);
    for (const { context } of [right, wrong]) await context.close();
  });

  it("holds the order of 5,000 rows under the pointer, walks them by keys, and keeps what is open in the address", async () => {
    const { url, admin, open } = park();
    const { rows } = await admin.get<LiveSnapshot>("/live");
    expect(rows.length).toBeGreaterThan(crowd);
    await send("own-late", 500);
    await send("own-slow", 400);
    const { page, context, complaints } = await open();
    await page.goto(`${url}/live?type=electricity&sort=-activePower`);
    const grid = page.getByRole("grid", { name: "实时表计" });
    const first = grid.locator("[aria-rowindex='2']");
    await expect.poll(() => first.textContent(), { timeout: 20_000 }).toContain("own-late");
    await first.hover();
    await page.getByText("排序已暂停 ▸").waitFor();
    await send("own-slow", 600);
    await rowOf(page, "own-slow").getByText("600.0").waitFor();
    expect(await first.textContent()).toContain("own-late");
    await page.mouse.move(5, 5);
    await expect.poll(() => first.textContent(), { timeout: 10_000 }).toContain("own-slow");

    await page.goto(`${url}/live?type=electricity`);
    await first.waitFor();
    await first.focus();
    const total = Number(await grid.getAttribute("aria-rowcount"));
    expect(total).toBe(crowd + 4 + 1);
    await page.keyboard.press("End");
    const last = grid.locator(`[aria-rowindex='${total}']`);
    await expect.poll(() => last.evaluate((row) => row === document.activeElement)).toBe(true);
    await page.keyboard.press("k");
    await page.keyboard.press("j");
    await expect.poll(() => last.evaluate((row) => row === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("own-stale").first().waitFor();
    expect(new URL(page.url()).searchParams.get("m")).toBe("own-stale");
    await page.reload();
    await page.getByRole("dialog").getByText("own-stale").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("m")).toBeNull();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("answers an enterprise that guesses what others have as if there was nothing", async () => {
    const { url, open } = park();
    const { page, context } = await open({ as: "clerk" });
    const told: string[] = [];
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => void told.push(String(payload))));
    page.on("response", (response) => {
      if (response.url().includes("/api/v1/") && !response.url().includes("crowd"))
        void response.text().then(
          (text) => told.push(text),
          () => undefined,
        );
    });
    for (let n = 0; n < 5; n++) {
      await page.goto(`${url}/meters/crowd-${n}`);
      await page.getByText("未找到这块表计").waitFor();
    }
    await page.goto(`${url}/alerts/crowd-rule`);
    await page.getByText("未找到这条告警").waitFor();
    for (const path of [
      ...["/overview", "/live?m=crowd-1", "/live?ent=crowd", "/energy/rank?scope=ent:crowd", "/bills?ent=crowd"],
      ...["/water?ent=crowd", "/emissions", "/carbon?ent=crowd", "/enterprises", "/enterprises/crowd", "/ops/walls"],
      ...[
        "/ops/devices",
        "/ops/devices/id/crowd-0",
        "/ops/rules",
        "/ops/quality?ent=crowd",
        "/ops/health",
        "/regulated",
      ],
    ]) {
      await page.goto(`${url}${path}`);
      // Said at the address that was asked for, as on all pages of the park.
      await page.getByText("该页面只对园区人员开放。").waitFor();
      expect(await page.getByRole("main").innerText(), path).not.toContain("crowd");
    }
    for (const path of [
      "/my?m=crowd-1",
      "/my?ent=crowd",
      "/my/energy?ent=crowd",
      "/my/cost?ent=crowd",
      "/alerts?ent=crowd",
    ]) {
      await page.goto(`${url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await page.getByRole("dialog").count(), path).toBe(0);
      expect(await page.getByRole("main").innerText(), path).not.toContain("crowd");
    }
    for (const path of [
      "meters/crowd-0",
      "points/crowd-0.activePower/readings?from=0&to=1",
      "enterprises/crowd",
      "devices/crowd-0",
    ])
      expect((await page.request.get(`${url}/api/v1/${path}`)).status(), path).toBe(404);
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter((text) => text.includes("crowd"))).toEqual([]);
    await context.close();
  });
});
