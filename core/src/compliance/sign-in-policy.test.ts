import { describe, expect, it } from "vitest";
import { days } from "../time.ts";
import { complianceRuleIds, complianceRules } from "./compliance-rules.ts";
import { characterClasses, hasComposition, isPasswordExpired, signInPolicyOf } from "./sign-in-policy.ts";

const [own, mlps2] = [signInPolicyOf("none"), signInPolicyOf("mlps2")];

describe("the kinds of characters of a password", () => {
  it.each([
    ["", 0],
    ["lowercase", 1],
    ["UPPER and lower", 3],
    ["digits123", 2],
    ["Digits123", 3],
    ["Digits-123", 4],
    ["密码密码", 1],
  ])("of %j are %i", (password, count) => {
    expect(characterClasses(password)).toBe(count);
  });

  it("are asked for by the profile, beside the length", () => {
    expect(hasComposition("kettle-drum-four", own)).toBe(true);
    expect(hasComposition("kettle-drum-four", mlps2)).toBe(false);
    expect(hasComposition("kettle-drum-4711", mlps2)).toBe(true);
    expect(hasComposition("kettle-471", mlps2)).toBe(false);
  });
});

describe("the age of a password", () => {
  it("counts only where a profile says so, to the day", () => {
    expect(isPasswordExpired(0, days(1000), own)).toBe(false);
    expect(isPasswordExpired(0, days(90) - 1, mlps2)).toBe(false);
    expect(isPasswordExpired(0, days(90), mlps2)).toBe(true);
    expect(isPasswordExpired(null, 0, mlps2)).toBe(true);
  });
});

describe("the rules of a profile", () => {
  it("are stricter in everything, or the same", () => {
    expect(mlps2.minLength).toBeGreaterThanOrEqual(own.minLength);
    expect(mlps2.delay.firstMs).toBeGreaterThan(own.delay.firstMs);
    expect(mlps2.idleMs).toBeLessThan(own.idleMs);
    expect(signInPolicyOf("mlps2", 1_800_000)).toEqual({ ...mlps2, idleMs: 1_800_000 });
  });

  it("each name what demands them, and since when; without a profile nothing does", () => {
    const rules = complianceRules(mlps2, false);
    expect(rules.map(({ id }) => id)).toEqual([...complianceRuleIds]);
    for (const { demand } of rules.filter(({ id }) => id !== "lastSignIn"))
      expect(demand).toMatchObject({ source: expect.stringMatching(/GB\/T 22239|网络安全法/) as string });
    const delayOf = (policy: typeof own): object | undefined =>
      complianceRules(policy, true).find(({ id }) => id === "firstDelay");
    expect(delayOf(own)).toMatchObject({ value: 10, unit: "seconds" });
    expect(delayOf(mlps2)).toMatchObject({ value: 20, unit: "minutes" });
    expect(complianceRules(own, true).every(({ demand }) => demand === null)).toBe(true);
  });
});
