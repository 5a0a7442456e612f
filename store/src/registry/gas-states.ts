import type { DatedGasState, PointId } from "@smart-park/core";
import type { SqlConnection } from "./sql-connection.ts";

/** Writes the states of a point that has none. */
export function insertGasStates(db: SqlConnection, pointId: PointId, gasStates: readonly DatedGasState[]): void {
  for (const [position, { from, gaugeKPa, celsius }] of gasStates.entries()) {
    const row = { point_id: pointId, position, valid_from: from, gauge_kpa: gaugeKPa, celsius };
    db.run(db.query.insertInto("point_gas_state").values(row));
  }
}
