import type { EnterpriseId, Principal } from "@smart-park/core";
import { expect, it } from "vitest";
import { ExportSeats } from "./export-seats.ts";

const of = (...ids: string[]): Pick<Principal, "scope"> => ({ scope: new Set(ids as EnterpriseId[]) });
const park = { scope: "all" } as const;

it("two sheets of one tenant are made at once, a third not until one is done, and others are not kept waiting", async () => {
  const seats = new ExportSeats();
  const endings: (() => void)[] = [];
  const slow = (whose: Pick<Principal, "scope">) =>
    seats.take(whose, () => new Promise<string>((resolve) => endings.push(() => resolve("made"))));
  const first = slow(of("A"));
  const second = slow(of("A"));
  await expect(slow(of("A"))).rejects.toMatchObject({ code: "rate_limited" });
  const others = [slow(of("B")), slow(park), slow(of("A", "B"))];
  endings[0]?.();
  expect(await first).toBe("made");
  const third = slow(of("A"));
  for (const end of endings) end();
  expect(await Promise.all([second, third, ...others])).toEqual(["made", "made", "made", "made", "made"]);
});

it("a sheet that cannot be made leaves its place", async () => {
  const seats = new ExportSeats();
  for (let n = 0; n < 3; n += 1)
    await expect(seats.take(park, () => Promise.reject(new Error("no rows")))).rejects.toThrow("no rows");
});
