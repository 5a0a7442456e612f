import { describe, expect, it } from "vitest";
import { readAddress } from "./address.ts";

const read = (url: string) => readAddress(new URL(url, "http://park"));
const plain = { screen: "hall", key: null, scene: null, isPaused: false, theme: "dark", language: "zh" };

describe("the address of a screen", () => {
  it.each([
    ["/wall/hall", plain],
    ["/wall/hall#k=a-_1", { ...plain, key: "a-_1" }],
    [
      "/wall/hall?scene=water&pause=1&theme=light&lang=en",
      { ...plain, scene: "water", isPaused: true, theme: "light", language: "en" },
    ],
    ["/wall/hall?scene=nothing&pause=yes&theme=pink&lang=fr", plain],
    ["/wall/%E0%A4%A", { ...plain, screen: "%E0%A4%A" }],
    ["/wall/", { ...plain, screen: "" }],
  ])("%s", (url, expected) => {
    expect(read(url)).toEqual(expected);
  });
});
