/** What became of a message, for a text: a key of `channels.answer` and what stands in it. */
export interface AnswerWords {
  readonly key: AnswerKey;
  readonly n?: string;
  readonly code?: string;
}

export type AnswerKey = (typeof table)[number][1] | keyof typeof byStatus | keyof typeof byRobotCode | "robotRefused";

/** The details of senders (`notify/src`), the first that fits. */
const table = [
  [/^HTTP (?<n>2\d\d)$/, "http"],
  [/^HTTP (?<n>3\d\d)/, "redirect"],
  [/^HTTP (?<n>5\d\d)$/, "fault"],
  [/^taken \(code 0\)$/, "robot"],
  [/^taken by the mail server$/, "mail"],
  [/^published$/, "beacon"],
  [/^no beacon is connected$/, "noBeacon"],
  [/^the host name/, "unknownHost"],
  [/^the address is not a public one/, "inner"],
  [/no answer in time$|^the answer broke off|^no connection: no connection in time$/, "timeout"],
  [/^no connection: (?<code>.+)$/, "noConnection"],
  [/^not now, code (?<n>-?\d+)$/, "busy"],
  [/^the answer is none of this robot's$/, "notRobot"],
  [/^the mail server refused the sign-in$/, "mailSignIn"],
  [/^the mail server refused: (?<n>\d+)$/, "mailRefused"],
  [/^the mail server asks to wait: (?<n>\d+)$/, "mailLater"],
  [/^the channel is switched off or gone$/, "switchedOff"],
  [/^not_subscribed$/, "not_subscribed"],
  [/^looked_after$/, "looked_after"],
] as const;

const byStatus = { denied: ["401", "403"], missing: ["404", "410"], refused: [] as string[] } as const;
/** As the robots' documentation has them; WeCom says 93000 for an address that is none. */
const byRobotCode = {
  robotSignature: ["310000", "19021", "19022", "19024"],
  robotAddress: ["93000", "300001", "19001"],
} as const;

/** Words for a detail of the delivery log; null when there are none and it is shown as it is. */
export function answerWords(detail: string): AnswerWords | null {
  for (const [pattern, key] of table) {
    const found = pattern.exec(detail);
    if (found) return { key, ...found.groups };
  }
  const status = /^HTTP (\d+)$/.exec(detail)?.[1];
  if (status !== undefined) return { key: keyOf(byStatus, status) ?? "refused", n: status };
  const code = /^refused with code (-?\d+)$/.exec(detail)?.[1];
  if (code !== undefined) return { key: keyOf(byRobotCode, code) ?? "robotRefused", n: code };
  return null;
}

const keyOf = <T extends Record<string, readonly string[]>>(codes: T, code: string): keyof T | undefined =>
  Object.keys(codes).find((key) => codes[key]?.includes(code));
