import { tariffDayType, type HolidayYear } from "../electricity/holidays.ts";
import type { TariffDayType } from "../electricity/tariff-period.ts";
import type { EnterpriseId } from "../park.ts";
import type { EpochMs, LocalDay, ParkTime } from "../time.ts";

/** What an enterprise's tariff contract declares from a day on, until its next contract; null = no declared demand. */
export interface DeclaredDemand {
  readonly enterpriseId: EnterpriseId;
  readonly effectiveFrom: LocalDay;
  readonly declaredKw: number | null;
}

/** What the registry knows that rules need. */
export interface RuleFactRecords {
  /** Every arrangement of public holidays that is kept, of whatever subject: a day named in one of them counts. */
  readonly holidays: readonly HolidayYear[];
  readonly declaredDemands: readonly DeclaredDemand[];
}

export const noRuleFacts: RuleFactRecords = { holidays: [], declaredDemands: [] };

/** What rules need to know of the park beside readings. */
export class RuleFacts {
  readonly time: ParkTime;
  readonly #year: HolidayYear;
  /** Newest first. */
  readonly #contracts: readonly DeclaredDemand[];
  readonly #dayTypes = new Map<LocalDay, TariffDayType>();

  constructor(time: ParkTime, { holidays, declaredDemands }: RuleFactRecords = noRuleFacts) {
    this.time = time;
    this.#year = {
      holidays: holidays.flatMap((year) => year.holidays),
      workdays: holidays.flatMap((year) => year.workdays),
    };
    this.#contracts = declaredDemands.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1));
  }

  /** Whether the day that holds an instant is a workday, weekend or holiday; without holiday data only weekends are told. */
  dayTypeAt(at: EpochMs): TariffDayType {
    const day = this.time.dayOf(at);
    const known = this.#dayTypes.get(day);
    if (known !== undefined) return known;
    const dayType = tariffDayType(day, this.time.partsOf(at).weekday, this.#year);
    this.#dayTypes.set(day, dayType);
    return dayType;
  }

  /** Declared demand (kW) by the contract in force; null when there is none. */
  declaredKw(enterpriseId: EnterpriseId, at: EpochMs): number | null {
    const day = this.time.dayOf(at);
    const inForce = (one: DeclaredDemand): boolean => one.enterpriseId === enterpriseId && one.effectiveFrom <= day;
    const contract = this.#contracts.find(inForce);
    return contract?.declaredKw ?? null;
  }
}
