import { groupAlerts, stormPolicy, type AlertGroup, type ListedAlert } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { splitPoint, useRight } from "../../lib/park.ts";
import { devicesQuery, type DeviceBody } from "../../lib/queries.ts";

/** An alert with what a list is put together by. */
export interface Listed extends ListedAlert {
  readonly body: AlertBody;
}
export type ListedGroup = AlertGroup<Listed>;

export function toListed(body: AlertBody, gatewayOf: (meterId: string) => string | undefined): Listed {
  const { meterId } = splitPoint(body.point);
  return {
    ...{ id: body.id, ruleId: body.ruleId, object: body.point, enterpriseId: body.enterpriseId },
    gatewayId: body.subject === null ? (gatewayOf(meterId) ?? null) : null,
    severity: body.severity,
    isStanding: body.state === "active",
    isSettled: isSettled(body),
    isRecalculated: body.recalculated,
    raisedAt: Date.parse(body.raisedAt),
    body,
  };
}

/** Nobody has to acknowledge it any more. */
const isSettled = ({ acknowledged, state }: Pick<AlertBody, "acknowledged" | "state">): boolean =>
  acknowledged !== null || state === "closed";

/** Each alert a row of its own, in the order given. */
export const singly = (alerts: readonly AlertBody[]): ListedGroup[] =>
  alerts.map((body) => {
    const lead = toListed(body, () => undefined);
    return { kind: "fold", fold: { lead, others: [], raisedAt: lead.raisedAt } };
  });

/** Most urgent first; repeats, warnings beside alarms and storms as one row each, unless all are to stand by themselves. */
export function useAlertGroups(alerts: readonly AlertBody[], isFlat = false): readonly ListedGroup[] {
  const given = useSame(alerts);
  const gatewayOf = useGateways(given.length > stormPolicy.moreThan);
  return useMemo(() => {
    const listed = given.map((alert) => toListed(alert, gatewayOf));
    if (!isFlat) return groupAlerts(listed);
    // One at a time nothing is folded; they stand in the same order.
    const single = listed.map((alert) => ({ ...alert, ruleId: alert.id, enterpriseId: "", gatewayId: null }));
    return groupAlerts(single);
  }, [given, gatewayOf, isFlat]);
}

/** The list as it was while the same alerts stand in it. */
function useSame<T>(list: readonly T[]): readonly T[] {
  const [kept, keep] = useState(list);
  const isSame = kept.length === list.length && kept.every((item, i) => item === list[i]);
  if (!isSame) keep(list);
  return isSame ? kept : list;
}

const none: readonly DeviceBody[] = [];

/** The gateway of a meter, for who may know it; asked for only when there may be a storm. */
function useGateways(isWanted: boolean): (meterId: string) => string | undefined {
  const mayKnow = useRight("registry.read");
  const { data = none } = useQuery({ ...devicesQuery(), enabled: isWanted && mayKnow });
  return useMemo(() => {
    // A gateway of one meter explains no more than the meter itself.
    const pairs = data.flatMap(({ id, meterIds }) =>
      meterIds.length < 2 ? [] : meterIds.map((m) => [m, id] as const),
    );
    const gateways = new Map(pairs);
    return (meterId) => gateways.get(meterId);
  }, [data]);
}
