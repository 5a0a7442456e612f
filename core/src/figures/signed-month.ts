import { decimal, roundHalfUp, subtract, toNumber } from "../decimal.ts";
import { canonicalJson, type JsonValue } from "./canonical-json.ts";

/** One figure of a month, with what it depends on besides the readings. */
export interface SignedFigure {
  /** null = not known when it was signed. */
  readonly value: number | null;
  readonly unit: string;
  /** Share of its time that was known, 0 to 1. */
  readonly known: number;
  /** Names of the `bases` it rests on: settlement of a medium, contract, versions of tariffs. */
  readonly bases: readonly string[];
}

/** What is signed: figures by name, and everything they rest on that people can change. */
export interface SignedMonth {
  readonly figures: Readonly<Record<string, SignedFigure>>;
  readonly bases: Readonly<Record<string, JsonValue>>;
}

export const adjustmentCauses = [
  "lateData",
  "correctedData",
  "changedTariff",
  "changedContract",
  "changedSettlement",
] as const;
/** What may have moved a figure since it was signed: readings that came late or were corrected, or what people changed. */
export type AdjustmentCause = (typeof adjustmentCauses)[number];

/** A figure that is another one by now. */
export interface Adjustment {
  readonly figure: string;
  readonly unit: string;
  readonly signed: number | null;
  readonly current: number | null;
  /** Current − signed; null when one of both is not known. */
  readonly difference: number | null;
  readonly causes: readonly AdjustmentCause[];
}

/** The signed figures that would be others today, in the order of their names. */
export function adjustments(signed: SignedMonth, current: SignedMonth): Adjustment[] {
  const names = [...new Set([...Object.keys(signed.figures), ...Object.keys(current.figures)])].sort();
  return names.flatMap((figure) => {
    const [before, after] = [signed.figures[figure], current.figures[figure]];
    const [old, now] = [before?.value ?? null, after?.value ?? null];
    if (old === now) return [];
    const difference = old === null || now === null ? null : toNumber(subtract(decimal(now), decimal(old)));
    const unit = after?.unit ?? before?.unit ?? "";
    return [{ figure, unit, signed: old, current: now, difference, causes: causesOf(figure, signed, current) }];
  });
}

function causesOf(figure: string, signed: SignedMonth, current: SignedMonth): AdjustmentCause[] {
  const [before, after] = [signed.figures[figure], current.figures[figure]];
  const bases = [...new Set([...(before?.bases ?? []), ...(after?.bases ?? [])])];
  const changed = bases.filter((name) => textOf(signed.bases[name]) !== textOf(current.bases[name])).map(causeOfBase);
  const dataCause = dataCauseOf(before?.known ?? 0, after?.known ?? 0);
  // Readings are to blame where nothing else is, and where more (or less) of the time is known than before.
  const causes = changed.length === 0 || dataCause === "lateData" ? [dataCause, ...changed] : changed;
  return [...new Set(causes)];
}

const dataCauseOf = (before: number, after: number): AdjustmentCause => (after > before ? "lateData" : "correctedData");

const textOf = (base: JsonValue | undefined): string => (base === undefined ? "" : canonicalJson(base));

/** `settlement.{medium}`, `contract`, `version.{id}`. */
const causeOfBase = (name: string): AdjustmentCause => {
  if (name.startsWith("settlement.")) return "changedSettlement";
  return name === "contract" ? "changedContract" : "changedTariff";
};

/** A figure as it is signed: fine enough for every use, coarse enough that equal readings give equal digits. */
export const signedValue = (value: number | null, decimals = 3): number | null =>
  value === null ? null : toNumber(roundHalfUp(decimal(value), decimals));
