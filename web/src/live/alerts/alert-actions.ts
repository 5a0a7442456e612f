import type { AlertBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { postJson } from "../../lib/api-client.ts";
import { usePark } from "../../lib/park.ts";
import type { AlertsParams } from "../../lib/queries.ts";
import { useErrorText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { isListed, type AlertList } from "./take-alerts.ts";

export type AlertAction =
  | { readonly action: "acknowledge"; readonly body: { readonly note: string } }
  | { readonly action: "comment"; readonly body: { readonly note: string } }
  | { readonly action: "assign"; readonly body: { readonly assignee: string | null } }
  | { readonly action: "shelve"; readonly body: { readonly until: string; readonly reason: string } }
  | { readonly action: "close"; readonly body: { readonly code: CloseCode; readonly note: string } };

export const closeCodes = ["real", "false", "device", "planned", "other"] as const;
export type CloseCode = (typeof closeCodes)[number];

type Saved = readonly (readonly [QueryKey, unknown])[];

/** The alert as it will be once the server has agreed. */
function foresee(alert: AlertBody, { action, body }: AlertAction, by: string, at: string): AlertBody {
  switch (action) {
    case "acknowledge":
      return { ...alert, acknowledged: { by, at, note: body.note } };
    case "assign":
      return { ...alert, assignee: body.assignee };
    case "shelve":
      return { ...alert, shelvedUntil: body.until };
    case "close":
      return { ...alert, state: "closed" };
    case "comment":
      return alert;
  }
}

/** Shows the outcome at once in every list; gives back what to restore if the server refuses. */
function applyAtOnce(client: QueryClient, id: string, change: (alert: AlertBody) => AlertBody): Saved {
  const saved: Saved = client.getQueriesData({ queryKey: ["alerts"] });
  for (const [key] of client.getQueriesData<AlertList>({ queryKey: ["alerts", "list"] })) {
    const params = key[2] as AlertsParams | undefined; // the key alertsQuery makes
    client.setQueryData<AlertList>(key, (list) => {
      if (!list) return list;
      const items = list.items.map((alert) => (alert.id === id ? change(alert) : alert));
      return { ...list, items: items.filter((alert) => alert.id !== id || isListed(alert, params, Date.now())) };
    });
  }
  client.setQueryData<AlertBody>(["alerts", "one", id], (alert) => (alert ? change(alert) : alert));
  return saved;
}

export interface AlertOrder {
  readonly id: string;
  readonly act: AlertAction;
}

/** Acts on an alert: seen at once, taken back with a message when the server refuses. */
export function useAlertAction(): (order: AlertOrder) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me, format } = usePark();
  const errorText = useErrorText();
  const { mutate } = useMutation({
    mutationFn: ({ id, act }: AlertOrder) =>
      postJson<AlertBody>(`/alerts/${encodeURIComponent(id)}/${act.action}`, act.body),
    onMutate: async ({ id, act }: AlertOrder) => {
      await client.cancelQueries({ queryKey: ["alerts"] });
      const at = format.time.toIso(Date.now());
      return applyAtOnce(client, id, (alert) => foresee(alert, act, me.username, at));
    },
    onError: (error, _order, saved) => {
      for (const [key, data] of saved ?? []) client.setQueryData(key, data);
      toast(t("error.action", { detail: errorText(error) }), "failed");
    },
    onSuccess: (_alert, { act }) => toast(t(`alerts.done.${act.action}`)),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["alerts"] });
      void client.invalidateQueries({ queryKey: ["overview"] });
    },
  });
  return (order) => mutate(order);
}
