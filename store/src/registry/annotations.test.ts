import { annotationLimits, days, systemPrincipal, type Annotation, type Registry } from "@smart-park/core";
import fc from "fast-check";
import Database from "libsql";
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
const clerk = aPrincipal("enterpriseOperator", ["A"], "clerk");
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
    registry.createMeter(park, aMeter(`${id}2`, id), audit);
  }
});
afterEach(() => opened.stop());

type Given = Parameters<Registry["createAnnotation"]>[1];
const remark = (given: Partial<Given> = {}): Given => ({
  ...{ enterpriseId: enterpriseId("A"), meterId: null, from: testStart - hour, to: testStart },
  ...{ tag: "maintenance", text: "主变检修" },
  ...given,
});
const write = (given: Partial<Given> = {}, by = park): Annotation =>
  registry.createAnnotation(by, remark(given), audit);
const code = (expected: string) => expect.objectContaining({ code: expected });
const texts = (filter: object, by = park) =>
  registry.annotations(by, { limit: 500, ...filter }).items.map(({ text }) => text);

describe("annotations", () => {
  it("come back as they were written, with who wrote and who changed them", () => {
    const { id } = write({ meterId: meterId("A1") }, clerk);
    const changed = registry.updateAnnotation(clerk, id, { text: "主变检修完成" }, anAudit({ at: testStart + 1 }));
    expect(registry.annotation(park, id)).toEqual(changed);
    expect(changed).toEqual({
      ...{ ...remark(), id, meterId: "A1", text: "主变检修完成", side: "enterprise" },
      ...{ createdBy: audit.actor, createdAt: testStart, changedBy: audit.actor, changedAt: testStart + 1 },
    });
    const [update, create] = registry.audit(park, { limit: 2 }).items;
    expect([create?.action, update?.action, update?.enterpriseId]).toEqual([
      "annotation.create",
      "annotation.update",
      "A",
    ]);
    expect(JSON.parse(update?.detail ?? "")).toEqual({ text: ["主变检修", "主变检修完成"] });
  });

  it("take the owner of their meter, and outlive it", () => {
    const { id, enterpriseId: owner } = write({ enterpriseId: null, meterId: meterId("A1") });
    expect(owner).toBe("A");
    registry.deleteMeter(park, meterId("A1"), audit);
    expect(registry.annotation(park, id)?.meterId).toBe("A1");
    expect(texts({ meterId: meterId("A1") })).toEqual(["主变检修"]);
  });

  it("of a meter that changed hands stay its former owner's", () => {
    write({ enterpriseId: null, meterId: meterId("A1") });
    registry.updateMeter(park, meterId("A1"), { enterpriseId: enterpriseId("B") }, audit);
    expect(texts({ meterId: meterId("A1") }, aPrincipal("enterpriseAdmin", ["B"]))).toEqual([]);
    expect(texts({ meterId: meterId("A1") }, clerk)).toEqual(["主变检修"]);
  });

  it("are refused where they cannot be", () => {
    expect(() => write({ from: testStart + 1, to: testStart })).toThrow(code("unprocessable"));
    expect(() => write({ meterId: meterId("B1") })).toThrow(code("unprocessable"));
    expect(() => write({ meterId: meterId("none") })).toThrow(code("not_found"));
    expect(() => write({ enterpriseId: enterpriseId("none") })).toThrow(code("not_found"));
    const { id } = write();
    expect(() => registry.updateAnnotation(park, id, { from: testStart + hour }, audit)).toThrow(code("unprocessable"));
    expect(registry.annotation(park, id)?.from).toBe(testStart - hour);
  });

  it("of others are not there, nor those of the park for who sees only a part of it", () => {
    const ofPark = write({ enterpriseId: null, text: "A 与 B 停电" });
    const ofB = write({ enterpriseId: enterpriseId("B"), text: "B" });
    expect(texts({}, clerk)).toEqual([]);
    expect(() => write({ enterpriseId: null }, clerk)).toThrow(code("forbidden"));
    expect(() => write({ enterpriseId: null, meterId: meterId("B1") }, clerk)).toThrow(code("not_found"));
    for (const { id } of [ofPark, ofB]) {
      expect(registry.annotation(clerk, id)).toBeNull();
      for (const attempt of [
        () => registry.updateAnnotation(clerk, id, { text: "x" }, audit),
        () => registry.deleteAnnotation(clerk, id, audit),
        () => registry.restoreAnnotation(clerk, id, audit),
      ])
        expect(attempt).toThrow(code("not_found"));
    }
  });

  it("that the park wrote about an enterprise are seen there, and changed by the park alone", () => {
    const { id } = write();
    expect(registry.annotation(clerk, id)?.side).toBe("park");
    expect(() => registry.updateAnnotation(clerk, id, { text: "x" }, audit)).toThrow(code("forbidden"));
    expect(() => registry.deleteAnnotation(clerk, id, audit)).toThrow(code("forbidden"));
  });

  it("that were deleted come back as they were within a day, and then no more", () => {
    const before = write({}, clerk);
    registry.deleteAnnotation(clerk, before.id, audit);
    expect([registry.annotation(park, before.id), texts({})]).toEqual([null, []]);
    expect(() => registry.updateAnnotation(clerk, before.id, { text: "x" }, audit)).toThrow(code("not_found"));
    expect(registry.restoreAnnotation(clerk, before.id, audit)).toEqual(before);
    expect(() => registry.restoreAnnotation(clerk, before.id, audit)).toThrow(code("conflict"));
    registry.deleteAnnotation(clerk, before.id, audit);
    const later = anAudit({ at: testStart + annotationLimits.restorableMs + 1 });
    expect(() => registry.restoreAnnotation(clerk, before.id, later)).toThrow(code("not_found"));
    const trail = registry.audit(park, { limit: 10 }).items.filter(({ object }) => object === before.id);
    expect(trail.map(({ action }) => action)).toEqual([
      ...["annotation.delete", "annotation.restore", "annotation.delete", "annotation.create"],
    ]);
  });

  it("stand on the charts of what they are about, of what contains it and of what it contains", () => {
    write({ enterpriseId: null, text: "园区" });
    write({ text: "企业" });
    write({ meterId: meterId("A1"), text: "表一" });
    write({ meterId: meterId("A2"), text: "表二" });
    write({ enterpriseId: enterpriseId("B"), text: "他厂" });
    expect(new Set(texts({ meterId: meterId("A1") }))).toEqual(new Set(["园区", "企业", "表一"]));
    expect(new Set(texts({ enterpriseId: enterpriseId("A") }))).toEqual(new Set(["园区", "企业", "表一", "表二"]));
    expect(new Set(texts({ isWithoutMeters: true }))).toEqual(new Set(["园区", "企业", "他厂"]));
    expect(new Set(texts({ enterpriseId: enterpriseId("A") }, clerk))).toEqual(new Set(["企业", "表一", "表二"]));
  });

  it("are found by every range they touch, page by page, each once", () => {
    const span = fc.tuple(fc.nat(20), fc.nat(5));
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 10 }),
        span,
        fc.integer({ min: 1, max: 4 }),
        (spans, [start, length], limit) => {
          for (const { id } of registry.annotations(park, { limit: 500 }).items)
            registry.deleteAnnotation(park, id, audit);
          const at = (n: number): number => testStart - days(1) + n * hour;
          for (const [from, more] of spans) write({ from: at(from), to: at(from + more), text: `${from} ${more}` });
          const [from, to] = [at(start), at(start + length + 1)];
          const seen: Annotation[] = [];
          for (let cursor: string | undefined; ;) {
            const page = registry.annotations(park, { from, to, limit, ...(cursor !== undefined && { cursor }) });
            seen.push(...page.items);
            if (page.nextCursor === null) break;
            cursor = page.nextCursor;
          }
          const touches = (a: number, b: number): boolean => a < to && (b > from || (a === b && a >= from));
          const wanted = spans.filter(([a, more]) => touches(at(a), at(a + more))).map(([a, more]) => `${a} ${more}`);
          expect(seen.map(({ text }) => text).toSorted()).toEqual(wanted.toSorted());
          expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("of one owner have an end, which another's do not bring nearer", () => {
    write();
    const file = new Database(opened.files.file, {});
    file.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < ${annotationLimits.perOwner})
      insert into annotation (id, enterprise_id, from_at, to_at, tag, text, side, created_by, created_at)
      select 'n' || i, 'A', ${testStart}, ${testStart}, 'other', 'x', 'park', 'admin', 0 from n where i > 1`);
    file.close();
    expect(() => write({ meterId: meterId("A1") })).toThrow(code("unprocessable"));
    expect(write({ enterpriseId: enterpriseId("B") }).enterpriseId).toBe("B");
    registry.deleteAnnotation(park, "n2", audit);
    expect(write().enterpriseId).toBe("A");
    expect(() => registry.restoreAnnotation(park, "n2", audit)).toThrow(code("unprocessable"));
  });

  it("go with their enterprise, and the log keeps what they said", () => {
    registry.createEnterprise(park, anEnterprise("C"), audit);
    write({ enterpriseId: enterpriseId("C"), text: "停产" });
    registry.deleteEnterprise(park, enterpriseId("C"), audit);
    const entry = registry.audit(park, { limit: 10, action: "annotation.delete" }).items[0];
    expect(JSON.parse(entry?.detail ?? "{}")).toMatchObject({ text: ["停产", null] });
  });
});
