import { systemPrincipal, type RuleFactRecords } from "@smart-park/core";
import { loadContracts } from "./figure-inputs/tariff-contracts.ts";
import { loadVersions } from "./figure-inputs/regulated.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** What rules need to know of the park beside readings. Whoever writes what it is made of tells that rules changed. */
export function loadRuleFacts(db: SqlConnection): RuleFactRecords {
  const holidays = loadVersions(db).flatMap((version) => (version.kind === "holidays" ? [version.value] : []));
  const declaredDemands = loadContracts(db, systemPrincipal).map(({ enterpriseId, effectiveFrom, electricity }) => {
    const contract = electricity?.basic?.contract;
    return {
      enterpriseId,
      effectiveFrom,
      declaredKw: contract?.method === "declaredDemand" ? contract.declaredKw : null,
    };
  });
  return { holidays, declaredDemands };
}
