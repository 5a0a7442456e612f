import type { AlertBody } from "@smart-park/core/wire";
import type { QueryClient } from "@tanstack/react-query";
import type { AlertsParams } from "../../lib/queries.ts";

export interface AlertList {
  readonly items: readonly AlertBody[];
  readonly nextCursor: string | null;
}

/** Whether the server would put an alert in the list it was asked for with these parameters. */
export function isListed(alert: AlertBody, params: AlertsParams | undefined, now: number): boolean {
  const { state, severity, point, enterprise, suppressed, group } = params ?? {};
  if (severity !== undefined && alert.severity !== severity) return false;
  if (point !== undefined && alert.point !== point) return false;
  if (enterprise !== undefined && alert.enterpriseId !== enterprise) return false;
  if (group !== undefined && alert.groupId !== group) return false;
  // As the server has it: raised inside a window and not told since.
  const isQuiet = alert.suppressed !== null && alert.suppressed.announcedAt === null;
  if (suppressed === "true" && !isQuiet) return false;
  const isShelved = alert.shelvedUntil !== null && Date.parse(alert.shelvedUntil) > now;
  if (state === "shelved") return isShelved;
  if (state !== "unacknowledged") return state === undefined || state === alert.state;
  return !alert.acknowledged && alert.state !== "closed" && !alert.recalculated && !isShelved && !isQuiet;
}

/** A list with alerts as they stand now: new ones first, those that no longer belong left out; a full page stays one page. */
export function withAlerts(
  list: AlertList,
  alerts: readonly AlertBody[],
  params: AlertsParams | undefined,
  now: number,
): AlertList {
  const changed = new Map(alerts.map((alert) => [alert.id, alert]));
  const known = new Set(list.items.map(({ id }) => id));
  const news = [...changed.values()].filter(({ id }) => !known.has(id)).reverse();
  const newGroups = new Set(params?.grouped === "true" ? news.map(({ groupId }) => groupId) : []);
  const before = list.items.filter(({ groupId }) => !newGroups.has(groupId));
  const stay = [...news, ...before.map((alert) => changed.get(alert.id) ?? alert)];
  const items = stay.filter((alert) => !changed.has(alert.id) || isListed(alert, params, now));
  return { ...list, items: list.nextCursor === null ? items : items.slice(0, list.items.length) };
}

/**
 * Puts alerts that came live where they are shown, without asking the server. An answer on its way may be older than they
 * are and is given up; whoever calls fetches again some time.
 */
export async function takeAlerts(client: QueryClient, alerts: readonly AlertBody[], now: number): Promise<void> {
  await client.cancelQueries({ queryKey: ["alerts", "list"], predicate: ({ state }) => state.data !== undefined });
  for (const [key] of client.getQueriesData<AlertList>({ queryKey: ["alerts", "list"] })) {
    const params = key[2] as AlertsParams | undefined; // the key alertsQuery makes
    client.setQueryData<AlertList>(key, (list) => list && withAlerts(list, alerts, params, now));
  }
  for (const alert of alerts)
    // What only the alert on its own tells stays until it is fetched again.
    client.setQueryData<AlertBody>(["alerts", "one", alert.id], (known) => known && { ...known, ...alert });
}
