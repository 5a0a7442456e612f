import type { EngineRule, Catalog, LimitRule, PointId, Reading, RuleStateRow, SilenceRule } from "@smart-park/core";
import { Catalog as ParkCatalog, ParkTime } from "@smart-park/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlertEngine, type EngineChanges } from "./alert-engine.ts";
import { noon, testCatalog } from "./testing/park.ts";

const kiln = "kiln.activePower" as PointId;
const second = 1000;
type Kept = Pick<EngineChanges, "ruleStates" | "clock" | "heard">;
const fresh: Kept = { ruleStates: [], clock: { upMs: 0, lastTickAt: null }, heard: [] };

const limitRule: LimitRule = {
  id: "peak",
  name: "Kiln above 1000 kW",
  kind: "limit",
  points: [kiln],
  above: 1000,
  below: null,
  deadband: 50,
  onDelayS: 30,
  offDelayS: 20,
  severity: "P2",
  enabled: true,
};
const silenceRule: SilenceRule = {
  id: "quiet",
  name: "Kiln silent",
  kind: "silence",
  points: [kiln],
  afterS: 60,
  onDelayS: 0,
  offDelayS: 0,
  severity: "P3",
  enabled: true,
};

const engineWith = (rules: readonly EngineRule[], loaded: Kept = fresh) => {
  const engine = new AlertEngine(loaded, testCatalog, new ParkTime("Asia/Shanghai"));
  engine.setRules(rules, loaded.ruleStates);
  return engine;
};
const aReading = (atS: number, value: number, more: Partial<Reading> = {}): Reading => ({
  pointId: kiln,
  observedAt: noon + atS * second,
  receivedAt: noon + atS * second,
  value,
  quality: "good",
  ...more,
});
const events = (engine: AlertEngine) =>
  engine
    .takeChanges()
    .alerts.map(({ transition, late }) => [transition.type, (transition.at - noon) / second, late] as const);
const ticks = (engine: AlertEngine, fromS: number, toS: number) => {
  for (let s = fromS; s <= toS; s += 10) engine.tick(noon + s * second);
};

describe("limit alerts", () => {
  it("raises after the on-delay and clears after the off-delay below the deadband, in the meter's time", () => {
    const engine = engineWith([limitRule]);
    const course: [number, number][] = [
      [0, 900],
      [10, 1100],
      [30, 1100],
      [40, 1100], // 30 s above: raised
      [50, 960], // inside the deadband: still above
      [60, 940],
      [70, 940],
      [80, 940], // 20 s below: cleared
    ];
    for (const [at, value] of course) engine.judge(aReading(at, value));
    expect(events(engine)).toEqual([
      ["raised", 40, false],
      ["cleared", 80, false],
    ]);
  });

  it("does not let suspect and bad values raise anything", () => {
    const engine = engineWith([{ ...limitRule, onDelayS: 0 }]);
    engine.judge(aReading(0, 9999, { quality: "suspect" }));
    engine.judge(aReading(10, 9999, { quality: "bad" }));
    expect(events(engine)).toEqual([]);
    engine.judge(aReading(20, 9999, { quality: "estimated" }));
    expect(events(engine)).toHaveLength(1);
  });

  it("marks an alert late when its reading came more than five minutes after it was taken", () => {
    const late = (delayS: number) => {
      const engine = engineWith([{ ...limitRule, onDelayS: 0 }]);
      engine.judge(aReading(0, 2000, { receivedAt: noon + delayS * second }));
      return events(engine);
    };
    expect(late(300)).toEqual([["raised", 0, false]]);
    expect(late(301)).toEqual([["raised", 0, true]]);
  });

  it("goes on after a restart where it was committed", () => {
    const before = engineWith([limitRule]);
    before.judge(aReading(0, 1100));
    const { ruleStates, clock, heard } = before.takeChanges();
    const after = engineWith([limitRule], { ruleStates, clock, heard });
    after.judge(aReading(30, 1100));
    expect(events(after)).toEqual([["raised", 30, false]]);
  });

  it("gives the same alerts when readings are repeated and the journal is replayed from any commit", () => {
    const course = fc.array(
      fc.record({ step: fc.integer({ min: 1, max: 40 }), value: fc.constantFrom(900, 970, 1100) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(course, fc.nat(), fc.infiniteStream(fc.boolean()), (steps, cutSeed, repeats) => {
        let at = 0;
        const readings = steps.map(({ step, value }) => aReading((at += step), value));
        const plain = engineWith([limitRule]);
        for (const reading of readings) plain.judge(reading);
        const expected = plain.takeChanges().alerts;

        const cut = cutSeed % readings.length;
        const first = engineWith([limitRule]);
        for (const reading of readings.slice(0, cut)) first.judge(reading);
        const committed = first.takeChanges();
        const second = engineWith([limitRule], committed);
        for (const [index, reading] of readings.entries()) {
          // Everything before the cut comes again as duplicates.
          second.judge(reading);
          if (repeats.next().value) second.judge(readings[index >> 1] ?? reading);
        }
        expect([...committed.alerts, ...second.takeChanges().alerts]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe("silence alerts", () => {
  it("raises when a point that spoke says nothing new for a minute of uptime, and clears when it speaks", () => {
    const engine = engineWith([silenceRule]);
    engine.tick(noon);
    engine.judge(aReading(5, 1));
    ticks(engine, 10, 70);
    expect(events(engine)).toEqual([["raised", 60, false]]);
    engine.judge(aReading(72, 1));
    engine.tick(noon + 80 * second);
    expect(events(engine)).toEqual([["cleared", 80, false]]);
  });

  it("leaves a point alone that has never spoken", () => {
    const engine = engineWith([silenceRule]);
    ticks(engine, 0, 600);
    expect(events(engine)).toEqual([]);
  });

  it("does not count the platform's own downtime, nor jumps of its clock", () => {
    const engine = engineWith([silenceRule]);
    engine.tick(noon);
    engine.judge(aReading(1, 1));
    engine.tick(noon + 3600 * second);
    engine.tick(noon - 3600 * second);
    engine.tick(noon + 10 * second);
    expect(events(engine)).toEqual([]);
    expect(engine.takeChanges().clock.upMs).toBe(30 * second);
  });

  it("is not broken by repeats of an old reading", () => {
    const engine = engineWith([silenceRule]);
    engine.tick(noon);
    engine.judge(aReading(5, 1));
    for (let s = 10; s <= 70; s += 10) {
      engine.judge(aReading(5, 1));
      engine.judge(aReading(2, 1));
      engine.tick(noon + s * second);
    }
    expect(events(engine)).toEqual([["raised", 60, false]]);
  });

  it("counts a meter that sends only invalid values as speaking", () => {
    const engine = engineWith([silenceRule]);
    for (let s = 0; s <= 120; s += 10) {
      engine.judge(aReading(s, 1, { quality: "bad" }));
      engine.tick(noon + s * second);
    }
    expect(events(engine)).toEqual([]);
  });

  it("remembers over a restart how long a point has been silent", () => {
    const before = engineWith([silenceRule]);
    before.tick(noon);
    before.judge(aReading(0, 1));
    ticks(before, 10, 40);
    const { ruleStates, clock, heard } = before.takeChanges();
    expect(heard).toEqual([{ pointId: kiln, heardUpMs: 0 }]);
    const after = engineWith([silenceRule], { ruleStates, clock, heard });
    after.tick(noon + 7200 * second);
    after.tick(noon + 7210 * second);
    expect(events(after)).toEqual([["raised", 7210, false]]);
  });
});

describe("changes of rules and registry", () => {
  const raised = () => {
    const engine = engineWith([{ ...limitRule, onDelayS: 0 }]);
    engine.judge(aReading(0, 2000));
    const { alerts, ruleStates } = engine.takeChanges();
    return { engine, alert: alerts[0], kept: ruleStates };
  };
  const withoutKiln: Catalog = new ParkCatalog({ enterprises: [], meters: [], devices: [] });

  it.each<{ name: string; change: (engine: AlertEngine, kept: readonly RuleStateRow[]) => void }>([
    { name: "a deleted rule", change: (engine, kept) => engine.setRules([], kept) },
    { name: "a disabled rule", change: (engine, kept) => engine.setRules([{ ...limitRule, enabled: false }], kept) },
    {
      name: "a rule that left the point",
      change: (engine, kept) => engine.setRules([{ ...limitRule, points: [] }], kept),
    },
    { name: "a deleted point", change: (engine) => engine.setCatalog(withoutKiln) },
  ])("the alert of $name is cleared at the next tick, once", ({ change }) => {
    const { engine, alert, kept } = raised();
    change(engine, kept);
    expect(events(engine)).toEqual([]);
    engine.tick(noon + 10 * second);
    const cleared = engine.takeChanges();
    expect(cleared.alerts).toMatchObject([
      { severity: "P2", transition: { type: "cleared", alertId: alert?.transition.alertId, at: noon + 10 * second } },
    ]);
    expect(cleared.ruleStates).toMatchObject([
      { ruleId: "peak", pointId: kiln, state: { alert: { phase: "normal" } } },
    ]);
    engine.tick(noon + 20 * second);
    expect(events(engine)).toEqual([]);
  });

  it("a rule that was switched off and on again, its state dropped, raises anew", () => {
    const { engine } = raised();
    engine.setRules([{ ...limitRule, onDelayS: 0 }], []);
    engine.tick(noon + 10 * second);
    expect(events(engine)).toEqual([]);
    engine.judge(aReading(20, 2000));
    expect(events(engine)).toEqual([["raised", 20, false]]);
  });

  it("a rule deleted while the platform was down is cleared at the first tick", () => {
    const after = engineWith([], { ...fresh, ruleStates: raised().kept });
    after.tick(noon + 10 * second);
    expect(events(after)).toEqual([["cleared", 10, false]]);
  });
});
