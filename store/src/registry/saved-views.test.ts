import { savedViewLimits, systemPrincipal, type Principal, type Registry, type Role } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  anAudit,
  anEnterprise,
  aPrincipal,
  enterpriseId,
  temporaryRegistry,
  testStart,
  userId,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const audit = anAudit({ at: testStart });
let opened: TemporaryRegistry;
let registry: Registry;
let manager: Principal;
let operator: Principal;
let clerk: Principal;

beforeEach(() => {
  opened = temporaryRegistry();
  registry = opened.registry;
  registry.createEnterprise(systemPrincipal, anEnterprise("A"), audit);
  [manager, operator, clerk] = [
    person("mei", "parkManager"),
    person("ou", "operator"),
    person("an", "enterpriseViewer"),
  ];
});
afterEach(() => opened.stop());

function person(id: string, role: Role): Principal {
  const isOwn = role.startsWith("enterprise");
  const more = { passwordHash: "x", mustChangePassword: false, enterpriseIds: isOwn ? [enterpriseId("A")] : null };
  registry.createUser(systemPrincipal, { id: userId(id), role, ...more }, audit);
  return aPrincipal(role, isOwn ? ["A"] : "all", id);
}

const save = (by: Principal, given: Partial<Parameters<Registry["createSavedView"]>[1]> = {}) =>
  registry.createSavedView(by, { name: "缺数据", path: "/live?state=missing", isShared: false, ...given }, audit);
const code = (expected: string) => expect.objectContaining({ code: expected });
const told = () =>
  registry
    .audit(systemPrincipal, { limit: 50 })
    .items.filter(({ action }) => action.startsWith("savedView."))
    .map(({ action, detail }) => [action, JSON.parse(detail)]);

describe("saved views", () => {
  it("belong to one person, and come back as they were saved", () => {
    const view = save(manager);
    expect(registry.savedViews(manager)).toEqual([view]);
    expect(view).toMatchObject({ owner: "mei", name: "缺数据", path: "/live?state=missing", createdAt: testStart });
    expect(registry.savedViews(operator)).toEqual([]);
    expect(() => registry.updateSavedView(operator, view.id, { name: "x" }, audit)).toThrow(code("not_found"));
    expect(() => registry.deleteSavedView(operator, view.id, audit)).toThrow(code("not_found"));
    expect(told()).toEqual([["savedView.create", {}]]);
  });

  it("that are shared are seen by the park alone, and the log tells what they hold while they are", () => {
    const { id } = save(manager);
    registry.updateSavedView(manager, id, { isShared: true }, audit);
    expect(registry.savedViews(operator).map((view) => view.id)).toEqual([id]);
    expect(registry.savedViews(clerk)).toEqual([]);
    registry.updateSavedView(operator, id, { name: "无数据表计" }, audit);
    registry.updateSavedView(manager, id, { isShared: false }, audit);
    registry.deleteSavedView(manager, id, audit);
    expect(told().toReversed()).toEqual([
      ["savedView.create", {}],
      ["savedView.update", expect.objectContaining({ name: [null, "缺数据"] })],
      ["savedView.update", { name: ["缺数据", "无数据表计"] }],
      ["savedView.update", expect.objectContaining({ name: ["无数据表计", null] })],
      ["savedView.delete", {}],
    ]);
  });

  it("are shared by nobody without the right, and lead to no page that one may not open", () => {
    expect(() => save(clerk, { path: "/alerts", isShared: true })).toThrow(code("forbidden"));
    expect(() => save(clerk)).toThrow(code("unprocessable"));
    const own = save(clerk, { path: "/alerts?state=active" });
    expect(() => registry.updateSavedView(clerk, own.id, { isShared: true }, audit)).toThrow(code("forbidden"));
    expect(() => registry.updateSavedView(clerk, own.id, { path: "/live" }, audit)).toThrow(code("unprocessable"));
    const auditor = person("shen", "auditor");
    const shared = save(manager, { isShared: true });
    expect(() => registry.updateSavedView(auditor, shared.id, { name: "x" }, audit)).toThrow(code("forbidden"));
  });

  it("that were shared are written no more by an owner who may not share any longer, but taken back", () => {
    const { id } = save(manager, { isShared: true });
    const demoted = aPrincipal("auditor", "all", "mei");
    for (const change of [{ name: "x" }, { path: "/alerts" }, { name: "x", isShared: true }])
      expect(() => registry.updateSavedView(demoted, id, change, audit)).toThrow(code("forbidden"));
    expect(registry.updateSavedView(demoted, id, { name: "x", isShared: false }, audit).isShared).toBe(false);
  });

  it("have an end for each person", () => {
    for (let n = 0; n < savedViewLimits.perPerson; n++) save(manager);
    expect(() => save(manager)).toThrow(code("unprocessable"));
    expect(save(operator).owner).toBe("ou");
  });

  it("go with their person; the log keeps those that others saw", () => {
    save(manager, { name: "自用" });
    save(manager, { name: "共用", isShared: true });
    registry.deleteUser(systemPrincipal, userId("mei"), audit);
    expect(registry.savedViews(operator)).toEqual([]);
    expect(told()[0]).toEqual(["savedView.delete", expect.objectContaining({ name: ["共用", null] })]);
    expect(JSON.stringify(told())).not.toContain("自用");
  });
});
