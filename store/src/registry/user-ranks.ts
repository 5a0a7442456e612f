import { isEnterpriseRole, ParkError, roles, type Principal, type Role, type UserId } from "@smart-park/core";

/** A steward looks after several enterprises, so only the park appoints one. */
const enterpriseStaff = new Set(roles.filter((role) => isEnterpriseRole(role) && role !== "steward"));

/** Which roles a role may give, change and take away; a role that is not listed manages nobody. Never one above itself. */
const managedRoles = new Map<Role, ReadonlySet<Role>>([
  ["parkAdmin", new Set(roles)],
  ["enterpriseAdmin", enterpriseStaff],
]);

export const rolesManagedBy = (principal: Principal): ReadonlySet<Role> =>
  managedRoles.get(principal.role) ?? new Set<Role>();

/** One's own role, enterprises and account are somebody else's to change: nobody raises their own rights. */
export function requireOther(principal: Principal, id: UserId): void {
  if (principal.id === id) throw new ParkError("forbidden", "Somebody else must change your own role or account");
}

export function requireManages(principal: Principal, role: Role): void {
  if (!rolesManagedBy(principal).has(role)) throw new ParkError("forbidden", "This role may not be managed by yours");
}
