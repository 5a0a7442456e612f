import type { Me } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import { seesTheSame } from "./park.ts";

const me = {
  ...{ id: "li", role: "enterpriseViewer", enterpriseIds: ["cement"], rights: ["readings.read"] },
  ...{ mustChangePassword: false, timeZone: "Asia/Shanghai" },
} as unknown as Me;

describe("who signs in again over an open page", () => {
  it.each<{ name: string; change: Partial<Me>; goesOn: boolean }>([
    { name: "as before", change: {}, goesOn: true },
    { name: "with another role", change: { role: "enterpriseAdmin" }, goesOn: false },
    { name: "of another enterprise", change: { enterpriseIds: ["food"] }, goesOn: false },
    { name: "with fewer rights", change: { rights: [] }, goesOn: false },
    { name: "with a password to change first", change: { mustChangePassword: true }, goesOn: false },
  ])("$name goes on with what is on it: $goesOn", ({ change, goesOn }) => {
    expect(seesTheSame(me, { ...me, ...change })).toBe(goesOn);
  });
});
