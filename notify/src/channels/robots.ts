import { createHmac } from "node:crypto";
import type { SendResult } from "@smart-park/core";
import { cutToBytes, type MessageText } from "../message-text.ts";
import { judgeStatus, refusal } from "../net/post-json.ts";

/** Group robots of the three chat programs, in the formats their makers document. */
export type RobotKind = "wecom" | "dingtalk" | "feishu";

export interface RobotRequest {
  readonly url: URL;
  readonly body: string;
}

/** Bytes of text each takes: 2,048 (WeCom), 20,000 (DingTalk), 20 KiB of request (Feishu). */
const maxTextBytes: Record<RobotKind, number> = { wecom: 2048, dingtalk: 18_000, feishu: 18_000 };

export function toRobotRequest(
  kind: RobotKind,
  { title, lines }: MessageText,
  { url, signingKey, now }: { url: string; signingKey: string | undefined; now: number },
): RobotRequest {
  const content = cutToBytes([title, ...lines].join("\n"), maxTextBytes[kind]);
  const address = new URL(url);
  switch (kind) {
    case "wecom":
      return { url: address, body: JSON.stringify({ msgtype: "text", text: { content } }) };
    case "dingtalk":
      if (signingKey !== undefined) signDingTalk(address, signingKey, now);
      return { url: address, body: JSON.stringify({ msgtype: "text", text: { content } }) };
    case "feishu": {
      const signature = signingKey === undefined ? {} : signFeishu(signingKey, now);
      return { url: address, body: JSON.stringify({ ...signature, msg_type: "text", content: { text: content } }) };
    }
  }
}

/** timestamp in ms; HMAC of "timestamp\nsecret" under the secret, Base64, in the query. */
function signDingTalk(url: URL, secret: string, now: number): void {
  const sign = createHmac("sha256", secret).update(`${now}\n${secret}`).digest("base64");
  url.searchParams.set("timestamp", String(now));
  url.searchParams.set("sign", sign);
}

/** timestamp in s; HMAC of nothing under "timestamp\nsecret", Base64, in the body. */
function signFeishu(secret: string, now: number): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(now / 1000));
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).digest("base64") };
}

/** Too many messages; the robots say it with status 200. */
const busyCodes = new Set([45_009, 130_101, 410_100, 9499, 11_232, -1]);

/** These answer 200 also when they refuse: only code 0 means taken. */
export function judgeRobotAnswer(status: number, text: string): SendResult {
  const byStatus = judgeStatus(status);
  if (!byStatus.ok) return byStatus;
  const code = codeIn(text);
  if (code === 0) return { ok: true, detail: "taken (code 0)" };
  if (code === null) return refusal("the answer is none of this robot's", { isFinal: false });
  return refusal(`refused with code ${code}`, { isFinal: !busyCodes.has(code) });
}

function codeIn(text: string): number | null {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null) return null;
    const code: unknown = Object.entries(answer).find(([name]) =>
      ["errcode", "code", "StatusCode"].includes(name),
    )?.[1];
    return typeof code === "number" ? code : null;
  } catch {
    return null;
  }
}
