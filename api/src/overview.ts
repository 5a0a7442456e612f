import {
  canSee,
  days,
  type Clock,
  type Meter,
  type ParkTime,
  type Principal,
  type ReadingStore,
  type Registry,
  type Rollups,
} from "@smart-park/core";
import type { OverviewBody, WatchCard } from "@smart-park/core/wire";
import { DayUses } from "./day-uses.ts";
import type { NightFlows } from "./figures/night-flows.ts";
import type { LiveHub } from "./live-hub.ts";
import { scopeKeyOf } from "./live-scope.ts";
import { countMeters } from "./meter-states.ts";
import { parkTotals, type ParkTotals } from "./park-totals.ts";
import { watchCard } from "./watch-cards.ts";

interface DeskDeps {
  readonly registry: Registry;
  readonly store: ReadingStore;
  readonly rollups: Rollups;
  readonly clock: Clock;
  readonly live: LiveHub;
  readonly time: ParkTime;
  readonly nightFlows: NightFlows;
  readonly demo: boolean;
}

const keptMs = 5000;
const maxKept = 1000;
const deadLettersShownMs = days(7);

/** Works out what the overview shows, once per scope and five seconds, however many look at it. */
export class OverviewDesk {
  readonly #deps: DeskDeps;
  readonly #dayUses: DayUses;
  readonly #kept = new Map<
    string,
    { readonly at: number; readonly epoch: string; readonly body: Promise<OverviewBody> }
  >();

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    this.#dayUses = new DayUses(deps);
  }

  get(principal: Principal): Promise<OverviewBody> {
    const key = scopeKeyOf(principal.scope);
    const { epoch } = this.#deps.live;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.epoch === epoch && performance.now() - kept.at < keptMs) return kept.body;
    const body = this.#compute(principal);
    this.#kept.delete(key);
    this.#kept.set(key, { at: performance.now(), epoch, body });
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value ?? "");
    // A failure is not kept: the next one who looks asks again.
    body.catch(() => this.#kept.delete(key));
    return body;
  }

  async #compute(principal: Principal): Promise<OverviewBody> {
    const { registry, clock, live, time, demo } = this.#deps;
    const now = clock.now();
    const meters = metersOf(registry, principal);
    const dead = registry.deadLetters(principal, now - deadLettersShownMs);
    const totals = await parkTotals({ dayUses: this.#dayUses, values: live.values }, meters, now);
    return {
      at: time.toIso(now),
      ...toTotalsBody(totals),
      meters: countMeters(meters, live.values, now),
      alerts: registry.alertCounts(principal, now),
      deadLetters: { count: dead.count, newestAt: dead.newestAt === null ? null : time.toIso(dead.newestAt) },
      watch: await this.#cards(principal, now),
      demo,
    };
  }

  async #cards(principal: Principal, now: number): Promise<WatchCard[]> {
    const { registry, store, time, nightFlows } = this.#deps;
    const standing = new Map<string, string>();
    for (const alert of registry.alerts(principal, { state: "active", limit: 500 }, now).items) {
      if (!standing.has(alert.pointId)) standing.set(alert.pointId, alert.id);
    }
    const alertIdOf = ({ id }: { readonly id: string }) => standing.get(id) ?? null;
    const source = { store, time, nightFlows, catalog: registry.current(), alertIdOf };
    const cards: WatchCard[] = [];
    for (const target of registry.watchTargets(principal)) {
      const card = await watchCard(source, target, now);
      if (card !== null) cards.push(card);
    }
    return cards;
  }
}

const metersOf = (registry: Registry, principal: Principal): Meter[] =>
  [...registry.current().meters()].filter((meter) => canSee(principal, meter.enterpriseId));

const toTotalsBody = ({ activePowerKw, energyKwh, waterM3, pvKwh, coverage }: ParkTotals) => ({
  activePowerKw,
  energyTodayKwh: energyKwh.today,
  energyYesterdaySameTimeKwh: energyKwh.yesterday,
  waterTodayM3: waterM3.today,
  waterYesterdaySameTimeM3: waterM3.yesterday,
  pvTodayKwh: pvKwh.today,
  coverage,
});
