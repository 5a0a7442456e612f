import { hours, minutes, seconds } from "../time.ts";

export interface RetryPolicy {
  readonly firstMs: number;
  readonly longestMs: number;
  readonly maxAttempts: number;
  /** What has waited this long is given up once it had its least tries. */
  readonly giveUpAfterMs: number;
  readonly leastAttempts: number;
}

/** 1 s, 2 s, 4 s … 15 min: 105 tries take about a day. */
export const defaultRetryPolicy: RetryPolicy = {
  firstMs: seconds(1),
  longestMs: minutes(15),
  maxAttempts: 105,
  giveUpAfterMs: hours(24),
  leastAttempts: 5,
};

/** How long until the next try after `attempts` failed ones (at least 1), spread by ±25 %; `random` in [0, 1). */
export function backoffMs(attempts: number, random: number, policy: RetryPolicy = defaultRetryPolicy): number {
  const plain = Math.min(policy.firstMs * 2 ** Math.min(attempts - 1, 30), policy.longestMs);
  return Math.round(plain * (0.75 + random / 2));
}

/** Whether a message that failed `attempts` times goes to the dead letters. */
export const isGivenUp = (
  { attempts, waitedMs }: { attempts: number; waitedMs: number },
  policy: RetryPolicy = defaultRetryPolicy,
): boolean => attempts >= policy.maxAttempts || (attempts >= policy.leastAttempts && waitedMs >= policy.giveUpAfterMs);
