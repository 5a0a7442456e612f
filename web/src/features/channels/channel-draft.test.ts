import { describe, expect, it } from "vitest";
import { draftOfChannel, draftOfKind, isUnusualHost, problemsOf, toPatch, toRequest } from "./channel-draft.ts";
import type { ChannelBody } from "./queries.ts";

const aChannel = (given: Partial<ChannelBody>): ChannelBody => ({
  ...{ id: "c", name: "值班群", kind: "wecom", enterpriseId: null, language: "zh", enabled: true },
  ...{ settings: { host: "h" }, secrets: ["url"], health: null },
  ...given,
});

describe("a channel's form", () => {
  it("needs what its kind needs, and nothing that was saved before", () => {
    const hook = draftOfKind("webhook", " ");
    expect(problemsOf(hook, [])).toEqual(["name", "url", "signingKey"]);
    expect(problemsOf({ ...hook, name: "x", url: "ftp://x", signingKey: "short" }, [])).toEqual(["notUrl", "shortKey"]);
    expect(problemsOf({ ...hook, name: "x" }, ["url", "signingKey"])).toEqual([]);
    expect(problemsOf(draftOfKind("wecom", "x"), [])).toEqual(["url"]);
    expect(problemsOf({ ...draftOfKind("email", "x"), port: 70_000 }, [])).toEqual(["host", "port", "from"]);
    expect(problemsOf(draftOfKind("mqtt", "x"), [])).toEqual(["meter"]);
  });

  it("sends secrets only when they were entered, and takes an id that is free", () => {
    const draft = { ...draftOfKind("dingtalk", " 群 "), url: " https://oapi.dingtalk.com/robot/send?access_token=1 " };
    const config = { kind: "dingtalk", url: "https://oapi.dingtalk.com/robot/send?access_token=1" };
    expect(toRequest(draft, ["dingtalk-1", "dingtalk-3"])).toEqual({
      ...{ id: "dingtalk-2", name: "群", enterpriseId: null, language: "zh", config },
    });
    expect(toPatch(draftOfChannel(aChannel({ kind: "feishu" })))).toEqual({
      ...{ name: "值班群", language: "zh", config: { kind: "feishu" } },
    });
  });

  it("shows a mail server as it was saved", () => {
    const settings = { host: "smtp.example.com", port: 587, security: "starttls", from: "a@b.cn", username: null };
    const draft = draftOfChannel(aChannel({ kind: "email", settings }));
    expect(toPatch(draft).config).toEqual({ kind: "email", ...settings });
    expect(problemsOf(draft, [])).toEqual([]);
  });

  it("doubts a robot's address that begins as no such robot's does", () => {
    expect(isUnusualHost({ kind: "wecom", url: "https://oapi.dingtalk.com/robot/send" })).toBe(true);
    expect(isUnusualHost({ kind: "dingtalk", url: "https://oapi.dingtalk.com/robot/send" })).toBe(false);
    expect(isUnusualHost({ kind: "webhook", url: "https://x.example" })).toBe(false);
    expect(isUnusualHost({ kind: "feishu", url: "" })).toBe(false);
  });
});
