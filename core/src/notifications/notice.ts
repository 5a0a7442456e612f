import type { AlertRule, Severity } from "../alerts/alert-rule.ts";
import type { AlertSubject } from "../alerts/figure-rule.ts";
import type { EnterpriseId, PointId } from "../park.ts";
import type { EpochMs } from "../time.ts";

/** Where a message ends: a channel, and the mail address where the channel has several. */
export interface Receiver {
  readonly channelId: string;
  readonly address: string;
}

export const isSameReceiver = (one: Receiver, other: Receiver): boolean =>
  one.channelId === other.channelId && one.address === other.address;

/** One alert's coming or going, with the alert as it stands now. */
export interface Notice {
  readonly transition: "raised" | "cleared";
  readonly alertId: string;
  readonly ruleName: string;
  readonly kind: AlertRule["kind"];
  readonly severity: Severity;
  readonly pointId: PointId;
  /** What it is about when the point is none, and the unit of its figures; null = the point's. */
  readonly subject: AlertSubject | null;
  readonly unit: string | null;
  readonly enterpriseId: EnterpriseId;
  readonly value: number | null;
  readonly limit: number | null;
  readonly raisedAt: EpochMs;
  readonly clearedAt: EpochMs | null;
  readonly late: boolean;
  /** Acknowledged, cleared or closed: no reason to call in somebody else. */
  readonly isLookedAfter: boolean;
  /** Somebody put it off until then; null = nobody did. */
  readonly shelvedUntil: EpochMs | null;
  /** Who was told because nobody acknowledged. */
  readonly escalatedTo: readonly Receiver[];
}
