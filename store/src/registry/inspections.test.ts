import { systemPrincipal, type Inspection, type Registry } from "@smart-park/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  aMeter,
  anAudit,
  anEnterprise,
  aPrincipal,
  enterpriseId,
  meterId,
  temporaryRegistry,
  testStart,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit({ at: testStart });
const hour = 3_600_000;
let opened: TemporaryRegistry;
let registry: Registry;

beforeEach(() => {
  opened = temporaryRegistry();
  registry = opened.registry;
  for (const id of ["A", "B"]) {
    registry.createEnterprise(park, anEnterprise(id), audit);
    registry.createMeter(park, aMeter(`${id}1`, id), audit);
  }
});
afterEach(() => opened.stop());

type Given = Parameters<Registry["createInspection"]>[1];
const finding = (given: Partial<Given> = {}): Given => ({
  ...{ enterpriseId: enterpriseId("A"), meterId: meterId("A1"), at: testStart - hour },
  ...{ topic: "outlet", finding: "采样口无标识", dueOn: "2026-11-20" },
  ...given,
});
const record = (given: Partial<Given> = {}): Inspection => registry.createInspection(park, finding(given), audit);
const step = (id: string, kind: "rectified" | "accepted" | "rejected") =>
  registry.addInspectionStep(park, id, { kind, note: kind }, audit);
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("inspection records", () => {
  it("come back as they were recorded, with every step and who took it", () => {
    const { id } = record();
    step(id, "rectified");
    const done = step(id, "accepted");
    expect(registry.inspection(park, id)).toEqual(done);
    expect(done).toMatchObject({ ...finding(), createdBy: audit.actor, createdAt: audit.at });
    expect(done.steps.map(({ kind, by }) => [kind, by])).toEqual([
      ["rectified", audit.actor],
      ["accepted", audit.actor],
    ]);
    const trail = registry.audit(park, { limit: 10 }).items.filter(({ object }) => object === id);
    expect(trail.map(({ action }) => action)).toEqual([
      "inspection.accepted",
      "inspection.rectified",
      "inspection.create",
    ]);
  });

  it("refuse a step that cannot follow, and what is about nobody's or another one's meter", () => {
    const { id } = record();
    expect(() => step(id, "accepted")).toThrow(code("conflict"));
    expect(() => step(record({ dueOn: null }).id, "rectified")).toThrow(code("conflict"));
    expect(() => record({ meterId: meterId("B1") })).toThrow(code("unprocessable"));
    expect(() => record({ meterId: meterId("none") })).toThrow(code("not_found"));
    expect(() => record({ at: audit.at + 1 })).toThrow(code("unprocessable"));
  });

  it("keep their enterprise, and outlive the meter that they name", () => {
    const { id } = record();
    registry.deleteMeter(park, meterId("A1"), audit);
    expect(registry.inspection(park, id)?.meterId).toBe("A1");
    expect(() => registry.deleteEnterprise(park, enterpriseId("A"), audit)).toThrow(code("conflict"));
  });

  it("of others are not there", () => {
    const { id } = record();
    const other = aPrincipal("steward", ["B"]);
    expect(registry.inspection(other, id)).toBeNull();
    expect(registry.inspections(other, { limit: 10 }).items).toEqual([]);
    const tries = [
      () => registry.addInspectionStep(other, id, { kind: "rectified", note: "x" }, audit),
      () => registry.createInspection(other, finding(), audit),
      // The meter of the other enterprise, as one that is not there.
      () => registry.createInspection(other, finding({ enterpriseId: enterpriseId("B") }), audit),
    ];
    for (const attempt of tries) expect(attempt).toThrow(code("not_found"));
  });

  it("can be looked through by state, by what is late and by time, page by page, each once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (ages, limit) => {
          const from = testStart - 1000 * hour;
          const earlier = registry.inspections(park, { from, limit: 500 }).items.length;
          const made = ages.map((age) => record({ at: testStart - age * hour }).id);
          const seen: Inspection[] = [];
          for (let cursor: string | undefined; ;) {
            const page = registry.inspections(park, { limit, ...(cursor !== undefined && { cursor }) });
            seen.push(...page.items);
            if (page.nextCursor === null) break;
            cursor = page.nextCursor;
          }
          expect(seen).toHaveLength(earlier + made.length);
          expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
          expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).toSorted((a, b) => b - a));
        },
      ),
      { numRuns: 10 },
    );
    const late = record({ dueOn: "2026-01-01" });
    const ids = (filter: object) => registry.inspections(park, { limit: 500, ...filter }).items.map(({ id }) => id);
    expect(ids({ dueBefore: "2026-01-02" })).toEqual([late.id]);
    step(late.id, "rectified");
    expect(ids({ dueBefore: "2026-01-02" })).toEqual([]);
    expect(ids({ state: "rectified" })).toEqual([late.id]);
  });
});
