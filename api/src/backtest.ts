import {
  isCovered,
  isFigureRule,
  ParkError,
  severityOf,
  stepFigures,
  sourcesOf,
  unsuitable,
  statePointsOf,
  type AlertRule,
  type AlertTransition,
  type Catalog,
  type FigureRule,
  type ParkTime,
  type Point,
  type PointId,
  type RuleState,
  type TimeRange,
} from "@smart-park/core";
import type { BacktestBody } from "@smart-park/core/wire";
import type { ApiContext } from "./context.ts";
import { periodEnds } from "./figure-watch/periods.ts";
import { judgeHistory } from "./rule-history.ts";

/** More readings than this by the points' intervals are refused: the answer would take minutes. */
const maxReadings = 5_000_000;
const maxListed = 1000;
type BacktestContext = Pick<ApiContext, "registry" | "store" | "time" | "figureJudge">;
type Raised = AlertTransition & { readonly clearedAt: number | null };

/** Figures at the ends of so many periods; each may be the work of a second. */
const maxPeriods = 100;

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
  if (isFigureRule(rule)) return backtestFigures(context, { rule, range });
  const catalog = context.registry.current();
  const known = (ids: readonly PointId[]): Point[] => ids.flatMap((id) => catalog.point(id) ?? []);
  const points = rule.covers
    ? [...catalog.points()].filter((point) => covers(rule, point, catalog))
    : known(statePointsOf(rule));
  requireBounded(known(points.flatMap(({ id }) => sourcesOf(rule, id))), range);
  const raised: Raised[] = [];
  let readings = 0;
  for (const point of points) {
    const judged = await judgeHistory({ rule, point, range }, context);
    readings += judged.readings;
    raised.push(...toRaised(judged.transitions));
  }
  return toBody(rule, { raised, readings }, context.time);
}

/** How many readings the points should have by their intervals. */
export const expectedReadings = (points: readonly Point[], { from, to }: TimeRange): number =>
  points.reduce((sum, point) => sum + (to - from) / (point.intervalS * 1000), 0);

/** The same judgement of each period that the rule would have had, in order. What came late counts as if it had come in time. */
async function backtestFigures(
  { time, figureJudge }: BacktestContext,
  { rule, range }: { rule: FigureRule; range: TimeRange },
): Promise<BacktestBody> {
  const ends = periodEnds(rule, time, range);
  if (ends.length > maxPeriods)
    throw new ParkError("unprocessable", `${ends.length} periods; at most ${maxPeriods} at once: take a shorter range`);
  let states: ReadonlyMap<PointId, RuleState> = new Map();
  const transitions: AlertTransition[] = [];
  let readings = 0;
  for (const end of ends) {
    const findings = await figureJudge.findings(rule, end);
    const stepped = stepFigures(rule, states, findings, end);
    states = stepped.states;
    readings += findings.filter(({ levels }) => levels !== null).length;
    transitions.push(...stepped.steps.flatMap((step) => step.transitions), ...stepped.ended);
  }
  return toBody(rule, { raised: toRaised(transitions), readings }, time);
}

function covers({ kind, covers: cover }: AlertRule, point: Point, catalog: Catalog): boolean {
  const meterKind = catalog.meter(point.meterId)?.kind;
  if (meterKind === undefined || !cover) return false;
  return isCovered(cover, point, meterKind) && unsuitable(kind, point) === null;
}

function requireBounded(points: readonly Point[], range: TimeRange): void {
  const expected = expectedReadings(points, range);
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
  rule: AlertRule,
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
