import type {
  AlertRuleBody,
  BacktestBody,
  QuotaBody,
  RunningThresholdsBody,
  maintenanceWindowBody,
} from "@smart-park/core/wire";
import type { z } from "zod";
import { queryOptions } from "@tanstack/react-query";
import { getJson, postJson } from "../../lib/api-client.ts";
import { listQuery } from "../../lib/queries.ts";
import { toRequest, type RuleDraft, type RuleTemplate } from "./rule-draft.ts";

export const rulesQuery = () => ({
  ...listQuery<AlertRuleBody>("rules", "/alert-rules", { limit: "500" }),
  staleTime: 10_000,
});

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", "one", id],
    queryFn: ({ signal }) => getJson<AlertRuleBody>(`/alert-rules/${encodeURIComponent(id)}`, {}, signal),
    staleTime: 10_000,
  });

export const templatesQuery = () => listQuery<RuleTemplate>("rule-templates", "/alert-rules/templates");
export const quotasQuery = () => listQuery<QuotaBody>("inputs", "/quotas");

interface Range {
  readonly from: number;
  readonly to: number;
}
const toIso = ({ from, to }: Range) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });

/** What the rule would have raised over a range; nothing is kept. */
export const backtest = (draft: RuleDraft, range: Range, signal: AbortSignal): Promise<BacktestBody> =>
  postJson<BacktestBody>("/alert-rules/backtest", { rule: toRequest(draft), ...toIso(range) }, signal);

/** Above which value each point runs, as its stored values part. */
export const proposeThresholds = (points: readonly string[], range: Range): Promise<RunningThresholdsBody> =>
  postJson<RunningThresholdsBody>("/alert-rules/running-threshold", { points, ...toIso(range) });

export type WindowBody = z.infer<typeof maintenanceWindowBody>;

/** Maintenance windows and standstills, newest begin first. */
export const windowsQuery = () => ({
  ...listQuery<WindowBody>("windows", "/maintenance-windows", { limit: "500" }),
  staleTime: 10_000,
});
