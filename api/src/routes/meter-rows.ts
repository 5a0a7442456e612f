import { canSee, ParkError, type Meter, type MeterId, type Principal } from "@smart-park/core";
import { lastHourBody, lastHourQuery, rowLimits, todayUsesBody, todayUsesQuery } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { readablePoint } from "./readings.ts";

/** What stands beside the live values in rows of meters: one question for all that somebody sees. */
export const meterRowRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/figures/today",
    summary: `What up to ${rowLimits.meters} meters used since the start of the park's day, worked out once a minute`,
    right: "readings.read",
    isFigure: true,
    query: todayUsesQuery,
    responses: { 200: todayUsesBody },
    async run({ context, caller, query }) {
      const { clock, time, todayUses } = context;
      const now = clock.now();
      const meters = readableMeters(context, caller.principal, query.meters);
      const uses = await todayUses.of(meters, now);
      return {
        from: time.toIso(time.startOfDay(now)),
        items: uses.map(({ meterId, at, figure: { value, unit, coverage } }) => {
          return { meter: meterId, at: time.toIso(at), use: { value, unit, coverage } };
        }),
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/readings/last-hour",
    summary: `The last sixty whole minutes of up to ${rowLimits.points} points, one value each, for small charts`,
    right: "readings.read",
    query: lastHourQuery,
    responses: { 200: lastHourBody },
    async run({ context, caller, query }) {
      const { clock, time, lastHours } = context;
      const points = [...new Set(query.points)].map((id) => readablePoint(context, caller.principal, id));
      const from = lastHours.fromAt(clock.now());
      const items = points.map(async (point) => {
        return { point: point.id, unit: point.unit, values: [...(await lastHours.of(point, from))] };
      });
      return { from: time.toIso(from), items: await Promise.all(items) };
    },
  }),
];

/** A foreign meter answers like a missing one; one that was removed while its row was still shown has no today. */
function readableMeters({ registry }: ApiContext, principal: Principal, ids: readonly MeterId[]): Meter[] {
  const catalog = registry.current();
  const found: Meter[] = [];
  const unknown = new Set<MeterId>();
  for (const id of new Set(ids)) {
    const meter = catalog.meter(id);
    if (meter && canSee(principal, meter.enterpriseId)) found.push(meter);
    else unknown.add(id);
  }
  if (unknown.size > 0) for (const { id } of registry.removedMeters(principal)) unknown.delete(id);
  if (unknown.size > 0) throw new ParkError("not_found");
  return found;
}
