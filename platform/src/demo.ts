import { createHash, randomBytes } from "node:crypto";
import { systemPrincipal, type Clock, type Registry } from "@smart-park/core";

const tokenName = "demo park";

/**
 * Replaces the demo simulators' token by a new one, valid until the next start; only its hash is kept. It is an
 * administrator's, whoever that is by now; without one there is no demo.
 */
export function issueDemoToken(registry: Registry, clock: Clock): string | null {
  const administrator = registry
    .users(systemPrincipal)
    .find(({ role, isEnabled }) => role === "parkAdmin" && isEnabled);
  if (administrator === undefined) return null;
  const audit = { at: clock.now(), actor: "system", address: "local" };
  for (const old of registry.tokens(systemPrincipal)) {
    if (old.name === tokenName) registry.deleteToken(systemPrincipal, old.id, audit);
  }
  const secret = `park_${randomBytes(32).toString("base64url")}`;
  registry.createToken(
    systemPrincipal,
    createHash("sha256").update(secret).digest("hex"),
    {
      name: tokenName,
      scopes: ["telemetry:write", "import:write", "registry:write", "inputs:write", "read"],
      enterpriseId: null,
      createdAt: clock.now(),
      expiresAt: null,
      createdBy: administrator.id,
    },
    audit,
  );
  return secret;
}
