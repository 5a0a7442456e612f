import { describe, expect, it } from "vitest";
import type { EnterpriseId, UserId } from "../park.ts";
import { isEnterpriseRole, type Principal, type Role } from "../principal.ts";
import { isViewPath, mayChangeView, mayOpenView, savedViewLimits, seesView, type SavedView } from "./saved-view.ts";

const person = (role: Role, id = "somebody"): Principal => ({
  kind: "user",
  id: id as UserId,
  role,
  scope: isEnterpriseRole(role) ? new Set(["A" as EnterpriseId]) : "all",
  tokenScopes: null,
});
const aView = (given: Partial<SavedView> = {}): SavedView => ({
  ...{
    id: "v-1",
    owner: "owner" as UserId,
    name: "缺数据",
    path: "/live?state=missing",
    isShared: false,
    createdAt: 0,
  },
  ...given,
});

describe("what can be saved as a view", () => {
  it.each([
    "/live",
    "/live?state=missing&ent=bridge-a&sort=-v0",
    "/energy/load?from=now%2Fd&to=now&ent=",
    "/meters/bridge-a-E0?tab=trend&ch=activePower,voltageA&from=2026-11-01T00:00:00%2B08:00",
    "/alerts/a%3A1",
    "/live?q=%E9%85%8D%E7%94%B5",
    "/my",
  ])("is a page of ours with its query: %s", (path) => {
    expect(isViewPath(path)).toBe(true);
  });

  it.each([
    ["another site", "https://example.com/live"],
    ["another site by its host alone", "//example.com/live"],
    ["another site further on", "/live?next=//example.com"],
    ["a scheme", "javascript:alert(1)"],
    ["a backslash that browsers take for a slash", "/\\example.com"],
    ["no page of ours", "/api/v1/me"],
    ["a page that has nothing to save", "/settings"],
    ["one that climbs out", "/meters/.."],
    ["one that climbs out in other letters", "/meters/%2e%2E"],
    ["a page without its id", "/meters/"],
    ["a fragment", "/live#top"],
    ["a line break", "/live?q=a\nb"],
    ["letters that were not encoded", "/live?q=配电"],
    ["mark-up", "/live?q=<b>"],
    ["nothing", ""],
    ["one that is too long", `/live?q=${"x".repeat(savedViewLimits.pathLength)}`],
  ])("is not %s", (_name, path) => {
    expect(isViewPath(path)).toBe(false);
  });
});

describe("who sees a view", () => {
  it("is its owner, and of a shared one whoever of the park may open its page", () => {
    const shared = aView({ isShared: true });
    expect(seesView(person("enterpriseViewer", "owner"), aView())).toBe(true);
    expect(seesView(person("parkAdmin"), aView())).toBe(false);
    expect(seesView(person("auditor"), shared)).toBe(true);
    expect(seesView(person("operator"), aView({ isShared: true, path: "/ops/audit" }))).toBe(false);
    expect(seesView(person("auditor"), aView({ isShared: true, path: "/ops/audit" }))).toBe(true);
  });

  it("is nobody of an enterprise when it is another's, also of a page that they have: its name may tell of others", () => {
    expect(seesView(person("enterpriseAdmin"), aView({ isShared: true, path: "/alerts?ent=B" }))).toBe(false);
  });

  it("opens pages of the park to the park and /my to enterprises", () => {
    expect(mayOpenView(person("enterpriseAdmin"), { path: "/live" })).toBe(false);
    expect(mayOpenView(person("operator"), { path: "/my/energy" })).toBe(false);
    expect(mayOpenView(person("enterpriseViewer"), { path: "/my/energy" })).toBe(true);
    expect(mayOpenView(person("enterpriseViewer"), { path: "/alerts?state=active" })).toBe(true);
  });

  it("may change it when it is theirs, or shared and they share themselves", () => {
    expect(mayChangeView(person("auditor"), aView({ isShared: true }))).toBe(false);
    expect(mayChangeView(person("operator"), aView({ isShared: true }))).toBe(true);
    expect(mayChangeView(person("parkAdmin"), aView())).toBe(false);
  });
});
