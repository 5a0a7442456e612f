import { createHash } from "node:crypto";
import {
  billingRange,
  contractMonth,
  monthPlus,
  type EnterpriseId,
  type MeterKind,
  type Month,
  type MonthClosing,
  type ParkTime,
  type Point,
  type Principal,
  type TariffContract,
  type TimeRange,
} from "@smart-park/core";
import { signedDocument, type ClosingEntry, type SignedDocument } from "@smart-park/core/wire";
import type { FigureContext } from "./group-source.ts";

type ClosingSource = Pick<FigureContext, "registry" | "time">;

/** The signature of a text: SHA-256, hex. */
export const hashOf = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** The signed text as figures. Written by `closeMonth` only, so a text that does not parse is a damaged database. */
export const documentOf = ({ figures }: Pick<MonthClosing, "figures">): SignedDocument =>
  signedDocument.parse(JSON.parse(figures));

/** What an answer about a month says of its closing. */
export function closingState(
  { registry, time }: ClosingSource,
  principal: Principal,
  { enterpriseId, month }: { readonly enterpriseId: EnterpriseId; readonly month: Month },
) {
  const [newest] = registry.monthClosings(principal, { enterpriseId, month });
  if (newest === undefined || newest.reopened !== null) return { state: "estimated" as const, closing: null };
  const { version, closedBy, closedAt, hash, isIntact } = toClosingEntry(newest, time, true);
  const figures = Object.entries(documentOf(newest).figures).map(
    ([name, { value, unit }]) => [name, { value, unit }] as const,
  );
  const closing = { version, closedBy, closedAt, hash, isIntact, figures: Object.fromEntries(figures) };
  return { state: "closed" as const, closing };
}

/** What an answer over a range says of its closing. */
export interface RangeClosing {
  readonly state: "estimated" | "closed";
  readonly closedMonths: Month[];
}

/** The closed months around a range: whether they are all of it, for some enterprises and media of it. */
export class ClosedMonths {
  readonly #source: ClosingSource;
  readonly #principal: Principal;
  readonly #range: TimeRange;
  readonly #closed = new Map<EnterpriseId, Month[]>();
  readonly #contracts = new Map<EnterpriseId, readonly TariffContract[]>();

  constructor(source: ClosingSource, principal: Principal, range: TimeRange) {
    [this.#source, this.#principal, this.#range] = [source, principal, range];
    const monthOf = (at: number): Month => source.time.dayOf(at).slice(0, 7);
    // A billing month reaches into the calendar months beside the one it is named after.
    const span = { from: monthPlus(monthOf(range.from), -1), to: monthPlus(monthOf(range.to), 1) };
    for (const { enterpriseId, month } of source.registry.closedMonths(principal, span))
      this.#closed.set(enterpriseId, [...(this.#closed.get(enterpriseId) ?? []), month]);
  }

  /** Closed when every instant of the range lies in a closed month of each enterprise, by the months of each medium. */
  of(enterpriseIds: Iterable<EnterpriseId>, ...kinds: readonly MeterKind[]): RangeClosing {
    const ids = [...new Set(enterpriseIds)];
    const touching = ids.map((id) =>
      this.#months(id).filter((month) => kinds.some((kind) => this.#touches(id, month, kind))),
    );
    const [first = [], ...others] = touching;
    const isClosed =
      ids.length > 0 && kinds.length > 0 && ids.every((id) => kinds.every((kind) => this.#isAllClosed(id, kind)));
    return {
      state: isClosed ? "closed" : "estimated",
      closedMonths: first.filter((month) => others.every((months) => months.includes(month))),
    };
  }

  #months(id: EnterpriseId): readonly Month[] {
    return this.#closed.get(id) ?? [];
  }

  #touches(id: EnterpriseId, month: Month, kind: MeterKind): boolean {
    const { from, to } = this.#rangeOf(id, month, kind);
    return from < this.#range.to && to > this.#range.from;
  }

  #isAllClosed(id: EnterpriseId, kind: MeterKind): boolean {
    const ranges = this.#months(id).map((month) => this.#rangeOf(id, month, kind));
    const until = ranges.reduce((at, { from, to }) => (from <= at ? Math.max(at, to) : at), this.#range.from);
    return until >= this.#range.to;
  }

  /** Electricity is signed by its billing month, every other medium by the calendar month of the same name. */
  #rangeOf(id: EnterpriseId, month: Month, kind: MeterKind): TimeRange {
    const { registry, time } = this.#source;
    if (kind !== "electricity") return billingRange(month, 1, time);
    const contracts = this.#contracts.get(id) ?? registry.tariffContracts(this.#principal, id);
    this.#contracts.set(id, contracts);
    return contractMonth(contracts, month, time).range;
  }
}

/** Of the months of a point's enterprise and medium. */
export function pointClosing(
  source: ClosingSource,
  principal: Principal,
  { meterId, enterpriseId }: Point,
  range: TimeRange,
): RangeClosing {
  const kind = source.registry.current().meter(meterId)?.kind;
  return new ClosedMonths(source, principal, range).of([enterpriseId], ...(kind === undefined ? [] : [kind]));
}

/** Of whole billing months of an enterprise, the first and last included. */
export function monthsClosing(
  source: ClosingSource,
  principal: Principal,
  asked: { readonly enterpriseId: EnterpriseId; readonly fromMonth: Month; readonly toMonth: Month },
): RangeClosing {
  const { enterpriseId, fromMonth, toMonth } = asked;
  const contracts = source.registry.tariffContracts(principal, enterpriseId);
  const first = contractMonth(contracts, fromMonth, source.time).range;
  const last = contractMonth(contracts, toMonth, source.time).range;
  return new ClosedMonths(source, principal, { from: first.from, to: last.to }).of([enterpriseId], "electricity");
}

export function toClosingEntry(closing: MonthClosing, time: ParkTime, isNewest: boolean): ClosingEntry {
  const { enterpriseId, month, version, closed, figures, hash, reopened } = closing;
  return {
    enterpriseId,
    month,
    version,
    state: reopened === null && isNewest ? "closed" : "reopened",
    closedBy: closed.by,
    closedAt: time.toIso(closed.at),
    hash,
    isIntact: hashOf(figures) === hash,
    reopened: reopened && { by: reopened.by, at: time.toIso(reopened.at), reason: reopened.reason },
  };
}
