import { hasComposition, isPasswordExpired, ParkError, type Credentials, type UserId } from "@smart-park/core";
import { isEasyPassword } from "./common-passwords.ts";
import type { ApiContext } from "./context.ts";

type PasswordContext = Pick<ApiContext, "config" | "passwords" | "registry">;

/** Refuses (unprocessable) a new password that is easy to guess, or that the policy does not take. */
export async function requireGoodPassword(context: PasswordContext, id: string, password: string): Promise<void> {
  const { signIn } = context.config;
  if (isEasyPassword(password, id)) throw new ParkError("unprocessable", "this password is too easy to guess");
  if (!hasComposition(password, signIn))
    throw new ParkError(
      "unprocessable",
      `a password needs ${signIn.minLength} characters, of ${signIn.minClasses} of these kinds: lower case, upper case, digits, others`,
    );
  if (await wasUsed(context, id as UserId, password))
    throw new ParkError("unprocessable", "this password was used before; choose another one");
}

async function wasUsed({ config, passwords, registry }: PasswordContext, id: UserId, password: string) {
  const { formerPasswords } = config.signIn;
  const inUse = registry.credentials(id)?.passwordHash;
  if (formerPasswords === 0 || inUse === undefined) return false;
  for (const hash of [inUse, ...registry.formerPasswords(id).slice(0, formerPasswords)])
    if (await passwords.verify(hash, password)) return true;
  return false;
}

/** Whether somebody who just proved this password has to choose another one: it is too old, or does not fit (any more). */
export const hasToChange = (user: Credentials, password: string, now: number, { config }: PasswordContext): boolean =>
  isPasswordExpired(user.passwordChangedAt, now, config.signIn) || !hasComposition(password, config.signIn);
