import type { ReadFrame } from "./frame.ts";
import { hj212Limits } from "./limits.ts";

/** A data segment: who sends what kind of message, and its data, not yet looked at. */
export interface Hj212Message {
  /** Names the exchange; null where a 2005 device sends none. Not always a time. */
  readonly qn: string | null;
  readonly st: string;
  /** What kind of message: `commands` below. */
  readonly cn: string;
  readonly mn: string;
  readonly pw: string;
  /** Null = none sent, as by most 2005 devices. */
  readonly flag: number | null;
  /** Which part of how many; null for a message in one part. */
  readonly part: { readonly number: number; readonly of: number } | null;
  /** What stands between `CP=&&` and `&&`. */
  readonly data: string;
}

/** An item of the data: `DataTime=…` has no factor, `a21026-Rtd=…` has the factor a21026 and the field Rtd. */
export interface DataItem {
  readonly factor: string | null;
  readonly field: string;
  readonly value: string;
}

/** Codes of commands (HJ 212-2017 table 9) that have a meaning here. */
export const commands = {
  realTime: "2011",
  day: "2031",
  minute: "2051",
  hour: "2061",
  askForTime: "1013",
  /** HJ 212-2025. */
  heartbeat: "9015",
  noticeAnswer: "9013",
  dataAnswer: "9014",
} as const;

const stationNumber = new RegExp(`^[0-9A-Za-z_-]{1,${hj212Limits.mnLength}}$`);
/** Everything that can be printed and does not end a field. */
const stationPassword = new RegExp(`^[!-%'-+\\--:<>-~]{1,${hj212Limits.pwLength}}$`);

/** MN: 24 hexadecimal digits in 2017, 14 digits in 2005, names in the field. */
export const isStationNumber = (text: string): boolean => stationNumber.test(text);
export const isStationPassword = (text: string): boolean => stationPassword.test(text);

/** A segment whose length and CRC were right; never throws. */
export function readSegment(segment: string): ReadFrame {
  const begin = segment.indexOf("CP=&&");
  const end = segment.lastIndexOf("&&");
  if (begin < 0 || end < begin + opening.length) return bad("no data between CP=&& and &&");
  const fields = new Map(segment.slice(0, begin).split(";").map(nameAndValue));
  const text = (name: string): string => fields.get(name) ?? "";
  const [st, cn, mn] = [text("ST"), text("CN"), text("MN")];
  if (!/^\d{1,4}$/.test(st) || !/^\d{4}$/.test(cn)) return bad("ST or CN is missing or no number");
  const qn = text("QN");
  if (qn.length > hj212Limits.qnLength) return bad(`a QN of ${qn.length} characters; at most ${hj212Limits.qnLength}`);
  const part = partOf(fields);
  if (part === "bad") return bad(`PNUM and PNO do not name one of at most ${hj212Limits.parts} parts`);
  const flag = text("Flag");
  const isFlag = /^\d{1,3}$/.test(flag);
  return {
    ok: true,
    message: {
      ...{ qn: qn === "" ? null : qn, st, cn, mn, pw: text("PW") },
      ...{ flag: isFlag ? Number(flag) : null, part },
      data: segment.slice(begin + opening.length, end),
    },
  };
}
const opening = "CP=&&";

function partOf(fields: ReadonlyMap<string, string>): Hj212Message["part"] | "bad" {
  const [of, number] = [fields.get("PNUM") ?? "", fields.get("PNO") ?? ""];
  if (of === "" && number === "") return null;
  if (!/^\d{1,5}$/.test(of) || !/^\d{1,5}$/.test(number)) return "bad";
  const part = { number: Number(number), of: Number(of) };
  // A message in one part may be numbered 0 of 0.
  if (part.of === 0 && part.number === 0) return null;
  return part.of <= hj212Limits.parts && part.number >= 1 && part.number <= part.of ? part : "bad";
}

/** The items of the data in their order; what is no item is left out. Groups are separated by `;`, items by `,`. */
export function readItems(data: string): DataItem[][] {
  return data.split(";").map((group) =>
    group.split(",").flatMap((item): DataItem[] => {
      const [name, value] = nameAndValue(item);
      if (name === "" || !item.includes("=")) return [];
      const dash = name.indexOf("-");
      return dash <= 0
        ? [{ factor: null, field: name, value }]
        : [{ factor: name.slice(0, dash), field: name.slice(dash + 1), value }];
    }),
  );
}

/** Blanks around names and values stand in the standard's own examples. */
function nameAndValue(field: string): [name: string, value: string] {
  const at = field.indexOf("=");
  return at < 0 ? [field.trim(), ""] : [field.slice(0, at).trim(), field.slice(at + 1).trim()];
}

/** Whether the sender waits for an answer: bit 0 of the flag. */
export const wantsAnswer = ({ flag }: Pick<Hj212Message, "flag">): boolean => ((flag ?? 0) & 1) === 1;

/** The answer to a message, in the version of its sender (bits 2 to 7 of the flag). */
export function toAnswer({ qn, flag, mn, pw }: Hj212Message, cn: "9013" | "9014"): string {
  const version = (flag ?? 0) & 0xfc;
  return `${qn === null ? "" : `QN=${qn};`}ST=91;CN=${cn};PW=${pw};MN=${mn};Flag=${version};CP=&&&&`;
}

const chinaOffsetMs = 8 * 3_600_000;

/** `YYYYMMDDhhmmss`, with or without milliseconds, of Chinese time to epoch ms; null when it is no time. */
export function parseDataTime(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?$/.exec(text);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const at = Date.UTC(year, month - 1, day, hour, minute, second, Number(parts[7] ?? 0));
  const isReal = new Date(at).toISOString().startsWith(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}`);
  return isReal && second < 60 ? at - chinaOffsetMs : null;
}

/** The other way round; milliseconds are left out. */
export const toDataTime = (at: number): string =>
  new Date(at + chinaOffsetMs).toISOString().replace(/\D/g, "").slice(0, 14);

const bad = (detail: string): ReadFrame => ({ ok: false, reason: "bad_frame", detail });
