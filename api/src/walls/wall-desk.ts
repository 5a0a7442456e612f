import {
  hours,
  stepLengthMs,
  systemPrincipal,
  wallPrincipal,
  type Alert,
  type EpochMs,
  type MeterKind,
  type Principal,
  type TimeRange,
  type Wall,
} from "@smart-park/core";
import type {
  ConsumptionBody,
  OverviewBody,
  WallAlert,
  WallContent,
  WallName,
  WallOutlet,
} from "@smart-park/core/wire";
import { readCarbon } from "../figures/carbon.ts";
import { readConsumption } from "../figures/consumption.ts";
import { readHourlyMeans } from "../figures/emission-means.ts";
import type { ApiContext } from "../context.ts";
import { wallSite } from "./wall-site.ts";

type DeskContext = Pick<ApiContext, "registry" | "store" | "rollups" | "time" | "clock" | "overview" | "live"> & {
  readonly config: Pick<ApiContext["config"], "demo">;
  /** Build of the page that is served now. */
  readonly wallBuild: string | null;
};

type Slow = Pick<WallContent, "load" | "pv" | "water" | "days" | "carbon"> & {
  readonly enterprises: NonNullable<WallContent["enterprises"]>;
  /** Mean of the last whole hour by point. */
  readonly hourMeans: ReadonlyMap<string, { readonly value: number | null; readonly at: EpochMs }>;
};

/** What changes by the quarter hour need not be worked out for every look. */
const slowKeptMs = 60_000;
const [curveStep, newestAlerts, topEnterprises, shownDays] = ["15m", 6, 8, 7] as const;

/** Puts together what screens show. All screens of the park share the work; what one may not name is left out last. */
export class WallDesk {
  readonly #context: DeskContext;
  #slow: { readonly at: number; readonly epoch: string; readonly figures: Promise<Slow> } | null = null;

  constructor(context: DeskContext) {
    this.#context = context;
  }

  get build(): string | null {
    return this.#context.wallBuild;
  }

  async contentOf(wall: Wall): Promise<WallContent> {
    const principal = wallPrincipal(wall);
    const { clock, time, config, wallBuild } = this.#context;
    const now = clock.now();
    const [overview, slow] = await Promise.all([this.#context.overview.get(principal), this.#slowFigures(now)]);
    const { hourMeans, enterprises, ...figures } = slow;
    return {
      at: now,
      timeZone: time.zone,
      demo: config.demo,
      name: wall.name,
      scenes: [...wall.scenes],
      sceneS: wall.sceneS,
      expiresAt: wall.expiresAt,
      build: wallBuild,
      ...totalsOf(overview),
      ...figures,
      alerts: this.#alerts(wall, principal, now),
      outlets: this.#outlets(wall, overview, hourMeans),
      enterprises: wall.showEnterprises ? enterprises : null,
      site: wallSite(this.#context, wall, now),
    };
  }

  #slowFigures(now: EpochMs): Promise<Slow> {
    const { epoch } = this.#context.live;
    const kept = this.#slow;
    if (kept !== null && kept.epoch === epoch && performance.now() - kept.at < slowKeptMs) return kept.figures;
    const figures = this.#compute(now);
    const made = { at: performance.now(), epoch, figures };
    this.#slow = made;
    // A failure is not kept: the next screen that asks tries again.
    figures.catch(() => {
      if (this.#slow === made) this.#slow = null;
    });
    return figures;
  }

  async #compute(now: EpochMs): Promise<Slow> {
    const { time } = this.#context;
    const [yesterday, today] = [time.startOfDay(now, -1), time.startOfDay(now)];
    const week = { from: time.startOfDay(now, 1 - shownDays), to: now };
    // One after the other: a screen must not push people's questions out of the store.
    const power = await this.#curve("electricity", { from: yesterday, to: now });
    const pv = await this.#curve("pv", { from: today, to: now });
    const water = await this.#curve("water", { from: today, to: now });
    const [energyDays, waterDays, pvDays] = [
      await this.#daily("electricity", week),
      await this.#daily("water", week),
      await this.#daily("pv", week),
    ];
    return {
      load: {
        stepS: stepLengthMs(curveStep) / 1000,
        today: power.filter(({ at }) => at >= today),
        yesterday: power.filter(({ at }) => at < today),
      },
      pv,
      water,
      days: [...energyDays].map(([at, energyKwh]) => ({
        ...{ at, energyKwh, waterM3: waterDays.get(at) ?? null, pvKwh: pvDays.get(at) ?? null },
      })),
      carbon: await this.#carbon(now),
      enterprises: await this.#enterprises({ from: today, to: now }),
      hourMeans: await this.#hourMeans(now),
    };
  }

  async #parkUse(kind: MeterKind, range: TimeRange, step: "15m" | "1d") {
    const body = await readConsumption(this.#context, systemPrincipal, {
      ...consumption,
      kind,
      ...range,
      step,
      by: "park",
    });
    return body.groups[0]?.buckets ?? [];
  }

  /** Mean flow per hour in whole quarter hours: kW of kWh, m³/h of m³. The running one is left out, and little known is unknown. */
  async #curve(kind: MeterKind, range: TimeRange): Promise<WallContent["pv"]> {
    const perHour = hours(1) / stepLengthMs(curveStep);
    const buckets = await this.#parkUse(kind, range, curveStep);
    return buckets.flatMap((bucket) => {
      const at = Date.parse(bucket.at);
      if (at + stepLengthMs(curveStep) > range.to) return [];
      return [{ at, value: isMostlyKnown(bucket) ? bucket.value * perHour : null }];
    });
  }

  async #daily(kind: MeterKind, range: TimeRange): Promise<ReadonlyMap<EpochMs, number | null>> {
    const buckets = await this.#parkUse(kind, range, "1d");
    return new Map(buckets.map(({ at, value }) => [Date.parse(at), value]));
  }

  async #carbon(now: EpochMs): Promise<WallContent["carbon"]> {
    const { time } = this.#context;
    const from = time.bucketStart(now, "1mo");
    if (from >= now) return null;
    const { groups } = await readCarbon(this.#context, systemPrincipal, {
      from,
      to: now,
      by: "park",
      grid: "national",
    });
    const [park] = groups;
    if (park === undefined) return null;
    const { measured, estimated } = park.totalLocation.coverage;
    return {
      month: time.dayOf(now).slice(0, 7),
      locationT: park.totalLocation.value,
      scope1T: park.scope1.value,
      scope2T: park.scope2Location.value,
      coverage: measured + estimated,
    };
  }

  async #enterprises(range: TimeRange): Promise<Slow["enterprises"]> {
    if (range.from >= range.to) return [];
    const asked = { ...consumption, ...range, kind: "electricity", step: "none", by: "enterprise" } as const;
    const { groups } = await readConsumption(this.#context, systemPrincipal, asked);
    return groups
      .flatMap(({ id, name, total }) =>
        total.value === null ? [] : [{ ...this.#nameOf(id ?? "", name ?? id ?? ""), energyKwh: total.value }],
      )
      .sort((a, b) => b.energyKwh - a.energyKwh)
      .slice(0, topEnterprises);
  }

  async #hourMeans(now: EpochMs): Promise<Slow["hourMeans"]> {
    const { registry, time } = this.#context;
    const to = time.bucketStart(now, "1h");
    const [catalog, targets] = [registry.current(), registry.watchTargets(systemPrincipal)];
    const source = { ...this.#context, principal: systemPrincipal, now, catalog, targets };
    const means = new Map<string, { value: number | null; at: EpochMs }>();
    for (const { kind, pointId } of targets) {
      const point = kind === "hourlyMean" ? catalog.point(pointId) : undefined;
      if (point === undefined) continue;
      const row = (await readHourlyMeans(source, point, { from: to - hours(1), to })).rows.at(-1);
      if (row !== undefined) means.set(pointId, { value: row.value, at: Date.parse(row.at) });
    }
    return means;
  }

  #outlets(wall: Wall, { watch }: OverviewBody, hourMeans: Slow["hourMeans"]): WallOutlet[] {
    const catalog = this.#context.registry.current();
    return watch.flatMap((card) => {
      const point = catalog.point(card.point);
      if (card.kind !== "hourlyMean" || point === undefined) return [];
      const last = hourMeans.get(card.point);
      const { limit, value, projected, state } = card;
      return [
        {
          name: catalog.meter(point.meterId)?.name ?? "",
          nameEn: catalog.meter(point.meterId)?.nameEn ?? null,
          enterprise: wall.showEnterprises ? this.#nameOf(card.enterpriseId) : null,
          quantity: point.quantity,
          unit: point.unit,
          limit,
          mean: last?.value ?? null,
          at: last?.at ?? null,
          runningMean: value,
          projected,
          state,
        },
      ];
    });
  }

  #alerts(wall: Wall, principal: Principal, now: EpochMs): WallContent["alerts"] {
    const { registry } = this.#context;
    const filter = { state: "active", isSuppressed: false, isGrouped: true, limit: newestAlerts } as const;
    const { items } = registry.alerts(principal, filter, now);
    // Counted now, not with the overview of seconds ago: an urgent alert and its count appear together.
    return { ...registry.alertCounts(principal, now), newest: items.map((alert) => this.#toWallAlert(wall, alert)) };
  }

  #toWallAlert(wall: Wall, alert: Alert): WallAlert {
    const { id, severity, ruleName, enterpriseId, raisedAt, acknowledged } = alert;
    return {
      id,
      severity,
      title: ruleName,
      enterprise: wall.showEnterprises ? this.#nameOf(enterpriseId) : null,
      raisedAt,
      isAcknowledged: acknowledged !== null,
      acknowledgedBy: wall.showPeople ? (acknowledged?.by ?? null) : null,
    };
  }

  #nameOf(id: string, otherwise = ""): WallName {
    const enterprise = this.#context.registry.current().enterprise(id);
    return { name: enterprise?.name ?? otherwise, nameEn: enterprise?.nameEn ?? null };
  }
}

const consumption = { compare: "none", yearRule: "sameDate" } as const;
const leastKnown = 0.8;

const isMostlyKnown = (
  bucket: ConsumptionBody["groups"][number]["buckets"][number],
): bucket is typeof bucket & { value: number } => bucket.value !== null && bucket.known >= leastKnown;

const totalsOf = (
  overview: OverviewBody,
): Pick<WallContent, "energyKwh" | "waterM3" | "pvTodayKwh" | "coverage" | "meters"> => ({
  energyKwh: { today: overview.energyTodayKwh, yesterday: overview.energyYesterdaySameTimeKwh },
  waterM3: { today: overview.waterTodayM3, yesterday: overview.waterYesterdaySameTimeM3 },
  pvTodayKwh: overview.pvTodayKwh,
  coverage: overview.coverage,
  meters: overview.meters,
});
