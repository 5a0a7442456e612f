import { ParkTime } from "@smart-park/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSound, soundedSeverities } from "../../lib/sound-settings.ts";
import { isTold, soundRole, type SoundSituation } from "./sound-rules.ts";

const time = new ParkTime("Asia/Shanghai");
const at = (hour: number, minute = 0): number => time.instantOf(2026, 11, 27, hour, minute);
const night = { fromMinute: 22 * 60, toMinute: 7 * 60 };
const noon = { fromMinute: 12 * 60, toMinute: 14 * 60 };
const all = { ...defaultSound, severities: soundedSeverities };

describe("an alert", () => {
  it.each([
    ["of P2 at noon is told", "P2", {}, at(12), true],
    ["of P3 is not, unless it was chosen", "P3", { severities: ["P1", "P2"] }, at(12), false],
    ["of P4 never is", "P4", {}, at(12), false],
    ["of P2 is not told before midnight in the night", "P2", { quietHours: night }, at(23, 59), false],
    ["of P2 is not told after midnight either", "P2", { quietHours: night }, at(0), false],
    ["of P2 is told when the night ends", "P2", { quietHours: night }, at(7), true],
    ["of P2 is told a minute before the night", "P2", { quietHours: night }, at(21, 59), true],
    ["of P2 is not told in a rest at noon", "P2", { quietHours: noon }, at(13, 59), false],
    ["of P2 is told after the rest", "P2", { quietHours: noon }, at(14), true],
    ["of P1 is told at night", "P1", { quietHours: night }, at(3), true],
    ["of P1 is not, when that was not wanted", "P1", { quietHours: night, isUrgentAlwaysTold: false }, at(3), false],
    ["of P1 is not, when P1 was switched off", "P1", { severities: ["P2"] }, at(12), false],
    ["is told in hours without a length", "P2", { quietHours: { fromMinute: 60, toMinute: 60 } }, at(1), true],
  ] as const)("%s", (_name, severity, given, now, expected) => {
    expect(isTold(severity, { ...all, ...given }, now, time)).toBe(expected);
  });

  it("is told by the park's clock, wherever the browser is", () => {
    const quiet = { ...all, quietHours: night };
    expect(isTold("P2", quiet, Date.parse("2026-11-27T15:00:00Z"), time)).toBe(false); // 23:00 in the park
    expect(isTold("P2", quiet, Date.parse("2026-11-27T15:00:00Z"), new ParkTime("Europe/Paris"))).toBe(true);
  });

  it("is quiet from the first minute to before the last, over midnight or not", () => {
    const minute = fc.nat({ max: 1439 });
    fc.assert(
      fc.property(minute, minute, minute, (fromMinute, toMinute, now) => {
        const passed = (now - fromMinute + 1440) % 1440;
        const isQuiet = passed < (toMinute - fromMinute + 1440) % 1440;
        const told = isTold("P2", { ...all, quietHours: { fromMinute, toMinute } }, at(0, now), time);
        expect(told).toBe(!isQuiet);
      }),
    );
  });
});

describe("a tab", () => {
  const wanted = { isOn: true, isSupported: true, isAudioRunning: false, isLedElsewhere: false };
  it.each<[string, Partial<SoundSituation>, string]>([
    ["asks for a click while no tab can sound", {}, "blocked"],
    ["asks for none while another one can", { isLedElsewhere: true }, "elsewhere"],
    ["takes its turn once it may sound", { isAudioRunning: true }, "candidate"],
    ["takes its turn also after another", { isAudioRunning: true, isLedElsewhere: true }, "candidate"],
    ["is silent when nobody wants sound", { isOn: false, isAudioRunning: true }, "off"],
    ["is silent where the browser cannot share turns", { isSupported: false, isAudioRunning: true }, "off"],
  ])("%s", (_name, given, role) => {
    expect(soundRole({ ...wanted, ...given })).toBe(role);
  });
});
