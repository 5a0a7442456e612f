import type { AlertTransition, LimitRule, PointId, SilenceRule } from "@smart-park/core";
import { noon } from "./park.ts";

/** One reading as a meter sends it. */
export interface Sent {
  readonly meter: "kiln" | "mill";
  readonly minute: number;
  readonly value: number;
  readonly flag: string;
}
/** What reaches ingest, one after the other; a restart stops it and starts it again, a start is the first tick of a new edge. */
export type Step = Sent | "tick" | "start" | "restart";

export const firstInstant = noon - 8 * 60_000;
export const instantOf = (sent: Sent): number => firstInstant + sent.minute * 60_000;
export const pointOf = (sent: Sent): string => `${sent.meter}.activePower`;
/** Steps reach the platform five seconds apart, so the first minutes are late and the others are not. */
export const receivedAt = (place: number): number => noon + place * 5000;

const base = {
  deadband: 0,
  onDelayS: 0,
  offDelayS: 0,
  above: null,
  below: null,
  severity: "P2",
  enabled: true,
} as const;
export const [kiln, mill] = ["kiln.activePower" as PointId, "mill.activePower" as PointId]; // points of the test park
export const limits: readonly LimitRule[] = [
  {
    ...base,
    id: "peak",
    name: "",
    kind: "limit",
    points: [kiln, mill],
    above: 1000,
    deadband: 20,
    onDelayS: 60,
    offDelayS: 60,
  },
  { ...base, id: "idle", name: "", kind: "limit", points: [kiln], below: 100 },
];
export const silence: SilenceRule = { ...base, id: "quiet", name: "", kind: "silence", points: [mill], afterS: 10 };

export type Event = Pick<AlertTransition, "type" | "ruleId" | "pointId" | "raisedAt" | "at"> & { late: boolean };
interface Watch {
  evaluated: number;
  breachedSince: number | null;
  raisedAt: number | null;
  calmSince: number | null;
}

/** What must be stored, announced and counted: written from the reliability contract alone, not from ingest. */
export class StreamModel {
  readonly stored = new Map<string, string>();
  readonly events: Event[] = [];
  readonly books = { received: 0, stored: 0, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 0 };
  readonly #watches = new Map<string, Watch>();
  #newestHeard = new Map<string, number>();
  readonly #heardAtUp = new Map<string, number>();
  #upMs = 0;
  #lastTick: number | null = null;
  #quietSince: number | null = null;

  /** Forgets only how new the newest reading was: that is not kept over a restart. */
  restart(): void {
    this.#newestHeard = new Map();
  }

  tick(now: number, isStart: boolean): void {
    const since = this.#lastTick === null ? 0 : now - this.#lastTick;
    this.#upMs += Math.min(since, 15_000);
    this.#lastTick = now;
    // The platform was down: whoever is not silent already has the rule's whole time to speak again.
    const wasDown = isStart || since > 15_000;
    if (wasDown && this.#quietSince === null && this.#heardAtUp.has(mill)) this.#heardAtUp.set(mill, this.#upMs);
    const heard = this.#heardAtUp.get(mill);
    if (heard === undefined) return;
    const isQuiet = this.#upMs - heard >= silence.afterS * 1000;
    if (isQuiet === (this.#quietSince !== null)) return;
    const raisedAt = this.#quietSince ?? now;
    this.events.push({
      type: isQuiet ? "raised" : "cleared",
      ruleId: "quiet",
      pointId: mill,
      raisedAt,
      at: now,
      late: false,
    });
    this.#quietSince = isQuiet ? now : null;
  }

  read(sent: Sent, now: number): void {
    const [point, at] = [pointOf(sent), instantOf(sent)];
    const isImplausible = sent.meter === "kiln" && (sent.value < 0 || sent.value > 5000);
    const quality = sent.flag === "D" ? "bad" : isImplausible ? "suspect" : "good";
    this.#store(`${point}@${at}`, `${sent.value} ${quality}`);
    if (at > (this.#newestHeard.get(point) ?? -Infinity)) {
      this.#newestHeard.set(point, at);
      this.#heardAtUp.set(point, this.#upMs);
    }
    if (quality !== "good") return;
    for (const rule of limits)
      if (rule.points.some((id) => id === point)) this.#evaluate(rule, point, at, sent.value, now);
  }

  #store(identity: string, content: string): void {
    const before = this.stored.get(identity);
    this.stored.set(identity, content);
    this.books.received += 1;
    if (before === content) this.books.duplicate += 1;
    else this.books.stored += 1;
    if (before !== undefined && before !== content) this.books.overwritten += 1;
  }

  #evaluate(rule: LimitRule, point: string, at: number, value: number, now: number): void {
    const key = `${rule.id} ${point}`;
    const watch = this.#watches.get(key) ?? {
      evaluated: -Infinity,
      breachedSince: null,
      raisedAt: null,
      calmSince: null,
    };
    this.#watches.set(key, watch);
    if (at <= watch.evaluated) return;
    watch.evaluated = at;
    const isHeld = watch.raisedAt !== null && watch.calmSince === null;
    const slack = isHeld ? rule.deadband : 0;
    const isBroken = value > (rule.above ?? Infinity) - slack || value < (rule.below ?? -Infinity) + slack;
    const tell = (type: Event["type"], raisedAt: number): void =>
      void this.events.push({
        type,
        ruleId: rule.id,
        pointId: point as PointId,
        raisedAt,
        at,
        late: now - at > 300_000,
      }); // one of the above
    if (watch.raisedAt === null) {
      watch.breachedSince = isBroken ? (watch.breachedSince ?? at) : null;
      if (watch.breachedSince === null || at - watch.breachedSince < rule.onDelayS * 1000) return;
      watch.raisedAt = at;
      tell("raised", at);
      return;
    }
    watch.calmSince = isBroken ? null : (watch.calmSince ?? at);
    if (watch.calmSince === null || at - watch.calmSince < rule.offDelayS * 1000) return;
    tell("cleared", watch.raisedAt);
    Object.assign(watch, { breachedSince: null, raisedAt: null, calmSince: null });
  }
}

export function modelOf(steps: readonly Step[]): StreamModel {
  const model = new StreamModel();
  for (const [place, step] of steps.entries()) {
    if (step === "tick" || step === "start") model.tick(receivedAt(place), step === "start");
    else if (step === "restart") model.restart();
    else model.read(step, receivedAt(place));
  }
  return model;
}
