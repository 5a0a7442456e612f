import {
  subjectKey,
  systemPrincipal,
  type AlertSubject,
  type BalanceResidualRule,
  type EnterpriseId,
  type EpochMs,
  type FigureFinding,
  type FigureRule,
  type NightFlowRule,
  type QuotaPaceRule,
} from "@smart-park/core";
import type { BalanceBody, QuotaProgressBody } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { readBalance } from "../figures/balance.ts";
import { hasNights, judgeNights } from "../figures/leaks.ts";
import { readQuotas } from "../figures/quotas.ts";
import { plainNumber } from "../plain-numbers.ts";
import { Turns } from "../turns.ts";
import { periodOf } from "./periods.ts";

export type JudgeContext = Pick<ApiContext, "registry" | "store" | "rollups" | "time" | "clock" | "nightFlows">;

/**
 * How the figures of a rule stand at the end of a period: the very figures that the routes answer with, asked by the
 * platform itself. One question at a time, whoever asks, so that pages come in between.
 */
export class FigureJudge {
  readonly #context: JudgeContext;
  readonly #turns = new Turns(1);

  constructor(context: JudgeContext) {
    this.#context = context;
  }

  /** Every subject that there is at that time, those of which nothing is known too. */
  async findings(rule: FigureRule, at: EpochMs): Promise<FigureFinding[]> {
    return (await this.#judge(rule, at)).map(asAnswered);
  }

  #judge(rule: FigureRule, at: EpochMs): Promise<FigureFinding[]> {
    switch (rule.kind) {
      case "quotaPace":
        return this.#turns.take(() => quotaFindings(this.#context, rule, at));
      case "balanceResidual":
        return this.#turns.take(() => balanceFindings(this.#context, rule, at));
      case "nightFlow":
        return this.#nightFindings(rule, at);
    }
  }

  /** A turn for each meter: thirteen weeks of nights are work. */
  async #nightFindings(rule: NightFlowRule, at: EpochMs): Promise<FigureFinding[]> {
    const { registry } = this.#context;
    const targets = registry.watchTargets(systemPrincipal);
    const named = new Set<string>(rule.points);
    const meters = [...registry.current().meters()].filter(
      (meter) => hasNights(meter) && (named.size === 0 || meter.points.some(({ id }) => named.has(id))),
    );
    const findings: FigureFinding[] = [];
    for (const meter of meters) {
      const { point, found } = await this.#turns.take(() =>
        judgeNights(this.#context, meter, targets, { now: at, maxAgeMs: 0 }),
      );
      // Named by its register or by its flow: the alert is the point's that told.
      if (point === null || found === null) continue;
      const limit = found.baseline === null ? null : found.baseline + (found.threshold ?? 0);
      const alarm = { level: "alarm", breached: found.state === "alarm", value: found.minFlow, limit } as const;
      const key =
        named.size === 0 || named.has(point.id)
          ? point.id
          : (meter.points.find(({ id }) => named.has(id))?.id ?? point.id);
      const levels = found.state === "unknown" ? null : [alarm];
      findings.push({ key, subject: null, enterpriseId: meter.enterpriseId, unit: "m³/h", levels });
    }
    return findings;
  }
}

/** With the numbers that a page shows beside the alert. */
const asAnswered = ({ levels, ...finding }: FigureFinding): FigureFinding => ({
  ...finding,
  levels:
    levels?.map((level) => ({ ...level, value: plainOrNull(level.value), limit: plainOrNull(level.limit) })) ?? null,
});

const plainOrNull = (value: number | null): number | null => (value === null ? null : plainNumber(value));

async function quotaFindings(context: JudgeContext, rule: QuotaPaceRule, at: EpochMs): Promise<FigureFinding[]> {
  const { items } = await readQuotas(context, systemPrincipal, at);
  const named = rule.quotas === null ? items : items.filter(({ id }) => rule.quotas?.includes(id));
  // A quota whose time is over has nothing more to end at.
  const running = named.filter(({ to }) => context.time.startOfLocalDay(to) >= at);
  return running.map((item) => {
    const subject: AlertSubject = { kind: "quota", id: item.id, name: item.medium };
    const enterpriseId = (item.enterpriseId ?? "") as EnterpriseId; // an id of the registry
    return { key: subjectKey(subject), subject, enterpriseId, unit: item.unit, levels: quotaLevels(rule, item) };
  });
}

function quotaLevels(rule: QuotaPaceRule, item: QuotaProgressBody["items"][number]): FigureFinding["levels"] {
  const ends = [item.used.value, item.projectedByPace, item.projectedByProfile].filter((value) => value !== null);
  if (item.reason !== null || ends.length === 0) return null;
  const value = Math.max(...ends);
  const level = (name: "warning" | "alarm", share: number) => {
    const limit = share * item.limit;
    return { level: name, breached: value > limit, value, limit };
  };
  return [level("warning", rule.warnShare), level("alarm", rule.alarmShare)];
}

async function balanceFindings(
  context: JudgeContext,
  rule: BalanceResidualRule,
  at: EpochMs,
): Promise<FigureFinding[]> {
  const catalog = context.registry.current();
  const range = periodOf(rule, context.time, at);
  const { nodes, unit } = await readBalance(context, systemPrincipal, { kind: rule.medium, ...range });
  const balanced = nodes.filter(({ state, id }) => state !== "none" && (rule.places?.includes(id) ?? true));
  return balanced.map((node) => {
    const kind = node.level === "meter" ? "meter" : "place";
    const subject: AlertSubject = { kind, id: node.id, name: node.name };
    const owner = kind === "meter" ? catalog.meter(node.id)?.enterpriseId : enterpriseIn(node.id);
    return {
      key: subjectKey(subject),
      subject,
      enterpriseId: owner ?? ("" as EnterpriseId),
      unit,
      levels: balanceLevels(rule, node),
    };
  });
}

/** The enterprise that the way of a place leads through. */
const enterpriseIn = (way: string): EnterpriseId | undefined =>
  way.split("/").flatMap((step) => (step.startsWith("enterprise:") ? (step.slice(11) as EnterpriseId) : []))[0]; // as `hierarchyOf` names it

function balanceLevels(rule: BalanceResidualRule, node: BalanceBody["nodes"][number]): FigureFinding["levels"] {
  const { state, residual, residualShare, total } = node;
  if (state !== "shown" || residual === null || residualShare === null) return null;
  const limit = Math.max(rule.aboveShare * Math.abs(total.value ?? 0), rule.aboveAmount);
  return [
    { level: "warning", breached: residual < -limit, value: residual, limit: -limit },
    { level: "alarm", breached: residual > limit, value: residual, limit },
  ];
}
