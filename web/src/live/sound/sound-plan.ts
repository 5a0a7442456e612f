import type { SoundedSeverity } from "../../lib/sound-settings.ts";
import { moreUrgent } from "./sound-rules.ts";

/** What comes within this time is one tone: a gateway's alerts come together. */
export const gatherMs = 300;
/** Between the beginnings of two tones: a storm of alerts is one tone at a time, of the highest severity. */
export const betweenTonesMs = 4000;
/** An unacknowledged P1 sounds again after this time. */
export const repeatMs = 10_000;
/** What could not sound for so long, because no tab was allowed to, is no news any more. */
export const staleMs = 60_000;

/** Where the tones of this device stand, as this tab knows it; times are of its own steady clock, ms. */
export interface SoundPlan {
  /** The highest of what came and has not sounded, and since when. */
  readonly waiting: { readonly severity: SoundedSeverity; readonly since: number } | null;
  readonly lastToneAt: number | null;
  readonly lastUrgentAt: number | null;
}

export const silentPlan: SoundPlan = { waiting: null, lastToneAt: null, lastUrgentAt: null };

const isFresh = ({ waiting }: SoundPlan, now: number): boolean => waiting !== null && now - waiting.since <= staleMs;

/** An alert that is to be told has come. */
export function withArrival(plan: SoundPlan, severity: SoundedSeverity, now: number): SoundPlan {
  const { waiting } = plan;
  if (waiting === null || !isFresh(plan, now)) return { ...plan, waiting: { severity, since: now } };
  return { ...plan, waiting: { severity: moreUrgent(severity, waiting.severity), since: waiting.since } };
}

/** A tone has begun, here or in another tab: what is no more urgent is told by it. */
export function withTone(plan: SoundPlan, severity: SoundedSeverity, now: number): SoundPlan {
  const isTold = plan.waiting !== null && severity <= plan.waiting.severity;
  return {
    waiting: isTold ? null : plan.waiting,
    lastToneAt: now,
    lastUrgentAt: severity === "P1" ? now : plan.lastUrgentAt,
  };
}

/**
 * The next tone and when it is due (`at` ≤ now = at once); null when there is nothing to tell. `isUrgent` = a P1 stands
 * that nobody has acknowledged.
 */
export function nextTone(
  plan: SoundPlan,
  isUrgent: boolean,
  now: number,
): { readonly severity: SoundedSeverity; readonly at: number } | null {
  const { waiting, lastToneAt, lastUrgentAt } = plan;
  const free = lastToneAt === null ? -Infinity : lastToneAt + betweenTonesMs;
  const tones: { severity: SoundedSeverity; at: number }[] = [];
  if (isUrgent)
    tones.push({ severity: "P1", at: Math.max(free, lastUrgentAt === null ? now : lastUrgentAt + repeatMs) });
  if (waiting !== null && isFresh(plan, now))
    tones.push({ severity: waiting.severity, at: Math.max(free, waiting.since + gatherMs) });
  const due = tones.filter(({ at }) => at <= now);
  const [first, ...others] = due.length > 0 ? due : tones;
  if (first === undefined) return null;
  if (due.length > 0) return { severity: due.map(({ severity }) => severity).reduce(moreUrgent), at: now };
  return others.reduce((earliest, tone) => (tone.at < earliest.at ? tone : earliest), first);
}
