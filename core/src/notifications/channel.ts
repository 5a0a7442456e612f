import type { EnterpriseId, MeterId } from "../park.ts";
import type { EpochMs } from "../time.ts";

export const channelKinds = ["email", "webhook", "wecom", "dingtalk", "feishu", "mqtt"] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** What may be shown of a channel's set-up; addresses that hold a key are secrets, only their host is here. */
export type ChannelSettings =
  | {
      readonly kind: "email";
      readonly host: string;
      readonly port: number;
      /** tls: from the first byte; starttls: required before anything is said; none: plain. */
      readonly security: "tls" | "starttls" | "none";
      readonly from: string;
      readonly username: string | null;
    }
  | { readonly kind: "webhook" | "wecom" | "dingtalk" | "feishu"; readonly host: string }
  /** A beacon hears its orders on the command topic of this meter, with the rights every device has. */
  | { readonly kind: "mqtt"; readonly enterpriseId: EnterpriseId; readonly meterId: MeterId };

/** Write-only: kept encrypted, handed to the sender alone. */
export interface ChannelSecrets {
  readonly url?: string;
  readonly signingKey?: string;
  readonly password?: string;
}

export const languages = ["zh", "en"] as const;
export type Language = (typeof languages)[number];

/** A way out of the platform. One that belongs to an enterprise carries that enterprise's alerts alone. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly enterpriseId: EnterpriseId | null;
  readonly language: Language;
  readonly isEnabled: boolean;
  readonly settings: ChannelSettings;
  /** Names of the secrets that are set. */
  readonly secretNames: readonly (keyof ChannelSecrets)[];
}

/** A channel with all that sending takes. */
export interface SendingChannel extends Channel {
  readonly secrets: ChannelSecrets;
}

/** How a channel has been doing. */
export interface ChannelHealth {
  readonly waiting: number;
  readonly dead: number;
  readonly lastSentAt: EpochMs | null;
  readonly lastFailedAt: EpochMs | null;
  readonly lastFailure: string | null;
}
