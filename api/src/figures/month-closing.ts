import {
  adjustments,
  billingRange,
  canonicalJson,
  knownShare,
  meterKinds,
  ParkError,
  signedValue,
  useQuantity,
  type AuditContext,
  type JsonValue,
  type MeterKind,
  type MonthClosing,
  type SignedMonth,
  type TimeRange,
} from "@smart-park/core";
import type { ClosingBody } from "@smart-park/core/wire";
import { documentOf, hashOf, toClosingEntry } from "./closing-state.ts";
import { electricityMonth, type AskedMonth, type ElectricityMonth } from "./electricity/electricity-month.ts";
import { electricityFigures } from "./electricity/signed-figures.ts";
import { toVersionBody } from "./electricity/to-body.ts";
import type { FigureContext } from "./group-source.ts";
import { settledRange, settlementBase } from "./settled-range.ts";
import { settledUse } from "./settled-use.ts";

/** Figures of a month as they stand now, in the form that is signed. */
interface CurrentMonth extends SignedMonth {
  readonly electricity: ElectricityMonth;
}

/** Electricity by its billing month, every other medium by the calendar month of the same name. */
async function currentMonth(source: FigureContext, asked: AskedMonth): Promise<CurrentMonth> {
  const calendar = billingRange(asked.month, 1, source.time);
  const electricity = await electricityMonth(source, asked);
  // A month is over when what its meters send last can be there.
  const isOver = electricity.knownUntil === electricity.range.to && calendar.to <= source.clock.now();
  if (!isOver) throw new ParkError("unprocessable", "the month is not over");
  const parts = [electricityFigures(electricity, source.registry.regulated())];
  for (const kind of meterKinds) {
    if (kind !== "electricity") parts.push(await mediumFigures(source, asked, kind, calendar));
  }
  // Each part holds figures and bases of names of its own.
  return {
    electricity,
    figures: Object.assign({}, ...parts.map(({ figures }) => figures)) as SignedMonth["figures"],
    bases: Object.assign({}, ...parts.map(({ bases }) => bases)) as SignedMonth["bases"],
  };
}

const noFigures: SignedMonth = { figures: {}, bases: {} };

/** A medium's use; nothing for a medium that the enterprise has no meters of. */
async function mediumFigures(
  source: FigureContext,
  { enterpriseId }: AskedMonth,
  kind: MeterKind,
  range: TimeRange,
): Promise<SignedMonth> {
  const quantity = useQuantity[kind];
  const settled = settledRange(source, { enterpriseId, kind, range });
  if (quantity === null || settled.parts.every(({ meters }) => meters.length === 0)) return noFigures;
  const { value, unit, coverage } = (await settledUse(source, settled, { quantity, now: range.to })).total;
  const base = `settlement.${kind}`;
  const known = signedValue(knownShare(coverage), 6) ?? 0;
  const figure = { value: signedValue(value), unit, known, bases: [base] };
  return { figures: { [`${kind}.amount`]: figure }, bases: { [base]: settlementBase(settled) } };
}

/** Signs a month: its figures as they stand now, kept as one text with its hash. Refused while it runs or nothing is known. */
export async function closeMonth(source: FigureContext, asked: AskedMonth, audit: AuditContext): Promise<MonthClosing> {
  const { figures, bases, electricity } = await currentMonth(source, asked);
  if (Object.values(figures).every(({ value }) => value === null))
    throw new ParkError("unprocessable", "nothing is known of this month");
  const { enterpriseId, month, principal } = asked;
  const document = {
    format: 1,
    enterpriseId,
    month,
    figures,
    bases,
    signedBy: audit.actor,
    signedAt: source.time.toIso(audit.at),
    billLines: electricity.bill?.lines ?? [],
    versions: electricity.bill?.versions.map(toVersionBody) ?? [],
  };
  // Plain data throughout: text, numbers, lists and null.
  const text = canonicalJson(document as unknown as JsonValue);
  const closing = { enterpriseId, month, figures: text, hash: hashOf(text) };
  return source.registry.closeMonth(principal, closing, audit);
}

/** The newest closing of a month, what is different by now, and all closings before; null when it was never closed. */
export async function closedMonth(source: FigureContext, asked: AskedMonth): Promise<ClosingBody | null> {
  const { registry, time } = source;
  const { principal, enterpriseId, month } = asked;
  const all = registry.monthClosings(principal, { enterpriseId, month });
  const [newest] = all;
  if (newest === undefined) return null;
  const document = documentOf(newest);
  const changes = adjustments(document, await currentMonth(source, asked));
  return {
    ...toClosingEntry(newest, time, true),
    signed: newest.figures,
    document,
    adjustments: changes.map(({ causes, ...change }) => ({ ...change, causes: [...causes] })),
    history: all.map((closing, i) => toClosingEntry(closing, time, i === 0)),
  };
}
