import { severities, type Severity } from "./alert-rule.ts";
import { groupBy } from "../group-by.ts";
import { hours, minutes, type EpochMs } from "../time.ts";

/** What a list of alerts is put together by. */
export interface ListedAlert {
  readonly id: string;
  readonly ruleId: string;
  /** The point, or what else it is about. */
  readonly object: string;
  readonly enterpriseId: string;
  /** What its readings came by; null = not known, or nothing that came by one. */
  readonly gatewayId: string | null;
  readonly severity: Severity;
  readonly isStanding: boolean;
  /** Somebody looks after it, or it is closed. */
  readonly isSettled: boolean;
  /** Worked out from history: no news. */
  readonly isRecalculated: boolean;
  readonly raisedAt: EpochMs;
}

/**
 * Alerts of one rule about one object that belong together: repeats, each raised within 8 h of the one before, and the
 * warning beside the alarm.
 */
export interface AlertFold<T extends ListedAlert> {
  /** The most severe; of several that which stands, waits for somebody, is the newest. */
  readonly lead: T;
  /** In the same order. */
  readonly others: readonly T[];
  /** When the newest of them was raised. */
  readonly raisedAt: EpochMs;
}

export const stormCauses = ["gateway", "enterprise", "rule"] as const;
export interface AlertStorm<T extends ListedAlert> {
  readonly cause: { readonly kind: (typeof stormCauses)[number]; readonly id: string };
  /** Most urgent first. */
  readonly folds: readonly AlertFold<T>[];
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A row of the list. */
export type AlertGroup<T extends ListedAlert> =
  { readonly kind: "fold"; readonly fold: AlertFold<T> } | { readonly kind: "storm"; readonly storm: AlertStorm<T> };

const repeatMs = hours(8);
/** More new rows than this within the time, of one cause, are a storm. */
export const stormPolicy = { moreThan: 10, withinMs: minutes(10) } as const;

/** Every alert in exactly one group; history last, then by severity, what waits for somebody, the newest. */
export function groupAlerts<T extends ListedAlert>(alerts: readonly T[]): AlertGroup<T>[] {
  const folds = foldAlerts(alerts);
  const storms = findStorms(folds);
  const inStorm = new Set(storms.flatMap((storm) => storm.folds));
  const groups: AlertGroup<T>[] = [
    ...storms.map((storm) => ({ kind: "storm" as const, storm })),
    ...folds.filter((fold) => !inStorm.has(fold)).map((fold) => ({ kind: "fold" as const, fold })),
  ];
  return inOrder(groups, (group) => urgencyOf(group.kind === "fold" ? [group.fold] : group.storm.folds));
}

/** The alerts of a group, most urgent first. */
export const alertsOf = <T extends ListedAlert>(group: AlertGroup<T>): T[] =>
  (group.kind === "fold" ? [group.fold] : group.storm.folds).flatMap(({ lead, others }) => [lead, ...others]);

export function foldAlerts<T extends ListedAlert>(alerts: readonly T[]): AlertFold<T>[] {
  const folds: AlertFold<T>[] = [];
  const same = groupBy(alerts, ({ ruleId, object, isRecalculated }) =>
    JSON.stringify([ruleId, object, isRecalculated]),
  );
  for (const [, own] of same) for (const chain of chains(own)) folds.push(foldOf(chain));
  return inOrder(folds, (fold) => urgencyOf([fold]));
}

/** Runs of alerts, each raised within 8 h of the one before. */
function chains<T extends ListedAlert>(alerts: readonly T[]): T[][] {
  const found: T[][] = [];
  for (const alert of [...alerts].sort((a, b) => a.raisedAt - b.raisedAt)) {
    const chain = found.at(-1);
    if (chain && alert.raisedAt - (chain.at(-1)?.raisedAt ?? 0) <= repeatMs) chain.push(alert);
    else found.push([alert]);
  }
  return found;
}

function foldOf<T extends ListedAlert>(chain: readonly T[]): AlertFold<T> {
  const [lead, ...others] = [...chain].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      Number(b.isStanding) - Number(a.isStanding) ||
      Number(a.isSettled) - Number(b.isSettled) ||
      b.raisedAt - a.raisedAt ||
      byId(a, b),
  );
  if (lead === undefined) throw new RangeError("a fold holds an alert");
  return { lead, others, raisedAt: Math.max(...chain.map(({ raisedAt }) => raisedAt)) };
}

/** What is urgent stays in sight by itself, unless it comes in such numbers. */
const isUrgent = ({ lead }: AlertFold<ListedAlert>): boolean => lead.severity === "P1";

/** The cause that explains most rows first; of several that do, the nearest. */
function findStorms<T extends ListedAlert>(folds: readonly AlertFold<T>[]): AlertStorm<T>[] {
  const storms: AlertStorm<T>[] = [];
  for (const isOfP1 of [true, false]) {
    let left = folds.filter((fold) => !fold.lead.isRecalculated && isUrgent(fold) === isOfP1);
    for (;;) {
      const storm = largestStorm(left);
      if (storm === null) break;
      storms.push(storm);
      const gone = new Set(storm.folds);
      left = left.filter((fold) => !gone.has(fold));
    }
  }
  return storms;
}

function largestStorm<T extends ListedAlert>(folds: readonly AlertFold<T>[]): AlertStorm<T> | null {
  if (folds.length <= stormPolicy.moreThan) return null;
  let largest: AlertStorm<T> | null = null;
  for (const kind of stormCauses) {
    for (const [id, own] of groupBy(folds, ({ lead }) => causeOf(lead, kind))) {
      const burst = id === null ? [] : largestBurst(own);
      if (id === null || burst.length <= (largest?.folds.length ?? stormPolicy.moreThan)) continue;
      const raised = burst.map(({ raisedAt }) => raisedAt);
      const times = { from: Math.min(...raised), to: Math.max(...raised) };
      largest = { cause: { kind, id }, folds: inOrder(burst, (fold) => urgencyOf([fold])), ...times };
    }
  }
  return largest;
}

function causeOf({ gatewayId, enterpriseId, ruleId }: ListedAlert, kind: (typeof stormCauses)[number]): string | null {
  if (kind === "gateway") return gatewayId;
  if (kind === "rule") return ruleId;
  return enterpriseId === "" ? null : enterpriseId; // the park itself explains nothing
}

/** The largest run of rows in which each belongs to a stretch that is dense enough; empty when there is none. */
function largestBurst<T extends ListedAlert>(folds: readonly AlertFold<T>[]): readonly AlertFold<T>[] {
  const { moreThan, withinMs } = stormPolicy;
  const byTime = [...folds].sort((a, b) => a.raisedAt - b.raisedAt);
  let [largest, run]: [readonly AlertFold<T>[], AlertFold<T>[]] = [[], []];
  let [end, taken] = [0, 0];
  for (let start = 0; start < byTime.length; start++) {
    while (end < byTime.length && (byTime[end]?.raisedAt ?? 0) - (byTime[start]?.raisedAt ?? 0) <= withinMs) end++;
    if (end - start <= moreThan) continue;
    if (start >= taken) run = [];
    run.push(...byTime.slice(Math.max(start, taken), end));
    taken = end;
    if (run.length > largest.length) largest = run;
  }
  return largest;
}

const rankOf = ({ severity }: ListedAlert): number => severities.indexOf(severity);
const byId = (a: ListedAlert, b: ListedAlert): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

interface Urgency {
  readonly isHistory: boolean;
  readonly rank: number;
  readonly isSettled: boolean;
  readonly raisedAt: EpochMs;
  readonly id: string;
}

function urgencyOf(folds: readonly AlertFold<ListedAlert>[]): Urgency {
  const alerts = folds.flatMap(({ lead, others }) => [lead, ...others]);
  return {
    isHistory: alerts.every(({ isRecalculated }) => isRecalculated),
    rank: Math.min(...alerts.map(rankOf)),
    isSettled: alerts.every(({ isSettled }) => isSettled),
    raisedAt: Math.max(...alerts.map(({ raisedAt }) => raisedAt)),
    id: folds[0]?.lead.id ?? "",
  };
}

/** Each thing's numbers once, not in every comparison: hundreds are sorted whenever one more comes. */
function inOrder<G>(groups: readonly G[], of: (group: G) => Urgency): G[] {
  return groups
    .map((group) => ({ group, ...of(group) }))
    .sort(
      (a, b) =>
        Number(a.isHistory) - Number(b.isHistory) ||
        a.rank - b.rank ||
        Number(a.isSettled) - Number(b.isSettled) ||
        b.raisedAt - a.raisedAt ||
        (a.id < b.id ? -1 : 1),
    )
    .map(({ group }) => group);
}
