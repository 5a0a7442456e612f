import { unacknowledgeMs, type EpochMs } from "@smart-park/core";
import type { AcknowledgeAllBody, AlertBody, UnacknowledgeAllBody } from "@smart-park/core/wire";
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

/** What lists and alerts were before an act, and when it was asked for. */
interface Before {
  readonly saved: Saved;
  readonly at: EpochMs;
}

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

interface Acted {
  readonly client: QueryClient;
  readonly ids: ReadonlySet<string>;
  readonly now: EpochMs;
}

/** Shows the outcome at once in every list; gives back what to restore if the server refuses. */
function applyAtOnce({ client, ids, now }: Acted, change: (alert: AlertBody) => AlertBody): Before {
  const saved: Saved = client.getQueriesData({ queryKey: ["alerts"] });
  for (const [key] of client.getQueriesData<AlertList>({ queryKey: ["alerts", "list"] })) {
    const params = key[2] as AlertsParams | undefined; // the key alertsQuery makes
    client.setQueryData<AlertList>(key, (list) => {
      if (!list) return list;
      const items = list.items.map((alert) => (ids.has(alert.id) ? change(alert) : alert));
      return { ...list, items: items.filter((alert) => !ids.has(alert.id) || isListed(alert, params, now)) };
    });
  }
  for (const id of ids)
    client.setQueryData<AlertBody>(["alerts", "one", id], (alert) => (alert ? change(alert) : alert));
  return { saved, at: now };
}

/** Sets everything back as it was. */
function restore(client: QueryClient, before: Before | undefined): void {
  for (const [key, data] of before?.saved ?? []) client.setQueryData(key, data);
}

function askAgain(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["alerts"] });
  void client.invalidateQueries({ queryKey: ["overview"] });
}

export interface AlertOrder {
  readonly id: string;
  readonly act: AlertAction;
}

/** Acts on an alert: seen at once, taken back with a message when the server refuses. */
export function useAlertAction(): (order: AlertOrder) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me, format, now } = usePark();
  const errorText = useErrorText();
  const undo = useUndo();
  const { mutate } = useMutation({
    mutationFn: ({ id, act }: AlertOrder) =>
      postJson<AlertBody>(`/alerts/${encodeURIComponent(id)}/${act.action}`, act.body),
    onMutate: async ({ id, act }: AlertOrder) => {
      await client.cancelQueries({ queryKey: ["alerts"] });
      const acted = { client, ids: new Set([id]), now: now() };
      return applyAtOnce(acted, (alert) => foresee(alert, act, me.username, format.time.toIso(acted.now)));
    },
    onError: (error, _order, before) => {
      restore(client, before);
      toast(t("error.action", { detail: errorText(error) }), "failed");
    },
    onSuccess: (alert, { act }, { at }) => {
      const said = t(`alerts.done.${act.action}`);
      // Two may have pressed at once: then it is the other one's.
      const isOwn = act.action === "acknowledge" && alert.acknowledged?.by === me.username;
      toast(said, "done", isOwn ? undo([alert.id], at) : undefined);
    },
    onSettled: () => askAgain(client),
  });
  return (order) => mutate(order);
}

interface UndoAction {
  readonly label: string;
  readonly run: () => void;
  readonly forMs: number;
}

/** Takes acknowledgements back that were asked for at `at`; gives nothing once the time for it is over. */
function useUndo(): (ids: readonly string[], at: EpochMs) => UndoAction | undefined {
  const { t } = useTranslation();
  const { now } = usePark();
  const unacknowledge = useUnacknowledge();
  return (ids, at) => {
    const forMs = at + unacknowledgeMs - now();
    if (forMs <= 0) return undefined;
    return { label: t("action.undo"), run: () => unacknowledge(ids), forMs };
  };
}

/** Says what was taken back, and of the rest that it stays. Lists follow by the live line, and are asked for again. */
function useUnacknowledge(): (ids: readonly string[]) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const { mutate } = useMutation({
    mutationFn: (ids: readonly string[]) => postJson<UnacknowledgeAllBody>("/alerts/unacknowledge", { ids }),
    onError: (error) => toast(t("error.action", { detail: errorText(error) }), "failed"),
    onSuccess: ({ unacknowledged, skipped }) => {
      if (unacknowledged.length > 0) toast(t("alerts.unacknowledgedAll", { count: unacknowledged.length }));
      if (skipped.length > 0) toast(t("alerts.unacknowledgeSkipped", { count: skipped.length }), "failed");
    },
    onSettled: () => askAgain(client),
  });
  return (ids) => mutate(ids);
}

interface AcknowledgeOrder {
  readonly ids: readonly string[];
  readonly note: string;
}

/** As many as the server takes at once. */
const acknowledgedAtOnce = 500;

/** Acknowledges several alerts: seen at once; those that the server leaves out are counted and come back. */
export function useAcknowledgeAll(): (order: AcknowledgeOrder) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me, format, now } = usePark();
  const errorText = useErrorText();
  const undo = useUndo();
  const { mutate } = useMutation({
    mutationFn: (order: AcknowledgeOrder) =>
      postJson<AcknowledgeAllBody>("/alerts/acknowledge", {
        ids: order.ids.slice(0, acknowledgedAtOnce),
        note: order.note,
      }),
    onMutate: async ({ ids, note }: AcknowledgeOrder) => {
      await client.cancelQueries({ queryKey: ["alerts"] });
      const act: AlertAction = { action: "acknowledge", body: { note } };
      const acted = { client, ids: new Set(ids), now: now() };
      return applyAtOnce(acted, (alert) => foresee(alert, act, me.username, format.time.toIso(acted.now)));
    },
    onError: (error, _order, before) => {
      restore(client, before);
      toast(t("error.action", { detail: errorText(error) }), "failed");
    },
    onSuccess: ({ acknowledged, skipped }, _order, { at }) => {
      const said = t("alerts.acknowledgedAll", { count: acknowledged.length });
      toast(said, "done", acknowledged.length > 0 ? undo(acknowledged, at) : undefined);
      if (skipped.length > 0) toast(t("alerts.acknowledgeSkipped", { count: skipped.length }), "failed");
    },
    onSettled: () => askAgain(client),
  });
  return (order) => mutate(order);
}
