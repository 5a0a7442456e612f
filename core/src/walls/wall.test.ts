import { describe, expect, it } from "vitest";
import { hasRight, rights } from "../principal.ts";
import { wallPrincipal, wallState, type WallEntry } from "./wall.ts";

const aWall = (more: Partial<WallEntry> = {}): WallEntry => ({
  ...{ id: "hall", name: "大厅", scenes: ["overview"], sceneS: 20, showEnterprises: true, showPeople: false },
  ...{ networks: [], createdAt: 0, createdBy: "admin", expiresAt: 1000 },
  ...{ openedAt: null, revokedAt: null, lastSeenAt: null, lastAddress: null, lastBuild: null },
  ...more,
});

describe("a wall", () => {
  it.each<[string, Partial<WallEntry>, number, string]>([
    ["whose link nobody opened waits", {}, 0, "waiting"],
    ["whose link was opened is open", { openedAt: 5 }, 999, "open"],
    ["ends at its end", { openedAt: 5 }, 1000, "expired"],
    ["that waited too long is expired", {}, 1000, "expired"],
    ["that was revoked is revoked", { openedAt: 5, revokedAt: 6 }, 7, "revoked"],
    ["that was revoked stays so when its time is over", { openedAt: 5, revokedAt: 6 }, 1001, "revoked"],
  ])("%s", (_name, more, now, state) => {
    expect(wallState(aWall(more), now)).toBe(state);
  });

  it("may show itself and nothing else", () => {
    expect(rights.filter((right) => hasRight(wallPrincipal({ id: "hall" }), right))).toEqual(["walls.show"]);
  });
});
