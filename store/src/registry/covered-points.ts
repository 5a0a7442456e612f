import { unsuitableCombinations, type MeterId } from "@smart-park/core";
import { sql, type RawBuilder } from "kysely";
import type { SqlConnection } from "./sql-connection.ts";

/**
 * Brings the points of covering rules up to date, of the whole park or of one meter. A rule of the same kind that names a
 * point takes the place of those that cover it; a covering rule that somebody made takes the place of the default one.
 * Only one that is switched on does: one that is tried first leaves no point without a guard. Gives whether anything changed.
 */
export function coverPoints(db: SqlConnection, meterId?: MeterId): boolean {
  const passes = [sql`not ${isDefault(sql`alert_rule.id`)}`, isDefault(sql`alert_rule.id`)];
  return passes.map((which) => cover(db, which, meterId)).includes(true);
}

const unsuitable = JSON.stringify(unsuitableCombinations);
const isDefault = (id: RawBuilder<unknown>) => sql`(${id} like 'default-%')`;

function cover(db: SqlConnection, which: RawBuilder<unknown>, meterId: MeterId | undefined): boolean {
  const ofMeter = meterId === undefined ? sql`true` : sql`point.meter_id = ${meterId}`;
  const among = meterId === undefined ? sql`true` : sql`point_id in (select id from point where meter_id = ${meterId})`;
  const covered = sql`select alert_rule.id as rule_id, point.id as point_id
    from alert_rule
    join point
    join meter on meter.id = point.meter_id
    where alert_rule.covers is not null and ${which} and ${ofMeter}
      and ${isAmong("meterKinds", sql`meter.kind`)} and ${isAmong("quantities", sql`point.quantity`)}
      and ${isThe("enterpriseId", sql`meter.enterprise_id`)} and ${isThe("meterId", sql`meter.id`)}
      and (alert_rule.kind, point.kind, point.quantity) not in (
        select value ->> 0, value ->> 1, value ->> 2 from json_each(${unsuitable}))
      and not exists (
        select 1 from alert_rule_point as named
        join alert_rule as other on other.id = named.rule_id and other.kind = alert_rule.kind
        where named.point_id = point.id and other.id <> alert_rule.id and other.is_enabled = 1
          and (other.covers is null or (${isDefault(sql`alert_rule.id`)} and not ${isDefault(sql`other.id`)}))
      )`;
  const left = db.run(sql`delete from alert_rule_point
    where rule_id in (select alert_rule.id from alert_rule where covers is not null and ${which})
      and ${among} and (rule_id, point_id) not in (${covered})`);
  const joined = db.run(sql`insert or ignore into alert_rule_point (rule_id, point_id, position)
    select rule_id, point_id, 0 from (${covered})`);
  return left + joined > 0;
}

/** As `isCovered` of core. */
const isThe = (part: "enterpriseId" | "meterId", column: RawBuilder<unknown>) =>
  sql`coalesce(alert_rule.covers ->> ${part}, ${column}) = ${column}`;

const isAmong = (part: "meterKinds" | "quantities", column: RawBuilder<unknown>) =>
  sql`(alert_rule.covers ->> ${part} is null
    or ${column} in (select value from json_each(alert_rule.covers -> ${part})))`;
