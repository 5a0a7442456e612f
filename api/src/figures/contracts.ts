import type {
  EnterpriseId,
  LocalDay,
  Principal,
  Regulated,
  RegulatedBook,
  Registry,
  TariffContract,
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
export function waterPriceIn(
  contracts: readonly TariffContract[],
  book: RegulatedBook,
  day: LocalDay,
): Regulated<"number"> | null {
  const subject = contractOn(contracts, day)?.waterPrice ?? null;
  return subject === null ? null : book.inForce("number", subject, day);
}

/** Public holidays as an enterprise's contract names them; without one only weekends are rest days. */
export function holidaysOf(registry: Contracts, principal: Principal, enterpriseId: EnterpriseId): Set<LocalDay> {
  const subject = registry.tariffContracts(principal, enterpriseId).at(-1)?.electricity?.holidays ?? null;
  const years = subject === null ? [] : registry.regulated().versions("holidays", subject);
  return new Set(years.flatMap(({ value }) => value.holidays));
}
