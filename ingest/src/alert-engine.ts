import {
  alertIdOf,
  initialRuleState,
  minutes,
  stepLimit,
  stepSilence,
  tickIntervalMs,
  type AlertChange,
  type AlertRule,
  type AlertTransition,
  type Catalog,
  type EngineClock,
  type EnterpriseId,
  type EpochMs,
  type HeardRow,
  type IngestCommit,
  type LimitRule,
  type PointId,
  type Reading,
  type RuleState,
  type RuleStateRow,
  type SilenceRule,
} from "@smart-park/core";

/** Received later than this after its observation a reading, and an alert it raises, is late. */
const lateMs = minutes(5);
/** A longer gap between ticks means that edge was down; only this much of it counts as time in which meters could speak. */
const maxTickGapMs = 1.5 * tickIntervalMs;

export type EngineChanges = Pick<IngestCommit, "alerts" | "ruleStates" | "clock" | "heard">;

/**
 * Where every rule stands for every point. Fed with readings and ticks in journal order, so replaying the journal from
 * a committed state gives the same alerts. Changes gather until `takeChanges`; the caller commits them with the
 * journal position in one transaction.
 */
export class AlertEngine {
  readonly #states = new Map<string, Map<PointId, RuleState>>();
  readonly #heardUpMs: Map<PointId, number>;
  /** Newest observation heard since start: a repeat of an old reading does not break a silence. */
  readonly #newest = new Map<PointId, EpochMs>();
  /** Also rules that are gone, for the severity of their last change. */
  readonly #knownRules = new Map<string, AlertRule>();
  #limitRules = new Map<PointId, LimitRule[]>();
  #silenceRules: SilenceRule[] = [];
  #watched = new Map<string, ReadonlySet<PointId>>();
  #catalog: Catalog;
  #clock: EngineClock;
  #mustSweep = true;

  #alerts: AlertChange[] = [];
  #dirtyStates = new Map<string, RuleStateRow>();
  #dirtyHeard = new Map<PointId, HeardRow>();

  constructor(loaded: { clock: EngineClock; heard: readonly HeardRow[] }, catalog: Catalog) {
    this.#heardUpMs = new Map(loaded.heard.map((row) => [row.pointId, row.heardUpMs]));
    this.#clock = loaded.clock;
    this.#catalog = catalog;
  }

  /**
   * The rules as they stand now, and the states that were kept: the registry drops those of a rule that ended, so one
   * that was switched off and on again begins anew. What no rule watches any more is cleared at the next tick.
   */
  setRules(rules: readonly AlertRule[], ruleStates: readonly RuleStateRow[]): void {
    this.#restore(ruleStates);
    const enabled = rules.filter((rule) => rule.enabled);
    for (const rule of rules) this.#knownRules.set(rule.id, rule);
    this.#watched = new Map(enabled.map((rule) => [rule.id, new Set(rule.points)]));
    this.#silenceRules = enabled.filter((rule) => rule.kind === "silence");
    this.#limitRules = new Map();
    for (const rule of enabled.filter((rule) => rule.kind === "limit"))
      for (const pointId of rule.points)
        this.#limitRules.set(pointId, [...(this.#limitRules.get(pointId) ?? []), rule]);
    this.#mustSweep = true;
  }

  setCatalog(catalog: Catalog): void {
    this.#catalog = catalog;
    this.#mustSweep = true;
  }

  /** One stored reading, in journal order. Limits look only at good and estimated values. */
  judge(reading: Reading): void {
    this.#hear(reading);
    if (reading.quality !== "good" && reading.quality !== "estimated") return;
    const isLate = reading.receivedAt - reading.observedAt > lateMs;
    for (const rule of this.#limitRules.get(reading.pointId) ?? []) {
      const before = this.#stateOf(rule.id, reading.pointId);
      const { state, transition } = stepLimit(rule, reading.pointId, before, reading);
      if (state !== before) this.#setState(rule.id, reading.pointId, state);
      if (transition) this.#announce(rule, transition, isLate);
    }
  }

  /** Edge was up at `at`. Silence is counted on a clock that only ticks move, so the platform's own downtime is nobody's silence. */
  tick(at: EpochMs): void {
    const { upMs, lastTickAt } = this.#clock;
    const gap = lastTickAt === null ? 0 : Math.min(Math.max(0, at - lastTickAt), maxTickGapMs);
    this.#clock = { upMs: upMs + gap, lastTickAt: at };
    if (this.#mustSweep) this.#dropUnwatched(at);
    for (const rule of this.#silenceRules)
      for (const pointId of rule.points) if (this.#catalog.point(pointId)) this.#judgeSilence(rule, pointId, at);
  }

  /** What changed since the last call. */
  takeChanges(): EngineChanges {
    const changes: EngineChanges = {
      alerts: this.#alerts,
      ruleStates: [...this.#dirtyStates.values()],
      clock: this.#clock,
      heard: [...this.#dirtyHeard.values()],
    };
    this.#alerts = [];
    this.#dirtyStates = new Map();
    this.#dirtyHeard = new Map();
    return changes;
  }

  #hear({ pointId, observedAt }: Reading): void {
    const newest = this.#newest.get(pointId);
    if (newest !== undefined && observedAt <= newest) return;
    this.#newest.set(pointId, observedAt);
    if (this.#heardUpMs.get(pointId) === this.#clock.upMs) return;
    this.#heardUpMs.set(pointId, this.#clock.upMs);
    this.#dirtyHeard.set(pointId, { pointId, heardUpMs: this.#clock.upMs });
  }

  /** A point that never spoke is not silent: it is not connected yet. */
  #judgeSilence(rule: SilenceRule, pointId: PointId, at: EpochMs): void {
    const heardUpMs = this.#heardUpMs.get(pointId);
    if (heardUpMs === undefined) return;
    const before = this.#stateOf(rule.id, pointId);
    const { state, transition } = stepSilence(rule, pointId, before, { at, silentMs: this.#clock.upMs - heardUpMs });
    // Every tick would count as a change otherwise; only the phase matters for silence.
    if (state.alert !== before.alert) this.#setState(rule.id, pointId, state);
    if (transition) this.#announce(rule, transition, false);
  }

  #dropUnwatched(at: EpochMs): void {
    this.#mustSweep = false;
    for (const [ruleId, states] of this.#states) {
      for (const [pointId, state] of states) {
        if (this.#watched.get(ruleId)?.has(pointId) && this.#catalog.point(pointId)) continue;
        if (state.alert.phase !== "normal") this.#setState(ruleId, pointId, { ...state, alert: { phase: "normal" } });
        states.delete(pointId);
        if (!("raisedAt" in state.alert)) continue;
        const { raisedAt } = state.alert;
        const alertId = alertIdOf(ruleId, pointId, raisedAt);
        const change = { type: "cleared", alertId, ruleId, pointId, raisedAt, at, value: null, limit: null } as const;
        this.#announce(this.#knownRules.get(ruleId), change, false);
      }
      if (states.size === 0) this.#states.delete(ruleId);
    }
  }

  #announce(rule: AlertRule | undefined, transition: AlertTransition, late: boolean): void {
    // A point deleted from the registry has no owner any more; its alert still keeps the one it was raised with.
    const enterpriseId = this.#catalog.point(transition.pointId)?.enterpriseId ?? ("" as EnterpriseId);
    this.#alerts.push({ transition, enterpriseId, severity: rule?.severity ?? "P4", late, recalculated: false });
  }

  #restore(ruleStates: readonly RuleStateRow[]): void {
    this.#states.clear();
    for (const { ruleId, pointId, state } of ruleStates) this.#statesOf(ruleId).set(pointId, state);
  }

  #statesOf(ruleId: string): Map<PointId, RuleState> {
    const states = this.#states.get(ruleId) ?? new Map<PointId, RuleState>();
    this.#states.set(ruleId, states);
    return states;
  }

  #stateOf(ruleId: string, pointId: PointId): RuleState {
    return this.#states.get(ruleId)?.get(pointId) ?? initialRuleState;
  }

  #setState(ruleId: string, pointId: PointId, state: RuleState): void {
    this.#statesOf(ruleId).set(pointId, state);
    this.#dirtyStates.set(`${ruleId} ${pointId}`, { ruleId, pointId, state });
  }
}
