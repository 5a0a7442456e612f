import type { Page, BrowserContext } from "playwright-core";
import { toDataTime } from "@smart-park/core/hj212";
import { expect, it } from "vitest";
import { RawStation, stationFrame } from "../support/raw-station.ts";

interface Place {
  readonly url: string;
  readonly hj212Port: number;
  readonly open: () => Promise<{ page: Page; context: BrowserContext; complaints: string[] }>;
}

/** A station by hand: its MN and PW, how to set its logger, and its first frame. */
export function stationPages(place: () => Place): void {
  it("adds an HJ 212 station and stays until its first frame is here", async () => {
    const { url, hj212Port, open } = place();
    const { page, context, complaints } = await open();
    await page.goto(`${url}/ops/devices/new`);
    await page.locator("select[name=enterprise]").selectOption("plant");
    await page.getByLabel("设备编号").fill("st-1");
    await page.getByRole("group", { name: "协议" }).getByText("HJ 212").click();
    await page.getByLabel("MN 号").fill("8888 A1");
    await page.locator("select[name=template]").selectOption("stack");
    await page.getByLabel("表计名称").fill("锅炉排口");
    await page.getByText("MN 号：1 至 32 位字母、数字、_ 或 -").waitFor();
    await page.getByLabel("MN 号").fill("8888A1");
    await page.getByRole("button", { name: "登记并生成凭据" }).click();
    const secret = page.getByRole("region", { name: "凭据" });
    await secret.waitFor();
    const [mn = "", pw = ""] = await secret.locator("code").allTextContents();
    expect([mn, pw]).toEqual(["8888A1", expect.stringMatching(/^\w{6}$/)]);
    await page.getByText(`127.0.0.1:${hj212Port}`).waitFor();
    const station = await RawStation.connect(hj212Port);
    const data = `DataTime=${toDataTime(Date.now())};a21002-Rtd=61.5,a21002-Flag=N`;
    await station.ask(stationFrame({ mn, pw, data }));
    await page.getByRole("cell", { name: "61.5" }).waitFor();
    station.socket.destroy();
    await page.goto(`${url}/ops/devices/id/st-1`);
    await page.getByText("PW=******").first().waitFor();
    expect(await page.getByText(pw).count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });
}
