import type { EnterpriseId, UserId } from "./park.ts";

export const roles = [
  "parkAdmin",
  "parkManager",
  "operator",
  "auditor",
  "enterpriseAdmin",
  "enterpriseOperator",
  "enterpriseViewer",
  "steward",
] as const;
export type Role = (typeof roles)[number];

export const isEnterpriseRole = (role: Role): boolean => role.startsWith("enterprise") || role === "steward";

/** Who asks. Made from a session or a token, never from a parameter; every registry query takes one and is scoped by it. */
export interface Principal {
  readonly kind: "user" | "token" | "system" | "wall";
  readonly id: UserId;
  readonly role: Role;
  /** Enterprises it may see; "all" for park roles. */
  readonly scope: "all" | ReadonlySet<EnterpriseId>;
  /** What a token may do; null = everything its role may. */
  readonly tokenScopes: ReadonlySet<string> | null;
}

/** The platform acting on its own behalf (start-up, demo set-up, ingest). */
export const systemPrincipal: Principal = {
  kind: "system",
  id: "system" as UserId, // a reserved name, not a registered user
  role: "parkAdmin",
  scope: "all",
  tokenScopes: null,
};

export const canSee = (principal: Principal, enterpriseId: EnterpriseId): boolean =>
  principal.scope === "all" || principal.scope.has(enterpriseId);

/** What may be done; rights are listed once, here. */
export const rights = [
  "readings.read",
  "readings.import",
  "telemetry.write",
  "registry.read",
  /** Who entered what, and what stood there before. */
  "inputs.history",
  "registry.write",
  "rules.write",
  "inputs.write",
  "tariffs.write",
  "regulated.confirm",
  "alerts.read",
  "alerts.act",
  "users.manage",
  "tokens.manage",
  "audit.read",
  "quarantine.read",
  "books.read",
  "messages.read",
  "months.close",
  /** One's own subscriptions. */
  "subscriptions.own",
  "subscriptions.manage",
  "channels.manage",
  "deliveries.read",
  "commands.read",
  "commands.send",
  "inspections.read",
  /** To record what was found, and to judge how it was put right. */
  "inspections.write",
  /** To say how it was put right. */
  "inspections.rectify",
  "annotations.read",
  "annotations.write",
  /** One's own saved views, and to see what is shared. */
  "views.own",
  "views.share",
  /** How the platform itself is. */
  "health.read",
  "walls.manage",
  /** What one screen shows: sums of the park, without anybody signed in. */
  "walls.show",
] as const;
export type Right = (typeof rights)[number];

const readOnly: readonly Right[] = ["readings.read", "registry.read", "alerts.read"];
const everybody: readonly Right[] = [
  ...readOnly,
  ...(["subscriptions.own", "inputs.history", "inspections.read", "annotations.read", "views.own"] as const),
];
const everybodyOfPark: readonly Right[] = [...everybody, "walls.show"];
const rightsByRole: Record<Role, ReadonlySet<Right>> = {
  parkAdmin: new Set(rights),
  parkManager: new Set<Right>([
    ...everybodyOfPark,
    "rules.write",
    "inputs.write",
    "tariffs.write",
    "regulated.confirm",
    "alerts.act",
    "books.read",
    "messages.read",
    "quarantine.read",
    "tokens.manage",
    "months.close",
    "deliveries.read",
    "commands.read",
    "inspections.write",
    "annotations.write",
    "views.share",
    "walls.manage",
  ]),
  operator: new Set<Right>([
    ...everybodyOfPark,
    "telemetry.write",
    "readings.import",
    "registry.write",
    "rules.write",
    "inputs.write",
    "alerts.act",
    "quarantine.read",
    "books.read",
    "messages.read",
    "tokens.manage",
    "deliveries.read",
    "commands.read",
    "commands.send",
    "inspections.write",
    "annotations.write",
    "views.share",
    "health.read",
  ]),
  auditor: new Set<Right>([...everybodyOfPark, "audit.read", "books.read", "quarantine.read", "commands.read"]),
  enterpriseAdmin: new Set<Right>([
    ...everybody,
    "telemetry.write",
    "inputs.write",
    "alerts.act",
    "users.manage",
    "tokens.manage",
    "books.read",
    "quarantine.read",
    "messages.read",
    "commands.read",
    "commands.send",
    "inspections.rectify",
    "annotations.write",
  ]),
  enterpriseOperator: new Set<Right>([
    ...everybody,
    "inputs.write",
    "alerts.act",
    "books.read",
    "quarantine.read",
    "messages.read",
    "commands.read",
    "commands.send",
    "inspections.rectify",
    "annotations.write",
  ]),
  enterpriseViewer: new Set(everybody),
  steward: new Set<Right>([...everybody, "inspections.write"]),
};

export const tokenScopes = [
  "telemetry:write",
  "import:write",
  "registry:write",
  "inputs:write",
  "commands:write",
  "kiosk",
  "read",
] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Rights a token scope opens; a token never has more than these and than its maker's role. */
const rightsByTokenScope = new Map<string, readonly Right[]>([
  ["telemetry:write", ["telemetry.write"]],
  ["import:write", ["readings.import"]],
  ["registry:write", ["registry.read", "registry.write", "rules.write", "alerts.read"]],
  ["inputs:write", ["registry.read", "inputs.history", "inputs.write", "tariffs.write"]],
  ["commands:write", ["registry.read", "commands.read", "commands.send"]],
  // A display of somebody's own making: values, the park and alerts, nothing of messages, books or people.
  ["kiosk", readOnly],
  [
    "read",
    [
      ...readOnly,
      ...(["books.read", "quarantine.read", "messages.read", "commands.read", "inspections.read"] as const),
      ...(["annotations.read", "inputs.history"] as const),
    ],
  ],
] satisfies [TokenScope, readonly Right[]][]);

/** The right that somebody needs who gives a scope. */
export const rightToGive = {
  "telemetry:write": "telemetry.write",
  "import:write": "readings.import",
  "registry:write": "registry.write",
  "inputs:write": "inputs.write",
  "commands:write": "commands.send",
  kiosk: "readings.read",
  read: "readings.read",
} as const satisfies Record<TokenScope, Right>;

/** A screen shows itself. It is no token: a bearer of one cannot ask for this. */
const rightsOfWall: ReadonlySet<Right> = new Set<Right>(["walls.show"]);

/** Whether people of a role may do something at all. */
export const roleHasRight = (role: Role, right: Right): boolean => rightsByRole[role].has(right);

/** Whether a principal may do something at all (which objects is decided by its scope). A token can do what its scopes open and its maker may. */
export function hasRight(principal: Principal, right: Right): boolean {
  if (principal.kind === "wall") return rightsOfWall.has(right);
  if (!roleHasRight(principal.role, right)) return false;
  if (principal.tokenScopes === null) return true;
  return [...principal.tokenScopes].some((scope) => rightsByTokenScope.get(scope)?.includes(right));
}
