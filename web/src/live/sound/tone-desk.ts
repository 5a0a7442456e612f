import type { SoundedSeverity } from "../../lib/sound-settings.ts";
import { nextTone, silentPlan, withArrival, withTone, type SoundPlan } from "./sound-plan.ts";

interface ToneDeskDeps {
  /** Steady, ms. */
  readonly now: () => number;
  /** Runs it once after so many ms; gives what stops it. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Whether it may be told at this hour, as settings stand now. */
  readonly isTold: (severity: SoundedSeverity) => boolean;
  readonly play: (severity: SoundedSeverity) => void;
  /** Says to the other tabs that this one has begun a tone. */
  readonly tell: (severity: SoundedSeverity) => void;
}

/** Quiet hours end while an urgent alert stands: looked at this often. */
const lookMs = 30_000;

/**
 * Decides when this tab sounds. Every tab keeps the same plan from the same alerts and from what the others tell; only the
 * one whose turn it is plays. So whoever follows a tab that was closed or crashed plays what that one had not, and nothing
 * that it had.
 */
export class ToneDesk {
  readonly #deps: ToneDeskDeps;
  #plan: SoundPlan = silentPlan;
  #isUrgent = false;
  #isPlaying = false;
  #stopTimer: () => void = () => undefined;

  constructor(deps: ToneDeskDeps) {
    this.#deps = deps;
  }

  arrived(severity: SoundedSeverity): void {
    if (!this.#deps.isTold(severity)) return;
    this.#plan = withArrival(this.#plan, severity, this.#deps.now());
    this.look();
  }

  heardElsewhere(severity: SoundedSeverity): void {
    this.#plan = withTone(this.#plan, severity, this.#deps.now());
    this.look();
  }

  /** Whether a P1 stands that nobody has acknowledged. */
  setUrgent(isUrgent: boolean): void {
    if (this.#isUrgent === isUrgent) return;
    this.#isUrgent = isUrgent;
    this.look();
  }

  /** Whether it is this tab's turn. */
  setPlaying(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
    this.look();
  }

  /** Plays what is due and looks again when the next is; also called when settings change. */
  look(): void {
    this.#stopTimer();
    this.#stopTimer = () => undefined;
    if (!this.#isPlaying) return;
    const { now, after, isTold, play, tell } = this.#deps;
    const next = nextTone(this.#plan, this.#isUrgent && isTold("P1"), now());
    if (next !== null && next.at <= now()) {
      this.#plan = withTone(this.#plan, next.severity, now());
      play(next.severity);
      tell(next.severity);
      return this.look();
    }
    const waitMs = Math.min(next === null ? Infinity : next.at - now(), this.#isUrgent ? lookMs : Infinity);
    if (waitMs < Infinity) this.#stopTimer = after(waitMs, () => this.look());
  }

  stop(): void {
    this.setPlaying(false);
  }
}
