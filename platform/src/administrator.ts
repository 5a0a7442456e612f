import { hashPassword, newOneTimePassword } from "@smart-park/api";
import { ParkError, systemPrincipal, type Clock, type Logger, type Registry, type UserId } from "@smart-park/core";
import { openRegistry } from "@smart-park/store";
import type { DataFolder } from "./data-folder.ts";

/** Made on the first start; the password is known only now. */
export interface FirstAdministrator {
  readonly user: string;
  /** null when it was set by PARK_ADMIN_PASSWORD. */
  readonly oneTimePassword: string | null;
}

/**
 * Creates the administrator when the registry has no user yet; a generated password must be changed at first login. As
 * long as no start was complete it was never shown, so the next start makes a new one.
 */
export async function setUpAdministrator(
  registry: Registry,
  admin: { user: string; password: string | null },
  clock: Clock,
): Promise<FirstAdministrator | null> {
  const known = registry.credentials(admin.user);
  const wasShown = registry.setting(startedSetting) !== null || known?.mustChangePassword !== true;
  if (registry.users(systemPrincipal).length > 0 && wasShown) return null;
  const oneTimePassword = admin.password === null ? newOneTimePassword() : null;
  const passwordHash = await hashPassword(admin.password ?? oneTimePassword ?? "");
  const mustChangePassword = oneTimePassword !== null;
  const audit = { at: clock.now(), actor: "system", address: "local" };
  const id = admin.user as UserId; // checked against the id pattern when the configuration was read
  if (known) registry.updateUser(systemPrincipal, id, { passwordHash, mustChangePassword }, audit);
  else {
    const user = { id, passwordHash, role: "parkAdmin", enterpriseIds: null, mustChangePassword } as const;
    registry.createUser(systemPrincipal, user, audit);
  }
  return { user: admin.user, oneTimePassword };
}

const startedSetting = "platform.started";

/** Puts on record that a start was complete, so that what it printed was seen. */
export function recordStart(registry: Registry): void {
  if (registry.setting(startedSetting) === null) registry.setSetting(startedSetting, "1");
}

/** Gives the administrator a new one-time password, for somebody who has the data folder but lost the password. */
export async function resetAdministrator(
  folder: DataFolder,
  user: string,
  clock: Clock,
  logger: Logger,
): Promise<string> {
  const opened = openRegistry({ file: folder.registryFile, secretKeyFile: folder.secretKeyFile, clock, logger });
  try {
    if (opened.registry.credentials(user) === null)
      throw new ParkError(
        "config_invalid",
        `There is no user ${user}; set PARK_ADMIN_USER to the administrator's name.`,
      );
    const password = newOneTimePassword();
    const change = { passwordHash: await hashPassword(password), isEnabled: true, mustChangePassword: true };
    const audit = { at: clock.now(), actor: "system", address: "local" };
    opened.registry.updateUser(systemPrincipal, user as UserId, change, audit); // the configured name, checked as an id
    opened.registry.deleteSessionsOf(user as UserId);
    return password;
  } finally {
    await opened.stop();
  }
}
