import { describe, expect, it } from "vitest";
import { ownAddress } from "./own-address.ts";

const site = "https://park.example";

describe("where to go after signing in", () => {
  it.each(["/", "/live?state=missing&q=//x", "/meters/a%2Fb?q=配电", "/%2f%2fexample.com", "/javascript:alert(1)"])(
    "is a page of ours: %s",
    (address) => {
      expect(ownAddress(address)).toBe(address);
      expect(new URL(address, site).origin).toBe(site);
    },
  );

  it.each([
    ...["//example.com", "///example.com", "/\\example.com", "/\\/example.com", "/a\\..\\\\example.com"],
    ...["/\t/example.com", "/\n/example.com", "/\r\n\\example.com", "\t//example.com", "/\u0000/example.com"],
    ...["/.//example.com", "/a/..//example.com", "https://example.com", "javascript:alert(1)", "example.com", ""],
  ])("is never another site: %j", (address) => {
    expect(ownAddress(address)).toBeNull();
  });
});
