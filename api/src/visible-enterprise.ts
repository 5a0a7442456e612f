import { canSee, ParkError, type Enterprise, type EnterpriseId, type Principal } from "@smart-park/core";
import type { ApiContext } from "./context.ts";

/** An enterprise in the caller's scope; one that is not there and a foreign one are both not_found. */
export function requireEnterprise(
  { registry }: Pick<ApiContext, "registry">,
  principal: Principal,
  id: EnterpriseId,
): Enterprise {
  const enterprise = registry.current().enterprise(id);
  if (enterprise === undefined || !canSee(principal, id)) throw new ParkError("not_found");
  return enterprise;
}
