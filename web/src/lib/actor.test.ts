import { describe, expect, it } from "vitest";
import { actorOf } from "./actor.ts";

describe("actorOf", () => {
  it("tells the user from the token that acted for them", () => {
    expect(actorOf("wang")).toEqual({ username: "wang", token: null });
    expect(actorOf("admin (token demo park)")).toEqual({ username: "admin", token: "demo park" });
    expect(actorOf("admin (token a (b))")).toEqual({ username: "admin", token: "a (b)" });
  });
});
