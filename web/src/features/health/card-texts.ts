import { useTranslation } from "react-i18next";
import { formatNumber, missing } from "../../lib/format.ts";
import { useAgeText } from "../../live/alerts/alert-fact.ts";
import type { Card, CardId, Form } from "./health-cards.ts";

interface Figure {
  readonly text: string;
  readonly unit: string;
}

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes in the unit that leaves at most four digits. */
function bytesFigure(bytes: number): Figure {
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), byteUnits.length - 1);
  const value = bytes / 2 ** (10 * step);
  return { text: formatNumber(value, step === 0 || value >= 100 ? 0 : 1), unit: byteUnits[step] ?? "B" };
}

const inOne = ({ text, unit }: Figure): string => `${text} ${unit}`;

/** Cards that can say that something is wrong. */
const judged = [
  "edge",
  "sessions",
  "refused",
  "ack",
  "store",
  "lag",
  "backlog",
  "journal",
  "disk",
  "notify",
  "loop",
] as const;
type Judged = (typeof judged)[number];
const judgedOf = (id: CardId): Judged | undefined => judged.find((one) => one === id);

interface CardTexts {
  readonly figure: (card: Card) => Figure;
  readonly facts: (card: Card) => string;
  readonly rule: (card: Card) => string;
  readonly wrong: (card: Card) => string;
  readonly todo: (card: Card) => string;
}

/** What a card says: its figure, what stands beside it, its bound, what is wrong and what to do. */
export function useCardTexts(): CardTexts {
  const { t } = useTranslation();
  const ageText = useAgeText();
  const figureOf = (form: Form, value: number): Figure => {
    switch (form) {
      case "state":
        return { text: value === 1 ? t("health.up") : t("health.down"), unit: "" };
      case "count":
        return { text: formatNumber(value, 0), unit: "" };
      case "perSecond":
        return { text: formatNumber(value, value >= 100 ? 0 : 1), unit: t("health.perSecond") };
      case "seconds":
        if (value === 0) return { text: "0", unit: "s" };
        return value < 1
          ? { text: formatNumber(value * 1000, value < 0.01 ? 1 : 0), unit: "ms" }
          : { text: formatNumber(value, value < 10 ? 1 : 0), unit: "s" };
      case "bytes":
        return bytesFigure(value);
    }
  };
  const limitOf = ({ form, limit }: Card): string => (limit === null ? missing : inOne(figureOf(form, limit)).trim());
  const known = (value: number | null | undefined): value is number =>
    value !== null && value !== undefined && value > 0;
  const facts = ({ id, facts: of }: Card): string => {
    const { refused, total, stalledS, bytes, size, oldestS, dead } = of;
    const parts: (string | false)[] = [
      known(refused) && t("health.fact.refused", { n: formatNumber(refused, 0) }),
      known(total) && t("health.fact.total", { n: formatNumber(total, 0) }),
      known(stalledS) && t("health.fact.stalled", { age: ageText(stalledS * 1000) }),
      id === "backlog" && known(bytes) && inOne(bytesFigure(bytes)),
      known(size) && t("health.fact.size", { size: inOne(bytesFigure(size)) }),
      known(oldestS) && t("health.fact.oldest", { age: ageText(oldestS * 1000) }),
      known(dead) && t("health.fact.dead", { n: formatNumber(dead, 0) }),
    ];
    return parts.filter((part) => part !== false).join(" · ");
  };
  const ofJudged = (card: Card, text: (id: Judged) => string): string => {
    const id = judgedOf(card.id);
    return id === undefined ? "" : text(id);
  };
  return {
    figure: ({ form, value }) => (value === null ? { text: missing, unit: "" } : figureOf(form, value)),
    facts,
    rule: (card) => ofJudged(card, (id) => t(`health.rule.${id}`, { limit: limitOf(card) })) || t("health.noRule"),
    wrong: (card) => ofJudged(card, (id) => t(`health.wrong.${id}`, { limit: limitOf(card) })),
    todo: (card) => ofJudged(card, (id) => t(`health.todo.${id}`)),
  };
}
