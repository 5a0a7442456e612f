import type { MeterPlaceBody, SiteBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson, putJson } from "../../lib/api-client.ts";
import { useRefusalText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { siteQuery } from "./site-query.ts";
import type { Place } from "./view.ts";

interface Order {
  readonly meterId: string;
  /** null = off the plan. */
  readonly place: Place | null;
}

export interface Placing {
  /** Shown at once, and taken back when the server refuses it. */
  readonly put: (meterId: string, place: Place | null) => void;
  /** Takes the last step back; null when there is none. */
  readonly undo: (() => Order) | null;
}

const path = (meterId: string): string => `/meters/${encodeURIComponent(meterId)}/position`;
const toDecimetre = (metres: number): number => Math.round(metres * 10) / 10;

/** Puts meters on the plan and takes them off, with a way back. */
export function usePlacing(): Placing {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const [steps, setSteps] = useState<readonly Order[]>([]);
  const { queryKey } = siteQuery();
  const { mutate } = useMutation({
    mutationFn: ({ meterId, place }: Order): Promise<unknown> =>
      place === null ? deleteJson(path(meterId)) : putJson(path(meterId), place),
    // One after the other: of two steps of one meter the later must win.
    scope: { id: "site-plan" },
    onMutate: async (order) => {
      await client.cancelQueries({ queryKey });
      client.setQueryData(queryKey, (known) => known && placed(known, order));
    },
    onError: (error) => toast(t("error.action", { detail: refusalText(error) }), "failed"),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  const placeOf = (meterId: string): Place | null => {
    const known = client.getQueryData(queryKey)?.places.find((one) => one.meterId === meterId);
    return known ? { x: known.x, y: known.y } : null;
  };
  return {
    put: (meterId, to) => {
      const place = to && { x: toDecimetre(to.x), y: toDecimetre(to.y) };
      const before = placeOf(meterId);
      if (place?.x === before?.x && place?.y === before?.y) return;
      setSteps([...steps, { meterId, place: before }]);
      mutate({ meterId, place });
    },
    undo:
      steps.length === 0
        ? null
        : () => {
            const last = steps.at(-1) as Order; // there is one: it was looked at two lines above
            setSteps(steps.slice(0, -1));
            mutate(last);
            return last;
          },
  };
}

function placed(site: SiteBody, { meterId, place }: Order): SiteBody {
  const others = site.places.filter((one) => one.meterId !== meterId);
  const own: MeterPlaceBody[] = place === null ? [] : [{ meterId, ...place }];
  return { ...site, places: [...others, ...own] };
}
