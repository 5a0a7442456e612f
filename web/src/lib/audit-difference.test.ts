import { describe, expect, it } from "vitest";
import { differencesOf, type Difference } from "./audit-difference.ts";

const changed = (path: string, before: unknown, after: unknown): Difference => ({
  ...{ path: path.split("/"), kind: "changed", before, after },
});

describe("what an audit entry tells", () => {
  it.each<[string, object, Difference[]]>([
    ["a value that changed", { limit: [100, 120] }, [changed("limit", 100, 120)]],
    ["a value that came", { name: [null, "李娜"] }, [changed("name", null, "李娜")]],
    ["a list", { enterpriseIds: [["A"], ["A", "B"]] }, [changed("enterpriseIds", ["A"], ["A", "B"])]],
    [
      "only what differs inside an object",
      {
        "point.activePower": [
          { multiplier: 1, unit: "kW" },
          { multiplier: 40, unit: "kW" },
        ],
      },
      [changed("point.activePower/multiplier", 1, 40)],
    ],
    [
      "every field of an object that went",
      { owner: [{ role: "operator", shift: null, at: { gate: 2 } }, null] },
      [changed("owner/role", "operator", null), changed("owner/at/gate", 2, null)],
    ],
    [
      "only that a secret changed",
      { password: "changed" },
      [{ path: ["password"], kind: "secret", before: null, after: null }],
    ],
    [
      "what came to a long list and went",
      { meterIds: { added: ["M9"], removed: [], now: 21 } },
      [{ path: ["meterIds"], kind: "list", before: [], after: ["M9"] }],
    ],
    ["a fact", { sessions: 2, brokenAt: null }, [{ path: ["sessions"], kind: "told", before: null, after: 2 }]],
  ])("is %s", (_, detail, lines) => {
    expect(differencesOf(JSON.stringify(detail))).toEqual(lines);
  });

  it("is nothing where nothing is told, and not taken apart where it is plain text", () => {
    expect(differencesOf("")).toEqual([]);
    expect(differencesOf("{}")).toEqual([]);
    expect(differencesOf("topic park/x")).toBeNull();
    expect(differencesOf("[1,2]")).toBeNull();
  });
});
