import {
  days,
  initialRuleState,
  systemPrincipal,
  type HistoryRule,
  type Point,
  type PointId,
  type RuleStateRow,
} from "@smart-park/core";
import { expectedReadings } from "./backtest.ts";
import type { ApiContext } from "./context.ts";
import { judgeHistory } from "./rule-history.ts";

/** Enough for the workdays and for three weekends. */
const learnMs = days(35);
/** What a request waits for, by the points' intervals; more is learnt after its answer. */
const maxWaitedReadings = 2_000_000;

type LearnerDeps = Pick<ApiContext, "registry" | "store" | "time" | "clock" | "logger">;
type RuleAndPoint = ReturnType<LearnerDeps["registry"]["unlearntPoints"]>[number];
interface Lesson {
  readonly rule: HistoryRule;
  readonly point: Point;
}
const keyOf = ({ ruleId, pointId }: RuleAndPoint): string => `${ruleId} ${pointId}`;

/**
 * Gives rules that learn (kind history) what they would know had they stood for five weeks, by the steps that go on from
 * there: a new rule before its request is answered, a point that comes later as soon as it is covered, and again
 * what is imported. A process that ends before is made up for at the next start.
 */
export class UsualLearner {
  readonly #deps: LearnerDeps;
  /** Without stored history once; only an import brings some. */
  readonly #tried = new Set<string>();
  readonly #waiting = new Map<string, RuleAndPoint>();
  readonly #unfollow: () => void;
  #running: Promise<void> | null = null;
  #isStopped = false;

  constructor(deps: LearnerDeps) {
    this.#deps = deps;
    this.#unfollow = deps.registry.onChange(() => this.#learnNew());
    this.#learnNew();
  }

  /** Resolves when the rule knows what can be known of its points, or when that would take too long to wait for. */
  async learnRule(ruleId: string): Promise<void> {
    const unlearnt = this.#deps.registry.unlearntPoints().filter((one) => one.ruleId === ruleId);
    const { lessons, range } = this.#lessonsOf(unlearnt);
    if (expectedReadings(points(lessons), range) > maxWaitedReadings) this.#queue(unlearnt);
    else for (const lesson of lessons) await this.#learn(lesson, range);
  }

  /** History of these points has just come into the store. */
  learnAgain(imported: { readonly points: readonly PointId[]; readonly until: number }): void {
    if (imported.until < this.#deps.clock.now() - learnMs) return;
    const among = new Set(imported.points);
    const rules = this.#historyRules();
    this.#queue(
      rules.flatMap(({ id: ruleId, points }) =>
        points.filter((id) => among.has(id)).map((pointId) => ({ ruleId, pointId })),
      ),
    );
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unfollow();
    await this.#running;
  }

  #learnNew(): void {
    const unlearnt = this.#deps.registry.unlearntPoints();
    const keys = new Set(unlearnt.map(keyOf));
    // What was learnt, or left, is tried anew when it comes again without.
    for (const key of this.#tried) if (!keys.has(key)) this.#tried.delete(key);
    this.#queue(unlearnt.filter((one) => !this.#tried.has(keyOf(one))));
  }

  #queue(more: readonly RuleAndPoint[]): void {
    for (const one of more) {
      this.#tried.add(keyOf(one));
      this.#waiting.set(keyOf(one), one);
    }
    if (this.#waiting.size > 0) this.#running ??= this.#work().finally(() => (this.#running = null));
  }

  /** One point after the other, as the rules stand by then. */
  async #work(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#isStopped) return;
      this.#waiting.delete(next[0]);
      try {
        const { lessons, range } = this.#lessonsOf([next[1]]);
        for (const lesson of lessons) await this.#learn(lesson, range);
      } catch (error) {
        this.#tried.delete(next[0]);
        this.#deps.logger.warn({ error, ...next[1] }, "a rule could not learn from stored history");
      }
    }
  }

  #historyRules(): HistoryRule[] {
    const rules = this.#deps.registry.rules(systemPrincipal);
    return rules.flatMap(({ rule }) => (rule.kind === "history" && rule.enabled ? rule : []));
  }

  #lessonsOf(pairs: readonly RuleAndPoint[]) {
    const to = this.#deps.clock.now();
    const catalog = this.#deps.registry.current();
    const rules = pairs.length === 0 ? [] : this.#historyRules();
    const lessons = pairs.flatMap(({ ruleId, pointId }): Lesson[] => {
      const [rule, point] = [rules.find(({ id }) => id === ruleId), catalog.point(pointId)];
      return rule === undefined || point === undefined ? [] : [{ rule, point }];
    });
    return { lessons, range: { from: to - learnMs, to } };
  }

  async #learn({ rule, point }: Lesson, range: { from: number; to: number }): Promise<void> {
    const { state } = await judgeHistory({ rule, point, range }, this.#deps);
    if (state.learnt === undefined) return;
    // It learnt from the past; what that would have raised is not news.
    const row: RuleStateRow = {
      ruleId: rule.id,
      pointId: point.id,
      state: { ...state, alert: initialRuleState.alert },
    };
    this.#deps.registry.keepLearnt([row]);
  }
}

const points = (lessons: readonly Lesson[]): Point[] => lessons.map(({ point }) => point);
