import { rightToGive, tokenScopes, type TokenScope } from "@smart-park/core";

/** Scopes as keys of texts, which have no colon. */
export const scopeKeys = {
  "telemetry:write": "telemetry",
  "import:write": "import",
  "registry:write": "registry",
  "inputs:write": "inputs",
  "commands:write": "commands",
  kiosk: "kiosk",
  read: "read",
} as const satisfies Record<TokenScope, string>;

/** A scope that this page has words for. */
export const knownScope = (name: string): TokenScope | undefined => tokenScopes.find((scope) => scope === name);

/** Scopes that change something come with a word on what can go wrong. */
export const isRisky = (scope: TokenScope): scope is Exclude<TokenScope, "kiosk" | "read"> =>
  scope !== "kiosk" && scope !== "read";

/** Scopes that somebody with these rights may give, those that only read first. */
export const scopesToGive = (rights: readonly string[]): readonly TokenScope[] =>
  tokenScopes
    .filter((scope) => rights.includes(rightToGive[scope]))
    .toSorted((a, b) => Number(isRisky(a)) - Number(isRisky(b)));
