import {
  alertIdOf,
  initialRuleState,
  isLateRule,
  judgeLateWindows,
  lateRange,
  minutes,
  noteLateWindow,
  needsTicks,
  phaseOf,
  RuleFacts,
  severityOf,
  silentAfterS,
  sourcesOf,
  statePointsOf,
  stepRule,
  stepRuleAtTick,
  stepSilence,
  tickIntervalMs,
  withoutLateWindows,
  type AlertChange,
  type AlertLevel,
  type AlertTransition,
  type Catalog,
  type EngineClock,
  type EngineRule,
  type EnterpriseId,
  type EpochMs,
  type HeardRow,
  type IngestCommit,
  type KnownAlarm,
  type LateRule,
  type LateWindows,
  type ParkTime,
  type Point,
  type PointId,
  type Reading,
  type ReadingRule,
  type RuleFactRecords,
  type RuleState,
  type RuleStateRow,
  type Series,
  type SilenceRule,
  type TimeRange,
} from "@smart-park/core";

/** Received later than this after its observation a reading, and an alert it raises, is late. */
const lateMs = minutes(5);
/** A longer gap between ticks means that edge was down; only this much of it counts as time in which meters could speak. */
const maxTickGapMs = 1.5 * tickIntervalMs;

/** Late windows of a rule's point. */
export interface LateWork {
  readonly rule: LateRule;
  readonly point: Point;
  readonly range: TimeRange;
  readonly lateWindows: LateWindows;
}

export type EngineChanges = Pick<IngestCommit, "alerts" | "ruleStates" | "clock" | "heard">;

/** A rule, and the point whose state a reading or a tick steps. */
interface Watch {
  readonly rule: ReadingRule;
  readonly pointId: PointId;
}

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
  readonly #knownRules = new Map<string, EngineRule>();
  #lateRules: LateRule[] = [];
  /** By the point whose readings they look at. */
  #watches = new Map<PointId, Watch[]>();
  #tickWatches: Watch[] = [];
  #silenceRules: SilenceRule[] = [];
  #watched = new Map<string, ReadonlySet<PointId>>();
  #catalog: Catalog;
  #clock: EngineClock;
  #mustSweep = true;
  /** Only ticks make late windows due. */
  #mustLookForLate = true;
  readonly #time: ParkTime;
  #facts: RuleFacts;

  #alerts: AlertChange[] = [];
  #dirtyStates = new Map<string, RuleStateRow>();
  #dirtyHeard = new Map<PointId, HeardRow>();

  constructor(loaded: { clock: EngineClock; heard: readonly HeardRow[] }, catalog: Catalog, time: ParkTime) {
    this.#time = time;
    this.#facts = new RuleFacts(time);
    this.#heardUpMs = new Map(loaded.heard.map((row) => [row.pointId, row.heardUpMs]));
    this.#clock = loaded.clock;
    this.#catalog = catalog;
  }

  /**
   * The rules and what they need to know as they stand now, and the states that were kept: the registry drops those of a
   * rule that ended, so one that was switched off and on again begins anew. What no rule watches any more is cleared at the next tick.
   */
  setRules(rules: readonly EngineRule[], ruleStates: readonly RuleStateRow[], facts?: RuleFactRecords): void {
    this.#restore(ruleStates);
    this.#facts = new RuleFacts(this.#time, facts);
    const enabled = rules.filter((rule) => rule.enabled);
    for (const rule of rules) this.#knownRules.set(rule.id, rule);
    this.#watched = new Map(enabled.map((rule) => [rule.id, new Set(statePointsOf(rule))]));
    this.#silenceRules = enabled.filter((rule) => rule.kind === "silence");
    const byReadings = enabled.filter((rule) => rule.kind !== "silence");
    this.#lateRules = byReadings.filter(isLateRule);
    const watches = byReadings.flatMap((rule) => statePointsOf(rule).map((pointId) => ({ rule, pointId })));
    this.#watches = bySource(watches);
    this.#tickWatches = watches.filter(({ rule }) => needsTicks(rule));
    this.#mustSweep = true;
  }

  setCatalog(catalog: Catalog): void {
    this.#catalog = catalog;
    this.#mustSweep = true;
  }

  /** One stored reading, in journal order. */
  judge(reading: Reading): void {
    this.#hear(reading);
    const isLate = reading.receivedAt - reading.observedAt > lateMs;
    for (const watch of this.#watches.get(reading.pointId) ?? []) this.#judgeReading(watch, reading, isLate);
  }

  /**
   * Edge was up at `at`. Silence is counted on a clock that only ticks move, and anew from the tick with which edge started
   * or came back after a gap: the platform's own downtime, and the time that meters take to connect again, are nobody's silence.
   */
  tick(at: EpochMs, isStart = false): void {
    const { upMs, lastTickAt } = this.#clock;
    const sinceMs = lastTickAt === null ? 0 : Math.max(0, at - lastTickAt);
    this.#clock = { upMs: upMs + Math.min(sinceMs, maxTickGapMs), lastTickAt: at };
    if (isStart || sinceMs > maxTickGapMs) this.#countSilenceAnew();
    this.#mustLookForLate = true;
    if (this.#mustSweep) this.#dropUnwatched(at);
    for (const rule of this.#silenceRules) for (const pointId of rule.points) this.#judgeSilence(rule, pointId, at);
    for (const watch of this.#tickWatches) this.#judgeAtTick(watch, at);
  }

  /** The next point whose late windows can be judged again now, and the readings that takes; null = none. */
  nextLateWork(): LateWork | null {
    const at = this.#clock.lastTickAt;
    if (at === null || !this.#mustLookForLate) return null;
    for (const rule of this.#lateRules) {
      for (const pointId of rule.points) {
        const state = this.#stateOf(rule.id, pointId);
        if (state.lateWindows === undefined) continue;
        const point = this.#catalog.point(pointId);
        const range = point === undefined ? null : lateRange(rule, state, point, { at, time: this.#time });
        if (point !== undefined && range !== null) return { rule, point, range, lateWindows: state.lateWindows };
      }
    }
    this.#mustLookForLate = false;
    return null;
  }

  /** Raises what late readings show to be missing. Alerts: those known of this rule and point in the range. */
  judgeLate({ rule, point, range, lateWindows }: LateWork, series: Series, known: readonly KnownAlarm[]): void {
    const alerts = judgeLateWindows({ rule, point, range, lateWindows, series, known, facts: this.#facts });
    for (const { raised, cleared } of alerts) {
      this.#announce(rule, raised, true);
      if (cleared !== null) this.#announce(rule, cleared, true);
    }
    this.#setState(rule.id, point.id, withoutLateWindows(rule, this.#stateOf(rule.id, point.id), range, alerts));
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
    this.#countSilenceFromNow(pointId);
  }

  #countSilenceFromNow(pointId: PointId): void {
    const { upMs } = this.#clock;
    if (this.#heardUpMs.get(pointId) === upMs) return;
    this.#heardUpMs.set(pointId, upMs);
    this.#dirtyHeard.set(pointId, { pointId, heardUpMs: upMs });
  }

  /** Of all but the points whose silence has an alert: that goes on until they speak. */
  #countSilenceAnew(): void {
    const isOpen = (pointId: PointId): boolean =>
      this.#silenceRules.some(({ id }) => "raisedAt" in this.#stateOf(id, pointId).alert);
    for (const pointId of this.#heardUpMs.keys()) if (!isOpen(pointId)) this.#countSilenceFromNow(pointId);
  }

  #judgeReading({ rule, pointId }: Watch, reading: Reading, isLate: boolean): void {
    const point = this.#catalog.point(pointId);
    if (point === undefined) return;
    const before = this.#stateOf(rule.id, point.id);
    const step = { rule, point, state: before, facts: this.#facts };
    const stepped = stepRule(step, reading);
    const { transitions } = stepped;
    const state = stepped.state === before ? noteLateWindow(step, reading) : stepped.state;
    if (state !== before) this.#setState(rule.id, point.id, state);
    for (const transition of transitions) this.#announce(rule, transition, isLate);
  }

  #judgeAtTick({ rule, pointId }: Watch, at: EpochMs): void {
    const point = this.#catalog.point(pointId);
    if (point === undefined) return;
    const state = this.#stateOf(rule.id, pointId);
    const step = { rule, point, state, facts: this.#facts };
    const stepped = stepRuleAtTick(step, { at, upMs: this.#clock.upMs });
    if (stepped === null) return;
    this.#setState(rule.id, pointId, stepped.state);
    for (const transition of stepped.transitions) this.#announce(rule, transition, false);
  }

  /** A point that never spoke is not silent: it is not connected yet. */
  #judgeSilence(rule: SilenceRule, pointId: PointId, at: EpochMs): void {
    const [point, heardUpMs] = [this.#catalog.point(pointId), this.#heardUpMs.get(pointId)];
    if (point === undefined || heardUpMs === undefined) return;
    const before = this.#stateOf(rule.id, pointId);
    const silentMs = this.#clock.upMs - heardUpMs;
    // Nearly every point of the park at every tick.
    if (before.alert.phase === "normal" && silentMs < silentAfterS(rule, point) * 1000) return;
    const { state, transitions } = stepSilence(rule, point, before, { at, silentMs, facts: this.#facts });
    // Every tick would count as a change otherwise; only the phase matters for silence.
    if (state.alert !== before.alert) this.#setState(rule.id, pointId, state);
    for (const transition of transitions) this.#announce(rule, transition, false);
  }

  #dropUnwatched(at: EpochMs): void {
    this.#mustSweep = false;
    for (const [ruleId, states] of this.#states) {
      for (const [pointId, state] of states) {
        if (this.#watched.get(ruleId)?.has(pointId) && this.#catalog.point(pointId)) continue;
        const { warning: _warning, ...rest } = state;
        const isNormal = state.alert.phase === "normal" && phaseOf(state, "warning").phase === "normal";
        if (!isNormal) this.#setState(ruleId, pointId, { ...rest, alert: { phase: "normal" } });
        states.delete(pointId);
        for (const level of ["warning", "alarm"] as const) this.#endAlert({ ruleId, pointId, state }, level, at);
      }
      if (states.size === 0) this.#states.delete(ruleId);
    }
  }

  #endAlert({ ruleId, pointId, state }: RuleStateRow, level: AlertLevel, at: EpochMs): void {
    const phase = phaseOf(state, level);
    if (!("raisedAt" in phase)) return;
    const { raisedAt } = phase;
    const alertId = alertIdOf(ruleId, pointId, raisedAt, level);
    const change = {
      type: "cleared",
      level,
      alertId,
      ruleId,
      pointId,
      raisedAt,
      at,
      value: null,
      limit: null,
    } as const;
    this.#announce(this.#knownRules.get(ruleId), change, false);
  }

  #announce(rule: EngineRule | undefined, transition: AlertTransition, late: boolean): void {
    // A point deleted from the registry has no owner any more; its alert still keeps the one it was raised with.
    const enterpriseId = this.#catalog.point(transition.pointId)?.enterpriseId ?? ("" as EnterpriseId);
    const severity = severityOf(rule?.severity ?? "P4", transition.level ?? "alarm");
    this.#alerts.push({ transition, enterpriseId, severity, late, recalculated: false });
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

function bySource(watches: readonly Watch[]): Map<PointId, Watch[]> {
  const groups = new Map<PointId, Watch[]>();
  for (const watch of watches)
    for (const pointId of sourcesOf(watch.rule, watch.pointId)) {
      const group = groups.get(pointId);
      if (group) group.push(watch);
      else groups.set(pointId, [watch]);
    }
  return groups;
}
