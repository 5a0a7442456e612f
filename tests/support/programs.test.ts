import { describe, expect, it } from "vitest";
import { describeWith, findProgram } from "./programs.ts";

describe("foreign programs", () => {
  it("are found in sbin folders even when the path leaves these out", () => {
    const path = process.env.PATH;
    process.env.PATH = "";
    try {
      const found = findProgram("mosquitto");
      expect(found === null || found.endsWith("/mosquitto")).toBe(true);
    } finally {
      process.env.PATH = path;
    }
  });
});

describeWith("mosquitto", "a suite for Mosquitto", (path) => {
  it("gets the path of the program", () => expect(path).toMatch(/mosquitto/));
});
