import type { EpochMs } from "@smart-park/core";
import { sql } from "kysely";
import type { RegistrySchema } from "./schema.ts";
import type { SqlConnection } from "./sql-connection.ts";

/**
 * The window that keeps an alert quiet at a time, the one that lasts longest: it names the alert's point, the point's
 * meter, or the enterprise whose point it is. Of alerts that are about no point only those on a meter are meant.
 */
export const windowAt = (db: SqlConnection, alertId: string, at: EpochMs) =>
  db.first(
    sql<RegistrySchema["maintenance_window"]>`
      select maintenance_window.* from alert
      join maintenance_target as aim on
        (aim.kind = 'point' and aim.target = alert.point_id)
        or (aim.kind = 'meter' and aim.target = coalesce(
          (select meter_id from point where id = alert.point_id),
          case when alert.subject ->> 'kind' = 'meter' then alert.subject ->> 'id' end))
        or (aim.kind = 'enterprise' and aim.target = alert.enterprise_id
          and coalesce(alert.subject ->> 'kind', 'meter') = 'meter')
      join maintenance_window on maintenance_window.id = aim.window_id
      where alert.id = ${alertId} and from_at <= ${at} and ${at} < to_at
      order by to_at desc, maintenance_window.id limit 1`,
  );
