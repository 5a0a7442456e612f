import {
  groupBy,
  isShapeSeen,
  systemPrincipal,
  type Alert,
  type EnterpriseId,
  type EpochMs,
  type Meter,
  type MeterPlace,
  type Severity,
  type SitePlan,
  type Wall,
} from "@smart-park/core";
import type { WallMark, WallName, WallSite } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { countMeters } from "../meter-states.ts";

type SiteContext = Pick<ApiContext, "registry" | "live">;
type SiteShape = SitePlan["shapes"][number];
type Placed = { readonly meter: Meter; readonly place: MeterPlace };

const mostAlerts = 500;

/** The park's ground with what stands on it summed up by plot; null where there is nothing to look at. */
export function wallSite(context: SiteContext, wall: Wall, now: EpochMs): WallSite | null {
  const { registry, live } = context;
  const plan = registry.sitePlan(systemPrincipal);
  const catalog = registry.current();
  const placed = registry.meterPlaces(systemPrincipal).flatMap((place): Placed[] => {
    const meter = catalog.meter(place.meterId);
    return meter === undefined ? [] : [{ meter, place }];
  });
  if (plan === null || placed.length === 0) return null;
  const filter = { state: "active", isSuppressed: false, limit: mostAlerts } as const;
  const urgent = mostUrgent(context, registry.alerts(systemPrincipal, filter, now).items, now);
  const groups = groupBy(placed, ({ meter, place }) => `${meter.enterpriseId} ${nearestPlot(plan, meter, place)}`);
  return {
    widthM: plan.widthM,
    heightM: plan.heightM,
    shapes: plan.shapes.map((shape) => ({
      ...{ kind: shape.kind, name: nameOf(context, wall, shape) },
      outline: shape.outline.map(([x, y]): [number, number] => [x, y]),
    })),
    marks: [...groups.values()].map((group): WallMark => {
      const meters = group.map(({ meter }) => meter);
      const mean = (of: (place: MeterPlace) => number): number =>
        group.reduce((sum, { place }) => sum + of(place), 0) / group.length;
      return {
        ...{ x: mean(({ x }) => x), y: mean(({ y }) => y) },
        ...countMeters(meters, live.values, now),
        severity: meters.reduce<Severity | null>((worst, { id }) => moreUrgent(worst, urgent.get(id) ?? null), null),
      };
    }),
  };
}

/** P1 before P4. */
const moreUrgent = (a: Severity | null, b: Severity | null): Severity | null =>
  a === null || (b !== null && b < a) ? b : a;

/** By meter, of alerts that nobody has set aside. */
function mostUrgent({ registry }: SiteContext, alerts: readonly Alert[], now: EpochMs): ReadonlyMap<string, Severity> {
  const urgent = new Map<string, Severity>();
  for (const { pointId, severity, shelvedUntil } of alerts) {
    const meterId = registry.current().point(pointId)?.meterId;
    if (meterId === undefined || (shelvedUntil ?? 0) > now) continue;
    urgent.set(meterId, moreUrgent(urgent.get(meterId) ?? null, severity) ?? severity);
  }
  return urgent;
}

/** Number of its owner's plot that a meter stands on or next to; -1 where the owner has none. */
function nearestPlot(plan: SitePlan, { enterpriseId }: Meter, place: MeterPlace): number {
  let [nearest, least] = [-1, Infinity];
  plan.shapes.forEach((shape, n) => {
    if (shape.kind !== "plot" || shape.enterpriseId !== enterpriseId) return;
    const [x, y] = middleOf(shape);
    const distance = Math.hypot(x - place.x, y - place.y);
    if (distance < least) [nearest, least] = [n, distance];
  });
  return nearest;
}

function middleOf({ outline }: SiteShape): readonly [number, number] {
  const middle = (of: readonly number[]): number => (Math.min(...of) + Math.max(...of)) / 2;
  return [middle(outline.map(([x]) => x)), middle(outline.map(([, y]) => y))];
}

const nobody: ReadonlySet<EnterpriseId> = new Set();

/** A plot is called as its owner, where it has no name of its own; without enterprises only what names nobody is named. */
function nameOf({ registry }: SiteContext, wall: Wall, shape: SiteShape): WallName | null {
  const { kind, name, nameEn, enterpriseId } = shape;
  if (!wall.showEnterprises && !isShapeSeen(shape, nobody)) return null;
  if (name !== null) return { name, nameEn };
  const owner = kind === "plot" && enterpriseId !== null ? registry.current().enterprise(enterpriseId) : undefined;
  return owner === undefined ? null : { name: owner.name, nameEn: owner.nameEn ?? null };
}
