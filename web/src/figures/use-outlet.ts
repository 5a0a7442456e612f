import { useQuery } from "@tanstack/react-query";
import { useCatalog } from "../lib/catalog.ts";
import type { PointBody } from "../lib/point-groups.ts";
import { outletStatesQuery, watchTargetsQuery, type WatchTargetBody } from "../lib/queries.ts";
import { useAddress } from "../lib/use-address.ts";
import { openingOf, spans, type Judged, type Span } from "./outlet-opening.ts";

const pollutants: ReadonlySet<string> = new Set([
  ...["so2", "nox", "particulates", "co", "so2Corrected", "noxCorrected", "particulatesCorrected", "coCorrected"],
  ...["ph", "cod", "ammoniaNitrogen", "totalPhosphorus", "totalNitrogen"],
]);

const limitSpans: Readonly<Partial<Record<WatchTargetBody["kind"], Span>>> = { hourlyMean: "hour", dailyMean: "day" };

/** Which outlet and pollutant are looked at, and by hours or days: by the address, else by what is worst off. */
export function useOutlet(enterprise: string | undefined) {
  const { meters } = useCatalog();
  const address = useAddress();
  const targets = useQuery(watchTargetsQuery());
  const states = useQuery(outletStatesQuery());
  const outlets = meters
    .filter((meter) => meter.kind === "emission" && (enterprise === undefined || meter.enterpriseId === enterprise))
    .map((meter) => ({ meter, points: meter.points.filter(({ quantity }) => pollutants.has(quantity)) }))
    .filter(({ points }) => points.length > 0)
    // What is judged comes first.
    .sort((a, b) => Number(b.points.some(isLimited)) - Number(a.points.some(isLimited)));
  function judgedOf(id: string): Judged {
    const own = targets.data?.flatMap(({ point, kind }) => (point === id ? (limitSpans[kind] ?? []) : [])) ?? [];
    return { spans: spans.filter((span) => own.includes(span)), state: states.data?.get(id) ?? null };
  }
  function isLimited({ id }: Pick<PointBody, "id">): boolean {
    return judgedOf(id).spans.length > 0;
  }
  const asked = {
    ...{ outlet: address.get("outlet"), pollutant: address.get("pol") },
    span: spans.find((span) => span === address.get("span")) ?? null,
  };
  return {
    // What is not known yet would be another outlet in a moment.
    isPending: asked.pollutant === null && (targets.isPending || states.isPending),
    outlets,
    isLimited,
    opening: openingOf(outlets, judgedOf, asked),
    change: address.change,
  };
}
