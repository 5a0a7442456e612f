import { createHash, randomBytes } from "node:crypto";
import { systemPrincipal, type Clock, type Registry, type UserId } from "@smart-park/core";

const tokenName = "demo park";

/** Replaces the demo simulators' token by a new one, valid until the next start; only its hash is kept. */
export function issueDemoToken(registry: Registry, administrator: string, clock: Clock): string {
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
      scopes: ["telemetry:write", "import:write", "registry:write", "read"],
      enterpriseId: null,
      createdAt: clock.now(),
      expiresAt: null,
      createdBy: administrator as UserId, // the configured administrator, checked against the id pattern
    },
    audit,
  );
  return secret;
}
