import type { AlertBody } from "@smart-park/core/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { arrivalsAfter, knowAlerts, newestArrival, noteArrival, subscribeArrivals } from "./alert-arrivals.ts";

const now = Date.parse("2026-11-27T12:00:00+08:00");
let made = 0;
const anAlert = (given: Partial<AlertBody> = {}): AlertBody =>
  ({
    id: `a${++made}`,
    ...{ state: "active", severity: "P2", acknowledged: null, recalculated: false },
    ...{ shelvedUntil: null, suppressed: null },
    ...given,
  }) as AlertBody; // what arrivals go by
let before = 0;
beforeEach(() => (before = newestArrival()));
const came = (): string[] => arrivalsAfter(before).map(({ alert }) => alert.id);

describe("an alert that comes live", () => {
  const quiet = { windowId: "w", kind: "maintenance", reason: "泵检修", until: "2026-11-27T13:00:00+08:00" } as const;
  const acknowledged = { by: "li", at: "2026-11-27T11:00:00+08:00", note: "" };
  it.each<[string, Partial<AlertBody>, boolean]>([
    ["is news", {}, true],
    ["is none when it has cleared", { state: "cleared" }, false],
    ["is none when somebody has acknowledged it", { acknowledged }, false],
    ["is none when it was computed from history", { recalculated: true }, false],
    ["is none while it is shelved", { shelvedUntil: "2026-11-27T12:00:01+08:00" }, false],
    ["is none while maintenance keeps it quiet", { suppressed: { ...quiet, announcedAt: null } }, false],
    ["is news when it was told after the maintenance", { suppressed: { ...quiet, announcedAt: quiet.until } }, true],
  ])("%s", (_name, given, isNews) => {
    const alert = anAlert(given);
    noteArrival(alert, now);
    expect(came()).toEqual(isNews ? [alert.id] : []);
  });

  it("is news once, and none when it stood before the tab was opened", () => {
    const [fresh, old] = [anAlert(), anAlert()];
    let told = 0;
    const stop = subscribeArrivals(() => (told += 1));
    knowAlerts([old]);
    for (const alert of [fresh, old, fresh]) noteArrival(alert, now);
    stop();
    expect([came(), told]).toEqual([[fresh.id], 1]);
  });

  it("is news also as the one after the five hundredth", () => {
    for (let n = 0; n < 600; n++) noteArrival(anAlert(), now);
    const told = newestArrival();
    const last = anAlert();
    noteArrival(last, now);
    expect(arrivalsAfter(told).map(({ alert }) => alert.id)).toEqual([last.id]);
  });
});
