import {
  isCovered,
  meterKinds,
  systemPrincipal,
  unsuitable,
  type AlertRule,
  type Meter,
  type PointCover,
  type RuleBase,
} from "@smart-park/core";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  aMeter,
  anAudit,
  anEnterprise,
  aPoint,
  enterpriseId,
  meterId,
  temporaryRegistry,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const audit = anAudit();
const enterprises = ["A", "B"].map(enterpriseId);
const meters = ["m1", "m2", "m3"].map(meterId);
const quantities = ["activePower", "stateOfCharge", "waterFlow"] as const;
const kinds = ["stuck", "history", "demand", "counter"] as const;
let opened: TemporaryRegistry;
beforeEach(() => {
  opened = temporaryRegistry();
  for (const id of enterprises) opened.registry.createEnterprise(systemPrincipal, anEnterprise(id), audit);
});
afterEach(() => opened.stop());

function aCoveringRule(kind: (typeof kinds)[number], covers: PointCover): AlertRule {
  const more = { id: "r", name: "r", points: [], covers, severity: "P3", enabled: true } as const;
  const base: RuleBase = { ...more, onDelayS: 0, offDelayS: 0 };
  switch (kind) {
    case "stuck":
      return { ...base, kind, forS: 3600, tolerance: 0, runningPoint: null, runningAbove: 0 };
    case "history":
      return { ...base, kind, abovePercent: 50, belowPercent: null, minDifference: 0, days: 6, minCoverage: 0.75 };
    case "demand":
      return { ...base, kind, declaredKw: null, abovePercent: 100, warnsAhead: true };
    case "counter":
      return { ...base, kind, faults: ["glitch"], soundS: 900 };
  }
}

const orAny = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: null });
const some = <T>(values: readonly T[]) =>
  fc.option(
    fc.subarray([...values], { minLength: 1 }).map((list): readonly T[] => list),
    { nil: null },
  );
const aCover: fc.Arbitrary<PointCover> = fc.record({
  meterKinds: some(meterKinds.slice(0, 3)),
  quantities: some(quantities),
  enterpriseId: orAny(enterprises),
  meterId: orAny(meters),
});
const aPlace = fc.record({
  owner: fc.constantFrom(...enterprises),
  kind: fc.constantFrom(...meterKinds.slice(0, 3)),
  points: fc.constantFrom("gauge" as const, "counter" as const),
  quantities: fc.subarray([...quantities], { minLength: 1 }),
});

/** Only its owner makes a meter anew that was removed; from there it can be handed over. */
function make(meter: Meter): void {
  const { registry } = opened;
  const before = registry.removedMeters(systemPrincipal).find(({ id }) => id === meter.id);
  const owner = before?.enterpriseId ?? meter.enterpriseId;
  registry.createMeter(systemPrincipal, { ...meter, enterpriseId: owner }, audit);
  if (owner !== meter.enterpriseId) registry.updateMeter(systemPrincipal, meter.id, meter, audit);
}

it("a covering rule watches what core says that it covers, whatever meters come, change and go", () => {
  const { registry } = opened;
  const steps = fc.array(fc.tuple(fc.constantFrom(...meters), fc.option(aPlace, { nil: null })), { maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(...kinds), aCover, steps, (ruleKind, covers, changes) => {
      for (const { id } of registry.meters(systemPrincipal)) registry.deleteMeter(systemPrincipal, id, audit);
      // A meter is covered by name only once it is there.
      if (covers.meterId !== null) {
        const owner = covers.enterpriseId ?? enterpriseId("A");
        make(aMeter(covers.meterId, owner));
      }
      registry.createRule(systemPrincipal, aCoveringRule(ruleKind, covers), audit);
      for (const [id, place] of changes) {
        const isThere = registry.meter(systemPrincipal, id) !== null;
        if (place === null) {
          if (isThere) registry.deleteMeter(systemPrincipal, id, audit);
          continue;
        }
        const points = place.quantities.map((quantity) => aPoint(id, quantity, { kind: place.points }));
        const meter = aMeter(id, place.owner, { kind: place.kind, points });
        if (isThere) registry.updateMeter(systemPrincipal, id, meter, audit);
        else make(meter);
      }
      const expected = registry
        .meters(systemPrincipal)
        .flatMap(({ kind, points }) => points.filter((point) => isCovered(covers, point, kind)))
        .filter((point) => unsuitable(ruleKind, point) === null)
        .map(({ id }) => id);
      expect(registry.rule(systemPrincipal, "r")?.rule.points.toSorted()).toEqual(expected.toSorted());
      registry.deleteRule(systemPrincipal, "r", audit);
    }),
    { numRuns: 60 },
  );
});
