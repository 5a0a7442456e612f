import type {
  EnterpriseId,
  LocalDay,
  ParkTime,
  Principal,
  Regulated,
  RegulatedBook,
  Registry,
  TariffContract,
  TimeRange,
} from "@smart-park/core";

type Contracts = Pick<Registry, "tariffContracts" | "regulated">;

/** The contract of an enterprise that holds on a day; null = none is known. */
export const contractOn = (contracts: readonly TariffContract[], day: LocalDay): TariffContract | null =>
  contracts.findLast(({ effectiveFrom }) => effectiveFrom <= day) ?? null;

/** The price of water on a day, 元/m³, with its source; null while nobody entered it. */
export function waterPriceOn(
  registry: Contracts,
  principal: Principal,
  enterpriseId: EnterpriseId,
  day: LocalDay,
): Regulated<"number"> | null {
  return waterPriceIn(registry.tariffContracts(principal, enterpriseId), registry.regulated(), day);
}

/** The same, of contracts that are known already. */
function waterPriceIn(
  contracts: readonly TariffContract[],
  book: RegulatedBook,
  day: LocalDay,
): Regulated<"number"> | null {
  const subject = contractOn(contracts, day)?.waterPrice ?? null;
  return subject === null ? null : book.inForce("number", subject, day);
}

/** A range cut where the price of water becomes another one; null = not known then. */
export function waterPricePieces(
  contracts: readonly TariffContract[],
  book: RegulatedBook,
  { from, to }: TimeRange,
  time: ParkTime,
): PricedPiece[] {
  const pieces: PricedPiece[] = [];
  for (const edge of time.bucketEdges({ from, to }, "1d").slice(0, -1)) {
    const price = waterPriceIn(contracts, book, time.dayOf(edge));
    const last = pieces.at(-1);
    const [start, end] = [Math.max(from, edge), Math.min(to, time.startOfDay(edge, 1))];
    if (last && last.price?.id === price?.id) pieces[pieces.length - 1] = { ...last, to: end };
    else pieces.push({ from: start, to: end, price });
  }
  return pieces;
}

export interface PricedPiece extends TimeRange {
  readonly price: Regulated<"number"> | null;
}

/** Public holidays as an enterprise's contract names them; without one only weekends are rest days. */
export function holidaysOf(registry: Contracts, principal: Principal, enterpriseId: EnterpriseId): Set<LocalDay> {
  const subject = registry.tariffContracts(principal, enterpriseId).at(-1)?.electricity?.holidays ?? null;
  const years = subject === null ? [] : registry.regulated().versions("holidays", subject);
  return new Set(years.flatMap(({ value }) => value.holidays));
}
