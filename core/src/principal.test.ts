import { describe, expect, it } from "vitest";
import type { EnterpriseId, UserId } from "./park.ts";
import { canSee, hasRight, isEnterpriseRole, rights, roles, type Principal, type Role } from "./principal.ts";

const cement = "cement" as EnterpriseId;
const food = "food" as EnterpriseId;
const person = (role: Role, more: Partial<Principal> = {}): Principal => ({
  kind: "user",
  id: "u1" as UserId,
  role,
  scope: isEnterpriseRole(role) ? new Set([cement]) : "all",
  tokenScopes: null,
  ...more,
});
const may = (right: Parameters<typeof hasRight>[1]): Role[] => roles.filter((role) => hasRight(person(role), right));

describe("who may do what", () => {
  it("only the park administrator and the auditor read the audit", () => {
    expect(may("audit.read")).toEqual(["parkAdmin", "auditor"]);
  });
  it("only the park's administrator and manager sign months", () => {
    expect(may("months.close")).toEqual(["parkAdmin", "parkManager"]);
  });
  it("nobody but park administrators and enterprise administrators manages users", () => {
    expect(may("users.manage")).toEqual(["parkAdmin", "enterpriseAdmin"]);
  });
  it("what is found is recorded by the park and its stewards, and put right by the enterprise", () => {
    expect(may("inspections.read")).toEqual([...roles]);
    expect(may("inspections.write")).toEqual(["parkAdmin", "parkManager", "operator", "steward"]);
    expect(may("inspections.rectify")).toEqual(["parkAdmin", "enterpriseAdmin", "enterpriseOperator"]);
  });
  it("charts are annotated by the park and the enterprise, and read by all; who only looks writes nothing", () => {
    expect(may("annotations.read")).toEqual([...roles]);
    expect(may("annotations.write")).toEqual([
      "parkAdmin",
      "parkManager",
      "operator",
      "enterpriseAdmin",
      "enterpriseOperator",
    ]);
  });
  it("everybody saves views of their own, and the park's people share theirs", () => {
    expect(may("views.own")).toEqual([...roles]);
    expect(may("views.share")).toEqual(["parkAdmin", "parkManager", "operator"]);
  });
  it("viewers, stewards and auditors change nothing else", () => {
    const writes = [
      "inputs.write",
      "registry.write",
      "rules.write",
      "alerts.act",
      "readings.import",
      "telemetry.write",
      "annotations.write",
      "views.share",
    ] as const;
    for (const role of ["enterpriseViewer", "steward", "auditor"] as const)
      for (const right of writes)
        expect({ role, right, may: hasRight(person(role), right) }).toEqual({ role, right, may: false });
  });
  it("park management alone sets tariffs and confirms regulated numbers; bills and inputs are entered by those who have them", () => {
    expect(may("tariffs.write")).toEqual(["parkAdmin", "parkManager"]);
    expect(may("regulated.confirm")).toEqual(["parkAdmin", "parkManager"]);
    expect(may("inputs.write")).toEqual([
      "parkAdmin",
      "parkManager",
      "operator",
      "enterpriseAdmin",
      "enterpriseOperator",
    ]);
  });
  it("an enterprise role sees its own enterprise, a park role sees all", () => {
    expect([canSee(person("enterpriseAdmin"), cement), canSee(person("enterpriseAdmin"), food)]).toEqual([true, false]);
    expect(canSee(person("parkManager"), food)).toBe(true);
  });
  it("only the park's administrator and manager let a screen in", () => {
    expect(may("walls.manage")).toEqual(["parkAdmin", "parkManager"]);
  });
  it("whoever is of the park may look at what a screen shows, and no enterprise: it shows sums of all", () => {
    expect(may("walls.show")).toEqual(["parkAdmin", "parkManager", "operator", "auditor"]);
  });
  it("a display may read values, the park and alerts, whoever made its token, and nothing else", () => {
    for (const role of ["parkAdmin", "parkManager", "enterpriseAdmin"] as const) {
      const wall = person(role, { kind: "token", tokenScopes: new Set(["kiosk"]) });
      expect(rights.filter((right) => hasRight(wall, right))).toEqual([
        "readings.read",
        "registry.read",
        "alerts.read",
      ]);
    }
  });
  it("an enterprise role has no right that the park's administrator has not, and never the park's own", () => {
    const ofPark = ["registry.write", "tariffs.write", "regulated.confirm", "months.close", "channels.manage"] as const;
    for (const role of roles.filter(isEnterpriseRole)) {
      const given = rights.filter((right) => hasRight(person(role), right));
      expect(given.filter((right) => !hasRight(person("parkAdmin"), right))).toEqual([]);
      expect(given.filter((right) => ofPark.some((one) => one === right))).toEqual([]);
    }
  });
  it("a token does what its scopes say and nothing more, and an unknown scope opens nothing", () => {
    const token = (...scopes: string[]) => person("parkAdmin", { kind: "token", tokenScopes: new Set(scopes) });
    expect(hasRight(token("telemetry:write"), "telemetry.write")).toBe(true);
    expect(hasRight(token("telemetry:write"), "readings.read")).toBe(false);
    expect(hasRight(token("read"), "telemetry.write")).toBe(false);
    expect(hasRight(token("inputs:write"), "inputs.write")).toBe(true);
    expect(hasRight(token("inputs:write"), "regulated.confirm")).toBe(false);
    expect(hasRight(token(), "readings.read")).toBe(false);
    expect(hasRight(token("everything"), "readings.read")).toBe(false);
  });
});
