import { describe, expect, it } from "vitest";
import zh from "../../i18n/zh-channels.json" with { type: "json" };
import { answerWords } from "./answer-words.ts";

describe("what became of a message", () => {
  it.each([
    ["HTTP 204", { key: "http", n: "204" }],
    ["HTTP 302: redirects are not followed", { key: "redirect", n: "302" }],
    ["HTTP 403", { key: "denied", n: "403" }],
    ["HTTP 404", { key: "missing", n: "404" }],
    ["HTTP 422", { key: "refused", n: "422" }],
    ["HTTP 503", { key: "fault", n: "503" }],
    ["taken (code 0)", { key: "robot" }],
    ["refused with code 310000", { key: "robotSignature", n: "310000" }],
    ["refused with code 93000", { key: "robotAddress", n: "93000" }],
    ["refused with code 460101", { key: "robotRefused", n: "460101" }],
    ["not now, code -1", { key: "busy", n: "-1" }],
    ["no connection: ECONNREFUSED", { key: "noConnection", code: "ECONNREFUSED" }],
    ["no connection: no answer in time", { key: "timeout" }],
    ["the host name has no address", { key: "unknownHost" }],
    ["the mail server refused: 550", { key: "mailRefused", n: "550" }],
    ["looked_after", { key: "looked_after" }],
  ])("has words: %s", (detail, words) => {
    expect(answerWords(detail)).toEqual(words);
    expect(Object.keys(zh.channels.answer)).toContain(words.key);
  });

  it("stays as it is where there are none", () => {
    expect(answerWords("the answer is too long")).toBeNull();
    expect(answerWords("")).toBeNull();
  });
});
