import { hours, minutes } from "../time.ts";

/** What the operator declared the platform must fulfil: nothing beyond our own rules, or 等保 2.0 (GB/T 22239-2019) level 2. */
export const complianceProfiles = ["none", "mlps2"] as const;
export type ComplianceProfile = (typeof complianceProfiles)[number];

/** How people prove who they are, and for how long that holds. */
export interface SignInPolicy {
  readonly profile: ComplianceProfile;
  /** Characters that a password has at least. */
  readonly minLength: number;
  /** Of lower case, upper case, digits and other characters, how many kinds at least. */
  readonly minClasses: number;
  /** Passwords before the one in use that may not come again. */
  readonly formerPasswords: number;
  /** Age at which a password must be changed; null = never. */
  readonly maxPasswordAgeMs: number | null;
  /** After `free` failures of one account from one network within `windowMs` each further one doubles the wait, from `firstMs` to `longestMs`. */
  readonly delay: {
    readonly free: number;
    readonly windowMs: number;
    readonly firstMs: number;
    readonly longestMs: number;
  };
  /** Sessions end after this much idleness, and at the other age in any case. */
  readonly idleMs: number;
  readonly absoluteMs: number;
  /** Whether an open page keeps a session alive by itself; otherwise only what a person does. */
  readonly isOpenPageActivity: boolean;
}

const ownRules: SignInPolicy = {
  profile: "none",
  minLength: 12,
  minClasses: 1,
  formerPasswords: 0,
  maxPasswordAgeMs: null,
  delay: { free: 5, windowMs: minutes(15), firstMs: 10_000, longestMs: minutes(15) },
  idleMs: minutes(30),
  absoluteMs: hours(12),
  isOpenPageActivity: true,
};

const policies: Readonly<Record<ComplianceProfile, SignInPolicy>> = {
  none: ownRules,
  mlps2: {
    ...ownRules,
    profile: "mlps2",
    minClasses: 3,
    formerPasswords: 4,
    maxPasswordAgeMs: hours(24 * 90),
    delay: { free: 5, windowMs: minutes(30), firstMs: minutes(20), longestMs: minutes(30) },
    idleMs: minutes(15),
    isOpenPageActivity: false,
  },
};

/** The policy of a profile; `idleMs` null = the profile's own idle time. */
export const signInPolicyOf = (profile: ComplianceProfile, idleMs: number | null = null): SignInPolicy => ({
  ...policies[profile],
  ...(idleMs !== null && { idleMs }),
});

/** Kinds of characters in a password, 0 to 4. */
export const characterClasses = (password: string): number =>
  [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u].filter((kind) => kind.test(password)).length;

/** Whether a password has the length and the kinds of characters that a policy asks for. */
export const hasComposition = (password: string, { minLength, minClasses }: SignInPolicy): boolean =>
  password.length >= minLength && characterClasses(password) >= minClasses;

/** Whether a password has reached the age at which it must be changed; null = nobody knows when it was chosen. */
export const isPasswordExpired = (changedAt: number | null, now: number, { maxPasswordAgeMs }: SignInPolicy): boolean =>
  maxPasswordAgeMs !== null && (changedAt === null || now - changedAt >= maxPasswordAgeMs);
