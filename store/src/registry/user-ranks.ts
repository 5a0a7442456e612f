import { isEnterpriseRole, ParkError, roles, type Principal, type Role } from "@smart-park/core";

/** A steward looks after several enterprises, so only the park appoints one. */
const enterpriseStaff = new Set(roles.filter((role) => isEnterpriseRole(role) && role !== "steward"));

/** Which roles a role may give, change and take away; a role that is not listed manages nobody. Never one above itself. */
const managedRoles = new Map<Role, ReadonlySet<Role>>([
  ["parkAdmin", new Set(roles)],
  ["enterpriseAdmin", enterpriseStaff],
]);

export const rolesManagedBy = (principal: Principal): ReadonlySet<Role> =>
  managedRoles.get(principal.role) ?? new Set<Role>();

export function requireManages(principal: Principal, role: Role): void {
  if (!rolesManagedBy(principal).has(role)) throw new ParkError("forbidden", "This role may not be managed by yours");
}
