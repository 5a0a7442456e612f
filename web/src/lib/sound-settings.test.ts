import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSound, readSound, soundedSeverities, type SoundSettings } from "./sound-settings.ts";

const settings: fc.Arbitrary<SoundSettings> = fc.record({
  isOn: fc.boolean(),
  volume: fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  severities: fc.subarray([...soundedSeverities]),
  quietHours: fc.option(fc.record({ fromMinute: fc.nat({ max: 1439 }), toMinute: fc.nat({ max: 1439 }) })),
  isUrgentAlwaysTold: fc.boolean(),
  isOnDesktop: fc.boolean(),
});

describe("what is kept of sounds on a device", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(settings, (given) => {
        expect(readSound(JSON.parse(JSON.stringify(given)))).toEqual(given);
      }),
    );
  });

  it("is silence until somebody switches it on, whatever stands there", () => {
    expect(readSound(undefined)).toEqual(defaultSound);
    expect(defaultSound).toMatchObject({ isOn: false, isOnDesktop: false, severities: ["P1", "P2"] });
    fc.assert(
      fc.property(fc.anything(), (stored) => {
        const { volume, quietHours, severities } = readSound(stored);
        expect(volume >= 0 && volume <= 1 && severities.length <= 3).toBe(true);
        expect(quietHours === null || quietHours.fromMinute < 1440).toBe(true);
      }),
    );
    expect(readSound({ isOn: "yes", volume: 7, severities: ["P4", "P1"], quietHours: { fromMinute: -1 } })).toEqual({
      ...defaultSound,
      severities: ["P1"],
    });
  });
});
