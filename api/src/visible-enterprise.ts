import { canSee, ParkError, type EnterpriseId, type Principal } from "@smart-park/core";
import type { ApiContext } from "./context.ts";

/** Refuses an enterprise that is not there or not the caller's, both as not_found. */
export function requireEnterprise({ registry }: ApiContext, principal: Principal, id: EnterpriseId | undefined): void {
  if (id === undefined) return;
  if (!canSee(principal, id) || registry.current().enterprise(id) === undefined) throw new ParkError("not_found");
}
