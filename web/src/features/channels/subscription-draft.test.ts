import { describe, expect, it } from "vitest";
import type { SubscriptionBody } from "./queries.ts";
import { draftOfSubscription, newSubscription, problemsOf, toPatch, toRequest } from "./subscription-draft.ts";

describe("a subscription's form", () => {
  it("is one's own, for what is urgent, at once", () => {
    expect(toRequest(newSubscription("hook"), false)).toEqual({
      ...{ channelId: "hook", address: "", severities: ["P1", "P2"], enterpriseIds: null, quietHours: null },
      ...{ wantsCleared: true, escalateAfterMinutes: null },
    });
  });

  it("names a person or a role, and an address only on a mail channel", () => {
    const draft = { ...newSubscription("mail"), address: " a@b.cn ", userId: " olga ", role: "auditor" as const };
    expect(toRequest({ ...draft, owner: "person" }, true)).toMatchObject({ userId: "olga", address: "a@b.cn" });
    expect(toRequest({ ...draft, owner: "role" }, false)).toMatchObject({ role: "auditor", address: "" });
    expect(toRequest({ ...draft, owner: "me" }, true)).not.toHaveProperty("userId");
  });

  it("says what is missing, in the order of the form", () => {
    const draft = {
      ...{ ...newSubscription(""), owner: "person" as const, severities: [] },
      ...{ quietHours: { from: "22:00", to: "" }, escalateAfterMinutes: Number.NaN },
    };
    expect(problemsOf(draft, true)).toEqual(["person", "channel", "address", "severities", "quiet", "minutes"]);
    const ofRole = { ...newSubscription("hook"), owner: "role" as const, role: "enterpriseAdmin" as const };
    expect(problemsOf(ofRole, false)).toEqual(["enterprises"]);
    expect(problemsOf({ ...ofRole, enterpriseIds: ["A"], escalateAfterMinutes: 1441 }, false)).toEqual(["minutes"]);
  });

  it("comes back as it was saved", () => {
    const saved: SubscriptionBody = {
      ...{ id: "s", userId: "olga", role: null, channelId: "mail", address: "a@b.cn", severities: ["P1"] },
      ...{ enterpriseIds: ["A"], quietHours: { from: "22:00", to: "07:00" }, wantsCleared: false },
      ...{ escalateAfterMinutes: 15, enabled: true },
    };
    const { id: _id, userId: _userId, role: _role, enabled: _enabled, ...rest } = saved;
    expect(draftOfSubscription(saved, "olga").owner).toBe("me");
    expect(draftOfSubscription(saved, "max").owner).toBe("person");
    expect(toPatch(draftOfSubscription(saved, "max"), true)).toEqual(rest);
  });
});
