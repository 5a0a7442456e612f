import {
  ParkError,
  severityOf,
  type AlertRule,
  type AlertTransition,
  type ParkTime,
  type Point,
  type ReadingRule,
  type TimeRange,
} from "@smart-park/core";
import type { BacktestBody } from "@smart-park/core/wire";
import type { ApiContext } from "./context.ts";
import { judgeHistory } from "./rule-history.ts";

/** More readings than this by the points' intervals are refused: the answer would take minutes. */
const maxReadings = 5_000_000;
const maxListed = 1000;
type BacktestContext = Pick<ApiContext, "registry" | "store" | "time">;
type Raised = AlertTransition & { readonly clearedAt: number | null };

/** What a rule would have raised over stored history; keeps nothing. */
export async function backtest(
  context: BacktestContext,
  { rule, range }: { rule: AlertRule; range: TimeRange },
): Promise<BacktestBody> {
  if (rule.kind === "silence")
    throw new ParkError(
      "unprocessable",
      "silence cannot be tried on history: it counts only while the platform was up",
    );
  const catalog = context.registry.current();
  const points = rule.points.flatMap((id) => catalog.point(id) ?? []);
  requireBounded(points, range);
  const raised: Raised[] = [];
  let readings = 0;
  for (const point of points) {
    const judged = await judgeHistory({ rule, point, range }, context);
    readings += judged.readings;
    raised.push(...toRaised(judged.transitions));
  }
  return toBody(rule, { raised, readings }, context.time);
}

function requireBounded(points: readonly Point[], { from, to }: TimeRange): void {
  const expected = points.reduce((sum, point) => sum + (to - from) / (point.intervalS * 1000), 0);
  if (expected > maxReadings)
    throw new ParkError(
      "unprocessable",
      `about ${Math.round(expected)} readings; at most ${maxReadings} at once: take fewer points or a shorter range`,
    );
}

function toRaised(transitions: readonly AlertTransition[]): Raised[] {
  const ends = new Map(transitions.filter(({ type }) => type === "cleared").map(({ alertId, at }) => [alertId, at]));
  return transitions
    .filter(({ type }) => type === "raised")
    .map((transition) => ({ ...transition, clearedAt: ends.get(transition.alertId) ?? null }));
}

function toBody(
  rule: ReadingRule,
  { raised, readings }: { raised: readonly Raised[]; readings: number },
  time: ParkTime,
): BacktestBody {
  const inOrder = raised.toSorted((a, b) => a.raisedAt - b.raisedAt);
  const days = new Map<string, { day: string; alarms: number; warnings: number }>();
  for (const { raisedAt, level } of inOrder) {
    const day = time.dayOf(raisedAt);
    const counts = days.get(day) ?? { day, alarms: 0, warnings: 0 };
    counts[level === "warning" ? "warnings" : "alarms"] += 1;
    days.set(day, counts);
  }
  const warnings = inOrder.filter(({ level }) => level === "warning").length;
  return {
    readings,
    alarms: inOrder.length - warnings,
    warnings,
    days: [...days.values()],
    alerts: inOrder.slice(0, maxListed).map(({ pointId, level = "alarm", raisedAt, clearedAt, value, limit }) => ({
      point: pointId,
      level,
      severity: severityOf(rule.severity, level),
      value,
      limit,
      raisedAt: time.toIso(raisedAt),
      clearedAt: clearedAt === null ? null : time.toIso(clearedAt),
    })),
  };
}
