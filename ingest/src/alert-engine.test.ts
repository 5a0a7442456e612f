import type {
  EngineRule,
  Catalog,
  EnterpriseId,
  LimitRule,
  PointId,
  Reading,
  RuleStateRow,
  SilenceRule,
} from "@smart-park/core";
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

  it("remembers over a restart of ingest, while edge went on, how long a point has been silent", () => {
    const before = engineWith([silenceRule]);
    before.tick(noon);
    before.judge(aReading(0, 1));
    ticks(before, 10, 40);
    const changes = before.takeChanges();
    expect(changes.heard).toEqual([{ pointId: kiln, heardUpMs: 0 }]);
    const after = engineWith([silenceRule], changes);
    ticks(after, 50, 60);
    expect(events(after)).toEqual([["raised", 60, false]]);
  });

  it.each([
    ["a long downtime", 7200, false],
    ["a start that follows at once", 45, true],
  ])("judges after %s only when the rule's whole time has passed", (_, startS, isStart) => {
    const before = engineWith([silenceRule]);
    before.tick(noon);
    before.judge(aReading(0, 1));
    ticks(before, 10, 40);
    const after = engineWith([silenceRule], before.takeChanges());
    after.tick(noon + startS * second, isStart);
    const kept = after.takeChanges();
    expect(kept.heard).toEqual([{ pointId: kiln, heardUpMs: kept.clock.upMs }]);
    ticks(after, startS + 10, startS + 80);
    expect(events(after)).toEqual([["raised", startS + 60, false]]);
  });

  it("neither ends nor repeats an open alert by a start, also of a point with another, slower rule", () => {
    const slow = { ...silenceRule, id: "slow", afterS: 90 };
    const before = engineWith([silenceRule, slow]);
    before.tick(noon);
    before.judge(aReading(0, 1));
    ticks(before, 10, 70);
    const kept = before.takeChanges();
    expect(kept.alerts).toMatchObject([{ transition: { ruleId: "quiet", type: "raised" } }]);
    const after = engineWith([silenceRule, slow], kept);
    after.tick(noon + 7200 * second, true);
    ticks(after, 7210, 7280);
    after.judge(aReading(7281, 1));
    after.tick(noon + 7290 * second);
    const told = after.takeChanges().alerts.map(({ transition }) => [transition.type, transition.ruleId]);
    expect(told).toEqual([
      ["raised", "slow"],
      ["cleared", "quiet"],
      ["cleared", "slow"],
    ]);
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

describe("rules of other kinds", () => {
  const mill = "mill.activePower" as PointId;
  const minute = 60;
  const base = { name: "r", onDelayS: 0, offDelayS: 0, severity: "P2", enabled: true } as const;
  const treatment: EngineRule = {
    ...base,
    id: "treated",
    kind: "treatment",
    points: [kiln, mill],
    productionPoints: [{ point: kiln, runningAbove: 100 }],
    treatmentPoints: [{ point: mill, runningAbove: 10 }],
    outletPoints: [],
    treatmentNeeds: "all",
    startLateS: 600,
    stopEarlyS: 300,
    staleS: 900,
  };
  const quality: EngineRule = {
    ...base,
    id: "quality",
    kind: "dataQuality",
    points: [kiln],
    abovePercent: 20,
    windowS: 600,
    lateAfterS: 0,
  };
  const usual: EngineRule = {
    ...base,
    id: "usual",
    kind: "history",
    points: [kiln],
    abovePercent: 30,
    belowPercent: null,
    minDifference: 0,
    days: 4,
    minCoverage: 0.1,
  };
  const demand: EngineRule = {
    ...base,
    id: "demand",
    kind: "demand",
    points: [kiln],
    declaredKw: 1000,
    abovePercent: 100,
    warnsAhead: true,
  };

  it("look at points of several meters, and raise on the first", () => {
    const engine = engineWith([treatment]);
    for (let m = 0; m <= 40; m++) {
      engine.judge(aReading(m * minute, 500));
      engine.judge(aReading(m * minute, m < 20 ? 50 : 0, { pointId: mill }));
    }
    expect(engine.takeChanges().alerts).toMatchObject([
      { transition: { type: "raised", pointId: kiln, at: noon + 25 * minute * second, value: 300, limit: 300 } },
    ]);
  });

  it("see bad values, and ticks for what is missing, where quality is what they are about", () => {
    const engine = engineWith([quality]);
    const states: string[] = [];
    for (let s = 0; s <= 3000; s += 10) {
      const isMissing = s >= 1500 && s < 1800;
      if (!isMissing) engine.judge(aReading(s, 1, { quality: s >= 900 && s < 1200 ? "bad" : "good" }));
      engine.tick(noon + s * second);
      for (const { transition } of engine.takeChanges().alerts) states.push(transition.type);
    }
    expect(states).toEqual(["raised", "cleared"]);
  });

  it("hold in their schedule, also of silence", () => {
    const engine = engineWith([{ ...silenceRule, schedule: { from: "14:10", to: "14:20" } }]);
    engine.tick(noon);
    engine.judge(aReading(5, 1));
    ticks(engine, 10, 1800);
    expect(events(engine)).toEqual([
      ["raised", 600, false],
      ["cleared", 1200, false],
    ]);
  });

  it("follow the declared demand that the registry knows", () => {
    const engine = engineWith([]);
    const declared = { enterpriseId: "cement" as EnterpriseId, effectiveFrom: "2026-01-01", declaredKw: 1000 };
    engine.setRules([{ ...demand, declaredKw: null }], [], { holidays: [], declaredDemands: [declared] });
    for (let s = 0; s <= 900; s += 10) engine.judge(aReading(s, 1200));
    expect(
      engine.takeChanges().alerts.map(({ transition }) => [transition.level ?? "alarm", transition.limit]),
    ).toEqual([
      ["warning", 1000],
      ["alarm", 1000],
    ]);
  });

  it("give the same alerts when the journal is replayed from any commit", () => {
    const rules = [treatment, quality, usual, demand];
    type Entry = readonly [kilnKw: number, millKw: number, quality: "good" | "bad" | "none"];
    const entry = fc.tuple(
      fc.constantFrom(0, 900, 1400),
      fc.constantFrom(0, 50),
      fc.constantFrom("good", "good", "bad", "none"),
    );
    const stretch = fc.tuple(entry, fc.integer({ min: 3, max: 60 }));
    const plan = fc
      .array(stretch, { minLength: 3, maxLength: 12 })
      .map((list) => list.flatMap(([one, length]) => Array.from({ length }, (): Entry => one as Entry)));
    const play = (engine: AlertEngine, entries: readonly Entry[], from: number): void =>
      entries.forEach(([kilnKw, millKw, of], i) => {
        const s = (from + i) * minute;
        if (of !== "none") engine.judge(aReading(s, kilnKw, { quality: of }));
        engine.judge(aReading(s, millKw, { pointId: mill }));
        for (let tick = s; tick < s + minute; tick += 10) engine.tick(noon + tick * second);
      });
    let seen = 0;
    fc.assert(
      fc.property(plan, fc.nat(), (entries, cutSeed) => {
        const plain = engineWith(rules);
        play(plain, entries, 0);
        const expected = plain.takeChanges().alerts;
        const cut = cutSeed % entries.length;
        const first = engineWith(rules);
        play(first, entries.slice(0, cut), 0);
        const committed = first.takeChanges();
        const second = engineWith(rules, committed);
        play(second, entries.slice(cut), cut);
        expect([...committed.alerts, ...second.takeChanges().alerts]).toEqual(expected);
        seen += expected.length;
      }),
      { numRuns: 60, seed: 12 },
    );
    expect(seen).toBeGreaterThan(100);
  });
});
