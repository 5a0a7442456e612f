import {
  ParkError,
  type ActivityInput,
  type Entered,
  type EnterpriseId,
  type FigureInputs,
  type Principal,
} from "@smart-park/core";
import { sql } from "kysely";
import { auditWrite, changes } from "../audit-log.ts";
import { hasEnterprise } from "../enterprises.ts";
import type { RegistryContext } from "../registry-context.ts";
import type { ActivityInputRow } from "../rows/figure-rows.ts";
import { inScopeOrPark, requireOwner } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type ActivityInputQueries = Pick<FigureInputs, "activityInputs" | "putActivityInputs">;
type Filter = NonNullable<Parameters<FigureInputs["activityInputs"]>[1]>;
type StoredInput = ActivityInput & { readonly entered: Entered };

/** Values that no meter gives. A correction is a new row: who entered what, and when, stays. */
export function activityInputQueries({ db, write }: RegistryContext): ActivityInputQueries {
  return {
    activityInputs: (principal, filter = {}) => loadInputs(db, principal, filter),

    putActivityInputs: (principal, inputs, audit) =>
      write(() => {
        for (const input of inputs) {
          const { enterpriseId, item, period } = input;
          requireOwner(principal, enterpriseId);
          if (enterpriseId !== null && !hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
          const before = contentOf(loadInputs(db, principal, { enterpriseId, item, period })[0]);
          if (JSON.stringify(before) === JSON.stringify(contentOf(input))) continue;
          db.run(db.query.insertInto("activity_input").values(toRow(input, { by: audit.actor, at: audit.at })));
          const [object, detail] = [`${enterpriseId ?? "park"} ${item} ${period}`, changes(before, input)];
          auditWrite(db, audit, { action: "activityInput.put", object, enterpriseId, detail });
        }
      }),
  };
}

const contentOf = (input: ActivityInput | undefined): object => {
  if (input === undefined) return {};
  const { enterpriseId, item, period, value, unit, source } = input;
  return { enterpriseId, item, period, value, unit, source };
};

/** In force = the newest row of an item and period. */
const newestId = sql<number>`(
  select max(newer.id) from activity_input as newer
  where newer.enterprise_id is activity_input.enterprise_id
    and newer.item = activity_input.item and newer.period = activity_input.period)`;

const loadInputs = (db: SqlConnection, principal: Principal, filter: Filter): StoredInput[] =>
  db
    .all(
      db.query
        .selectFrom("activity_input")
        .selectAll()
        .where(inScopeOrPark(principal, "enterprise_id"))
        .$if(filter.enterpriseId !== undefined, (query) => query.where(isOwnedBy(filter.enterpriseId ?? null)))
        .$if(filter.item !== undefined, (query) => query.where("item", "=", filter.item ?? ""))
        .$if(filter.period !== undefined, (query) => query.where("period", "=", filter.period ?? ""))
        .$if(filter.history !== true, (query) => query.where("id", "=", newestId))
        .orderBy("enterprise_id")
        .orderBy("item")
        .orderBy("period")
        .orderBy("id"),
    )
    .map(toInput);

const isOwnedBy = (enterpriseId: EnterpriseId | null) => sql<boolean>`enterprise_id is ${enterpriseId}`;

// Selected from a table, so the generated id is there.
const toInput = (row: Omit<ActivityInputRow, "id">): StoredInput => ({
  enterpriseId: row.enterprise_id,
  item: row.item,
  period: row.period,
  value: row.value,
  unit: row.unit,
  source: row.source,
  entered: { by: row.entered_by, at: row.entered_at },
});

const toRow = (input: ActivityInput, { by, at }: Entered) => ({
  enterprise_id: input.enterpriseId,
  item: input.item,
  period: input.period,
  value: input.value,
  unit: input.unit,
  source: input.source,
  entered_by: by,
  entered_at: at,
});
