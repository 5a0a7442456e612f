import { createHmac } from "node:crypto";
import { minutes, type SendResult } from "@smart-park/core";
import { cutToBytes, type MessageText } from "../message-text.ts";
import { judgeStatus, refusal } from "../net/post-json.ts";

/**
 * Group robots of the three chat programs, in the formats their makers document:
 * WeCom https://developer.work.weixin.qq.com/document/path/91770, codes /document/path/90455;
 * DingTalk https://open.dingtalk.com/document/robots/custom-robot-access;
 * Feishu https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
 */
export type RobotKind = "wecom" | "dingtalk" | "feishu";

export interface RobotRequest {
  readonly url: URL;
  readonly body: string;
}

/**
 * WeCom takes 2,048 bytes of text. DingTalk takes 20,000 bytes of message, Feishu 20 KB of request: there quotation marks
 * and line ends count as they are written, and the rest of the request has its share.
 */
const maxBytes: Record<RobotKind, number> = { wecom: 2048, dingtalk: 19_000, feishu: 19_000 };

export function toRobotRequest(
  kind: RobotKind,
  { title, lines }: MessageText,
  { url, signingKey, now }: { url: string; signingKey: string | undefined; now: number },
): RobotRequest {
  const text = [title, ...lines].join("\n");
  const content = kind === "wecom" ? cutToBytes(text, maxBytes.wecom) : cutToWritten(text, maxBytes[kind]);
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

/** At most so many bytes once it is written as JSON. */
function cutToWritten(text: string, most: number): string {
  for (let room = most; ;) {
    const cut = cutToBytes(text, room);
    const excess = Buffer.byteLength(JSON.stringify(cut)) - most;
    if (excess <= 0) return cut;
    room -= excess;
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

/**
 * Codes that pass, and how long they last at least (ms); the robots say them with status 200, Feishu also with 400.
 * Everything else says the same again: no such robot, wrong signature (310000, 19021), address or words not allowed
 * (19022, 19024), too long (460101) or badly written (9499).
 */
const passing: Record<RobotKind, ReadonlyMap<number, number>> = {
  // Busy; more than 20 messages a minute.
  wecom: new Map([
    [-1, 0],
    [45_009, minutes(1)],
  ]),
  // Busy; more than 20 messages a minute, which shuts the robot up for ten.
  dingtalk: new Map([
    [-1, 0],
    [130_101, minutes(10)],
    [410_100, minutes(10)],
  ]),
  // More than 100 messages a minute or 5 a second, or too many at the full hour.
  feishu: new Map([
    [11_232, 0],
    [99_991_400, 0],
  ]),
};

/** These answer 200 also when they refuse: only code 0 means taken. */
export function judgeRobotAnswer(kind: RobotKind, status: number, text: string): SendResult {
  const code = codeIn(text);
  const waitMs = code === null ? undefined : passing[kind].get(code);
  if (waitMs !== undefined && (status === 200 || status === 400))
    return { ...refusal(`not now, code ${code}`, { isFinal: false }), waitMs };
  const byStatus = judgeStatus(status);
  if (!byStatus.ok) return byStatus;
  if (code === 0) return { ok: true, detail: "taken (code 0)" };
  if (code === null) return refusal("the answer is none of this robot's", { isFinal: false });
  return refusal(`refused with code ${code}`, { isFinal: true });
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
