import { days, type EpochMs } from "../time.ts";

/** A lasting rise of the night flow: a suspected leak, not a proof. */
export interface LeakEvent {
  /**
   * sudden = from one night to the next; gradual = over weeks, more than the days explain; return = back to where it was
   * before a recent drop (a holiday, a shutdown), told but not an alarm.
   */
  readonly kind: "sudden" | "gradual" | "return";
  /** The first night of it; of a gradual one the night from which on it was looked at. */
  readonly since: EpochMs;
  /** The night with which it was sure. */
  readonly foundAt: EpochMs;
  /** Size, m³/h. */
  readonly flow: number;
  /** First night on which it was gone; null while it lasts. */
  readonly endedAt: EpochMs | null;
}

/** A drop older than this is the new usual. */
const dropMs = days(21);
/** A return may overshoot the drop by a quarter: both are told from few nights. */
const returnShare = 1.25;

interface Shift {
  /** Size, above zero. */
  readonly flow: number;
  readonly since: EpochMs;
  readonly foundAt: EpochMs;
}

/** The rises found so far; a fall ends those it accounts for. Sizes below half a threshold are nothing. */
export class LeakEvents {
  readonly #events: { -readonly [Key in keyof LeakEvent]: LeakEvent[Key] }[] = [];
  #drop: { readonly flow: number; readonly at: EpochMs } | null = null;
  /** The level that the open gradual rise began from. */
  #gradualFloor = 0;

  get all(): LeakEvent[] {
    return this.#events.map((event) => ({ ...event }));
  }

  /** Flow of all open events together. */
  get openFlow(): number {
    return this.#open().reduce((sum, event) => sum + event.flow, 0);
  }

  rise({ flow, since, foundAt }: Shift, threshold: number): void {
    const drop = this.#drop;
    const isReturn = drop !== null && since - drop.at <= dropMs && flow <= returnShare * drop.flow + threshold;
    const rest = drop === null ? 0 : drop.flow - flow;
    this.#drop = isReturn && rest > threshold / 2 ? { flow: rest, at: drop.at } : null;
    const kind = isReturn ? "return" : "sudden";
    this.#events.push({ kind, since, foundAt, flow, endedAt: isReturn ? foundAt : null });
  }

  /** Ends the leaks that a fall of this size accounts for, the best match first; the rest is a drop of the usual. */
  fall({ flow, since }: Shift, threshold: number): void {
    let rest = flow;
    for (;;) {
      const open = this.#open().sort((a, b) => Math.abs(a.flow - rest) - Math.abs(b.flow - rest));
      const match = open.find((event) => rest >= event.flow / 2 && rest > threshold / 2);
      if (!match) break;
      match.endedAt = since;
      rest -= match.flow;
    }
    if (rest > threshold / 2) this.#drop = { flow: rest, at: since };
  }

  /** Begins a gradual rise that has come to `flow` above the level it rose from. */
  riseGradually({ flow, since, foundAt }: Shift, level: number): void {
    this.#gradualFloor = level - flow;
    this.#events.push({ kind: "gradual", since, foundAt, flow, endedAt: null });
  }

  /** Follows the open gradual rise, which ends when the level is back; false when there is none. */
  followGradual(level: number, threshold: number, at: EpochMs): boolean {
    const known = this.#open().find(({ kind }) => kind === "gradual");
    if (!known) return false;
    known.flow = Math.max(0, level - this.#gradualFloor);
    if (known.flow < threshold / 2) known.endedAt = at;
    return true;
  }

  #open = () => this.#events.filter(({ endedAt }) => endedAt === null);
}
