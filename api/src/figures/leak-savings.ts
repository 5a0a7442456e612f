import {
  leakAdvice,
  mainsOf,
  type Advice,
  type EpochMs,
  type Regulated,
  type EnterpriseId,
  type Principal,
} from "@smart-park/core";
import { waterPriceOn } from "./contracts.ts";
import { judgeAllNights, type LeakContext } from "./leaks.ts";

interface Asked {
  readonly principal: Principal;
  readonly enterpriseId: EnterpriseId;
  /** Leaks that began later are not asked for. */
  readonly before: EpochMs;
}

/** What the suspected leaks of an enterprise that are open now cost, or why there is nothing to say; with the price. */
export async function leakSavings(
  context: LeakContext,
  { principal, enterpriseId, before }: Asked,
): Promise<{ readonly found: readonly Advice[] | string; readonly price: Regulated<"number"> | null }> {
  const { registry, time, clock } = context;
  const price = waterPriceOn(registry, principal, enterpriseId, time.dayOf(clock.now()));
  const own = await judgeAllNights(context, { ...principal, scope: new Set([enterpriseId]) });
  const none = (found: string) => ({ found, price: null });
  if (own.length === 0) return none("noWaterMeters");
  const open = own.flatMap(({ meter, found }) =>
    found?.state === "alarm" && found.since !== null && found.since < before
      ? { ...meter, m3PerDay: found.excessPerDay, since: found.since }
      : [],
  );
  if (open.length === 0)
    return none(own.every(({ found }) => (found?.state ?? "unknown") === "unknown") ? "noNights" : "nothingToSave");
  if (price === null) return none("noWaterPrice");
  // What leaks behind a meter shows at the one above it too.
  const advice = mainsOf(open).flatMap(
    ({ id: meterId, m3PerDay, since }) =>
      leakAdvice({ meterId, m3PerDay, since: time.toIso(since), yuanPerM3: price.value }) ?? [],
  );
  return { found: advice, price };
}
