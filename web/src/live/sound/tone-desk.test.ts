import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { soundedSeverities, type SoundedSeverity } from "../../lib/sound-settings.ts";
import { betweenTonesMs, gatherMs, repeatMs, staleMs } from "./sound-plan.ts";
import { ToneDesk } from "./tone-desk.ts";

/** A time moved by hand, with what is to happen in it. */
class Hours {
  at = 0;
  #waiting: { at: number; run: () => void }[] = [];
  readonly after = (ms: number, run: () => void): (() => void) => {
    const one = { at: this.at + ms, run };
    this.#waiting.push(one);
    return () => (this.#waiting = this.#waiting.filter((other) => other !== one));
  };
  pass(ms: number): void {
    const end = this.at + ms;
    for (;;) {
      const next = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.at = Math.max(this.at, next.at);
      next.run();
    }
    this.at = end;
  }
}

interface Heard {
  readonly tab: number;
  readonly severity: SoundedSeverity;
  readonly at: number;
}

/** So many tabs of one device; the first that is open has the turn, as the browser gives it. */
class Device {
  readonly hours = new Hours();
  readonly heard: Heard[] = [];
  isTold: (severity: SoundedSeverity) => boolean = () => true;
  #tabs: { id: number; desk: ToneDesk }[];

  constructor(tabs: number) {
    this.#tabs = Array.from({ length: tabs }, (_, id) => ({ id, desk: this.#desk(id) }));
    this.#tabs[0]?.desk.setPlaying(true);
  }

  #desk(id: number): ToneDesk {
    return new ToneDesk({
      now: () => this.hours.at,
      after: this.hours.after,
      isTold: (severity) => this.isTold(severity),
      play: (severity) => this.heard.push({ tab: id, severity, at: this.hours.at }),
      tell: (severity) =>
        this.#tabs.filter((tab) => tab.id !== id).forEach(({ desk }) => desk.heardElsewhere(severity)),
    });
  }

  raise(...severities: SoundedSeverity[]): void {
    for (const severity of severities) for (const { desk } of this.#tabs) desk.arrived(severity);
  }

  urgent(isUrgent: boolean): void {
    for (const { desk } of this.#tabs) desk.setUrgent(isUrgent);
  }

  /** The tab whose turn it is goes, without a word; the browser gives the turn to the next after a moment. */
  crash(momentMs = 0): void {
    const [gone, next] = this.#tabs;
    if (gone === undefined) return;
    gone.desk.stop();
    this.#tabs = this.#tabs.filter((tab) => tab !== gone);
    this.hours.pass(momentMs);
    next?.desk.setPlaying(true);
  }

  look(): void {
    for (const { desk } of this.#tabs) desk.look();
  }

  told = (): string[] => this.heard.map(({ severity, at }) => `${severity} ${at}`);
}

describe("one tab", () => {
  it("sounds a P2 once", () => {
    const device = new Device(1);
    device.raise("P2");
    device.hours.pass(120_000);
    expect(device.told()).toEqual([`P2 ${gatherMs}`]);
  });

  it("repeats a P1 until somebody has acknowledged it, and begins at once", () => {
    const device = new Device(1);
    device.raise("P1");
    device.urgent(true);
    device.hours.pass(2 * repeatMs + 1);
    device.urgent(false);
    device.hours.pass(120_000);
    expect(device.told()).toEqual(["P1 0", `P1 ${repeatMs}`, `P1 ${2 * repeatMs}`]);
  });

  it("begins again when an acknowledgement is taken back", () => {
    const device = new Device(1);
    device.urgent(true);
    device.hours.pass(1000);
    device.urgent(false);
    device.hours.pass(2000);
    device.urgent(true);
    device.hours.pass(repeatMs - 3000);
    expect(device.told()).toEqual(["P1 0", `P1 ${repeatMs}`]);
  });

  it("makes of a burst one tone, of the most urgent", () => {
    const device = new Device(1);
    for (const severity of ["P3", "P2", "P3"] as const) {
      device.raise(severity);
      device.hours.pass(100);
    }
    device.hours.pass(60_000);
    expect(device.told()).toEqual([`P2 ${gatherMs}`]);
  });

  it("makes of 500 alerts in a minute one tone an interval", () => {
    const device = new Device(1);
    for (let n = 0; n < 500; n++) {
      device.raise(n % 50 === 49 ? "P2" : "P3");
      device.hours.pass(120);
    }
    device.hours.pass(10_000);
    expect(device.heard.length).toBeLessThanOrEqual(Math.ceil(70_000 / betweenTonesMs));
    expect(device.heard.filter(({ severity }) => severity === "P2")).toHaveLength(10);
  });

  it("is silent in quiet hours, and tells of a P1 that still stands when they end", () => {
    const device = new Device(1);
    device.isTold = () => false;
    device.raise("P2", "P1");
    device.urgent(true);
    device.hours.pass(600_000);
    expect(device.heard).toEqual([]);
    device.isTold = () => true;
    device.hours.pass(30_000);
    expect(device.heard[0]?.severity).toBe("P1");
  });

  it("sounds what it could not when it is allowed to, but nothing old", () => {
    const device = new Device(0);
    const heard: SoundedSeverity[] = [];
    const { hours } = device;
    const desk = new ToneDesk({
      ...{ now: () => hours.at, after: hours.after, isTold: () => true },
      ...{ play: (severity: SoundedSeverity) => heard.push(severity), tell: () => undefined },
    });
    desk.arrived("P2");
    hours.pass(staleMs + 1);
    desk.setPlaying(true);
    expect(heard).toEqual([]);
    desk.setPlaying(false);
    desk.arrived("P3");
    hours.pass(1000);
    desk.setPlaying(true);
    expect(heard).toEqual(["P3"]);
  });
});

describe("several tabs", () => {
  it("sound as one, and the next follows one that crashed before it had sounded, with no tone twice", () => {
    const device = new Device(3);
    device.raise("P2");
    device.hours.pass(1000);
    expect(device.heard).toEqual([{ tab: 0, severity: "P2", at: gatherMs }]);
    device.hours.pass(betweenTonesMs);
    device.raise("P3");
    device.crash(200);
    device.hours.pass(30_000);
    expect(device.heard.slice(1)).toEqual([{ tab: 1, severity: "P3", at: 1000 + betweenTonesMs + gatherMs }]);
  });

  it("go on with a P1 in its rhythm when the one that sounds is closed", () => {
    const device = new Device(2);
    device.urgent(true);
    device.hours.pass(3000);
    device.crash();
    device.hours.pass(repeatMs);
    expect(device.heard).toEqual([
      { tab: 0, severity: "P1", at: 0 },
      { tab: 1, severity: "P1", at: repeatMs },
    ]);
  });

  it("never sound more than one would, nor less, whatever comes and whoever goes", () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant("raise" as const), severity: fc.constantFrom(...soundedSeverities) }),
      fc.record({ kind: fc.constant("pass" as const), ms: fc.nat({ max: 15_000 }) }),
      fc.record({ kind: fc.constant("urgent" as const), isUrgent: fc.boolean() }),
      fc.record({ kind: fc.constant("crash" as const) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const [one, many] = [new Device(1), new Device(61)];
        for (const given of events)
          for (const device of [one, many]) {
            if (given.kind === "raise") device.raise(given.severity);
            if (given.kind === "pass") device.hours.pass(given.ms);
            if (given.kind === "urgent") device.urgent(given.isUrgent);
            if (given.kind === "crash" && device === many) device.crash();
          }
        for (const device of [one, many]) device.hours.pass(20_000);
        expect(many.told()).toEqual(one.told());
        const begun = one.heard.map(({ at }) => at);
        expect(begun.every((at, n) => n === 0 || at - (begun[n - 1] ?? 0) >= betweenTonesMs)).toBe(true);
      }),
    );
  });
});
