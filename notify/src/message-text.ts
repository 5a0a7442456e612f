import {
  alertUnit,
  quantities,
  severities,
  type Catalog,
  type Language,
  type Message,
  type Notice,
  type ParkTime,
  type Severity,
} from "@smart-park/core";

/** What the texts need to know of the park. */
export interface Wording {
  readonly catalog: Catalog;
  readonly time: ParkTime;
}

export interface MessageText {
  readonly title: string;
  readonly lines: readonly string[];
}

const words = {
  zh: {
    severity: { P1: "紧急", P2: "重要", P3: "一般", P4: "提示" },
    kind: { raised: "告警", cleared: "恢复", escalated: "无人确认" },
    value: "数值",
    limit: "限值",
    bound: "触发值",
    at: "时间",
    silent: "无数据超过",
    late: "（补传数据）",
    key: "编号",
    test: "测试消息：该通道可以使用",
    group: (n: number) => `告警集中：共 ${n} 条`,
    more: (n: number) => `另有 ${n} 条，见平台告警页`,
  },
  en: {
    severity: { P1: "urgent", P2: "important", P3: "normal", P4: "notice" },
    kind: { raised: "alert", cleared: "cleared", escalated: "not acknowledged" },
    value: "value",
    limit: "limit",
    bound: "threshold",
    at: "time",
    silent: "no data for",
    late: " (late data)",
    key: "no.",
    test: "Test message: this channel works",
    group: (n: number) => `${n} alerts gathered`,
    more: (n: number) => `${n} more, see the alert page`,
  },
} as const;

/** Alerts told one by one in a gathered message, most severe first. */
const shownInGroup = 10;

/** A message in words, for mail and chat robots. A gathered one names how many there are of each severity and kind. */
export function toText(message: Message, language: Language, wording: Wording): MessageText {
  const text = words[language];
  const reference = `${text.key} ${message.key}`;
  if (message.kind === "test") return { title: text.test, lines: [reference] };
  const told = message.deliveries.map(({ kind, notice }) => describe(kind, notice, language, wording));
  const [only] = told;
  if (message.kind === "single" && only !== undefined) return { title: only.title, lines: [...only.lines, reference] };
  const bySeverity = (one: number): Severity => message.deliveries[one]?.notice.severity ?? "P4";
  const order = told.map((_, n) => n).sort((a, b) => bySeverity(a).localeCompare(bySeverity(b)) || a - b);
  const shown = order.slice(0, shownInGroup).map((n) => told[n]?.title ?? "");
  const rest = told.length - shown.length;
  return {
    title: text.group(told.length),
    lines: [...countLines(message, language), ...shown, ...(rest > 0 ? [text.more(rest)] : []), reference],
  };
}

function describe(kind: "raised" | "cleared" | "escalated", notice: Notice, language: Language, wording: Wording) {
  const text = words[language];
  const { catalog, time } = wording;
  const point = catalog.point(notice.pointId);
  const meter = notice.subject
    ? (notice.subject.name ?? notice.subject.id)
    : point === undefined || point === null
      ? notice.pointId
      : (catalog.meter(point.meterId)?.name ?? point.meterId);
  const owner = catalog.enterprise(notice.enterpriseId)?.name ?? notice.enterpriseId;
  const unit = notice.unit ?? alertUnit(notice.kind, point?.unit ?? "");
  const quantity = point === undefined || point === null ? "" : quantities[point.quantity].label;
  const late = notice.late ? text.late : "";
  const title = `[${text.severity[notice.severity]}] ${text.kind[kind]}: ${notice.ruleName} · ${owner} · ${meter}${late}`;
  const at = time.toIso(kind === "cleared" ? (notice.clearedAt ?? notice.raisedAt) : notice.raisedAt);
  // What a rule of this kind watches may lie before the limit, as a warning line.
  const boundWord = notice.kind === "limit" ? text.bound : text.limit;
  const figures =
    notice.kind === "silence"
      ? `${text.silent} ${notice.limit ?? "?"} s`
      : `${quantity} ${text.value} ${notice.value ?? "?"} ${unit}, ${boundWord} ${notice.limit ?? "?"} ${unit}`;
  return { title, lines: [figures, `${text.at} ${at}`] };
}

function countLines({ deliveries }: Message, language: Language): string[] {
  const text = words[language];
  return severities.flatMap((severity) => {
    const own = deliveries.filter(({ notice }) => notice.severity === severity);
    const kinds = (["raised", "escalated", "cleared"] as const).flatMap((kind) => {
      const count = own.filter((one) => one.kind === kind).length;
      return count === 0 ? [] : [`${text.kind[kind]} ${count}`];
    });
    return own.length === 0 ? [] : [`${severity} ${text.severity[severity]} ${own.length}: ${kinds.join(", ")}`];
  });
}

/** At most so many UTF-8 bytes, cut between characters. */
export function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= maxBytes) return text;
  return new TextDecoder().decode(bytes.subarray(0, maxBytes - 3)).replace(/\uFFFD+$/, "") + "…";
}
