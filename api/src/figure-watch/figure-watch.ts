import { setImmediate as nextTurn } from "node:timers/promises";
import {
  days,
  hours,
  lateAlerts,
  minutes,
  severityOf,
  stepFigures,
  stepFiguresAgain,
  type AlertChange,
  type AlertTransition,
  type EnterpriseId,
  type EpochMs,
  type FigureFinding,
  type FigureRule,
  type FigureRuleStand,
} from "@smart-park/core";
import type { ApiContext } from "../context.ts";
import type { FigureJudge } from "./figure-judge.ts";
import { lookBack, periodEnds } from "./periods.ts";

type JudgedStand = Pick<FigureRuleStand, "rule" | "states"> & { readonly judgedTo: EpochMs };
type WatchDeps = Pick<ApiContext, "registry" | "time" | "clock" | "feed" | "logger"> & { readonly judge: FigureJudge };

/** After the end of a period readings of it are still on their way. */
const graceMs = minutes(5);
/** What was missed while the platform was down is made up this far back. */
const maxMissedMs = days(35);
const againMs = hours(1);

/**
 * Judges rules on figures: each period once it has ended, in order, and those that were missed while nobody judged; and
 * the newest ones again each hour, for readings that came late. What a judgement changes is one transaction, and alerts
 * are named after rule, subject and period: killed anywhere, the next run comes to the same alerts.
 */
export class FigureWatch {
  readonly #deps: WatchDeps;
  /** By rule when its judged periods were looked at again, on a clock that never jumps. */
  readonly #lookedAgain = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(deps: WatchDeps, everyMs: number) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.run(), everyMs);
    this.#timer.unref();
  }

  /** Judges what is due now; with `again` what was judged before too. One run after the other. */
  run(options: { again?: boolean } = {}): Promise<void> {
    this.#running = this.#running.then(() => this.#run(options.again ?? false));
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(again: boolean): Promise<void> {
    for (const stand of this.#stands()) {
      if (this.#isStopped) return;
      try {
        await this.#judge(stand, again);
      } catch (error) {
        // A figure that cannot be worked out now holds up no other rule; the next run comes to it again.
        this.#deps.logger.warn({ error, rule: stand.rule.id }, "a rule on figures could not be judged");
      }
    }
  }

  #stands(): readonly FigureRuleStand[] {
    try {
      return this.#deps.registry.figureRules();
    } catch (error) {
      this.#deps.logger.warn({ error }, "the rules on figures could not be read");
      return [];
    }
  }

  async #judge(stand: FigureRuleStand, again: boolean): Promise<void> {
    const { time, clock } = this.#deps;
    const { rule, judged } = stand;
    const due = clock.now() - graceMs;
    const ends = periodEnds(rule, time, { from: due - maxMissedMs, to: due });
    const fresh = judged === null ? ends.slice(-1) : ends.filter((end) => end > judged.to);
    let { states } = stand;
    for (const end of fresh) {
      if (this.#isStopped) return;
      states = await this.#judgePeriod({ rule, states }, end);
    }
    if (judged !== null && this.#isToLookAgain(rule, again)) {
      const known = ends.filter((end) => end >= judged.from && end <= judged.to);
      await this.#judgeAgain({ rule, judgedTo: fresh.at(-1) ?? judged.to, states }, known);
    }
  }

  #isToLookAgain({ id }: FigureRule, again: boolean): boolean {
    const before = this.#lookedAgain.get(id) ?? -Infinity;
    if (!again && performance.now() - before < againMs) return false;
    this.#lookedAgain.set(id, performance.now());
    return true;
  }

  async #judgePeriod(
    { rule, states: before }: Pick<FigureRuleStand, "rule" | "states">,
    at: EpochMs,
  ): Promise<FigureRuleStand["states"]> {
    const findings = await this.#deps.judge.findings(rule, at);
    const { states, steps, ended } = stepFigures(rule, before, findings, at);
    const alerts = [
      ...steps.flatMap(({ finding, transitions }) => toChanges(rule, finding, transitions, false)),
      ...ended.map((transition) => toChange(rule, transition, false)),
    ];
    this.#keep({ ruleId: rule.id, judgedTo: at, states, alerts });
    await nextTurn();
    return states;
  }

  /** Ends that were judged, oldest first; only what is over its limit now and was not then makes an alert. */
  async #judgeAgain({ rule, judgedTo, states: before }: JudgedStand, judged: readonly EpochMs[]): Promise<void> {
    let states = before;
    const alerts: AlertChange[] = [];
    for (const at of judged.slice(-lookBack(rule))) {
      if (this.#isStopped) return;
      const findings = await this.#deps.judge.findings(rule, at);
      if (at < judgedTo) {
        const until = judged.find((end) => end > at) ?? judgedTo;
        for (const finding of findings)
          alerts.push(...toChanges(rule, finding, lateAlerts(rule, finding, at, until), true));
      } else {
        const stepped = stepFiguresAgain(rule, states, findings, at);
        states = stepped.states;
        for (const { finding, transitions } of stepped.steps)
          alerts.push(...toChanges(rule, finding, transitions, true));
      }
      await nextTurn();
    }
    this.#keep({ ruleId: rule.id, judgedTo, states, alerts });
  }

  #keep(judgement: Parameters<WatchDeps["registry"]["keepFigureJudgement"]>[0]): void {
    const { registry, feed } = this.#deps;
    for (const id of registry.keepFigureJudgement(judgement)) feed.publishAlert(id);
  }
}

const toChanges = (
  rule: FigureRule,
  { subject, enterpriseId, unit }: FigureFinding,
  transitions: readonly AlertTransition[],
  late: boolean,
): AlertChange[] =>
  transitions.map((transition) => ({ ...toChange(rule, transition, late), subject, unit, enterpriseId }));

function toChange(rule: FigureRule, transition: AlertTransition, late: boolean): AlertChange {
  const severity = severityOf(rule.severity, transition.level ?? "alarm");
  const noOwner = "" as EnterpriseId; // the alert keeps the one that it was raised with
  return { transition, enterpriseId: noOwner, severity, late, recalculated: false };
}
