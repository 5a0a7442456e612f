import { isStationNumber, isStationPassword } from "@smart-park/core/hj212";
import { baseUnit, isQuantity, quantities, type Quantity } from "@smart-park/core";
import type { meterRequest, approvalRequest, deviceRequest } from "@smart-park/core/wire";
import type { z } from "zod";
import { meterTemplates, templateNames, type TemplateName } from "./meter-templates.ts";
import type { WaitingDetail } from "./queries.ts";

export interface PointDraft {
  readonly quantity: Quantity;
  readonly unit: string;
}

export interface MeterDraft {
  readonly template: TemplateName;
  /** Null = as proposed. */
  readonly id: string | null;
  readonly name: string;
  readonly intervalS: number;
  readonly points: readonly PointDraft[];
  /** CT ratio × PT ratio. */
  readonly multiplier: number | null;
  /** Whether the meter's readings are multiplied already; null = nobody has said it yet. */
  readonly side: "primary" | "secondary" | null;
  /** The meter whose use this one's is a part of; null = it counts in the enterprise's total. */
  readonly parentId: string | null;
}

/** A device that is about to be made, with the meters that it speaks for. */
export interface DeviceDraft {
  readonly enterpriseId: string;
  /** Null = called as its first meter. */
  readonly deviceId: string | null;
  /** Of an HJ 212 station its MN; null = the device speaks MQTT. */
  readonly mn: string | null;
  readonly meters: readonly MeterDraft[];
}

export interface NamedMeter extends MeterDraft {
  readonly id: string;
}
/** A draft in which everything has an id. */
export interface NamedDraft extends DeviceDraft {
  readonly deviceId: string;
  readonly meters: readonly NamedMeter[];
}

export const draftOfTemplate = (template: TemplateName): MeterDraft => ({
  ...{ template, id: null, name: "", intervalS: meterTemplates[template].intervalS, multiplier: 1, side: null },
  parentId: null,
  points: meterTemplates[template].quantities.map((quantity) => ({ quantity, unit: baseUnit(quantity) })),
});

export const firstDraft = (enterpriseId: string): DeviceDraft => ({
  ...{ enterpriseId, deviceId: null, mn: null },
  meters: [draftOfTemplate("power")],
});

/** The draft with what was left open filled in: ids that nobody has yet, as people number meters. */
export function withIds(draft: DeviceDraft, isTaken: (meterId: string) => boolean): NamedDraft {
  const given = new Set(draft.meters.flatMap(({ id }) => id ?? []));
  const meters = draft.meters.map((meter): NamedMeter => {
    if (meter.id !== null) return { ...meter, id: meter.id };
    // Whose it is comes first: without it there is nothing to propose.
    if (draft.enterpriseId === "") return { ...meter, id: "" };
    const stem = `${draft.enterpriseId}-${meterTemplates[meter.template].letter}`;
    let n = 1;
    while (isTaken(`${stem}${n}`) || given.has(`${stem}${n}`)) n += 1;
    given.add(`${stem}${n}`);
    return { ...meter, id: `${stem}${n}` };
  });
  return { ...draft, meters, deviceId: draft.deviceId ?? meters[0]?.id ?? "" };
}

const idPattern = /^[A-Za-z0-9_-]{1,48}$/;
const isId = (id: string): boolean => idPattern.test(id);

export type DraftProblem =
  | "enterprise"
  | "deviceId"
  | "mn"
  | "pw"
  | "noMeters"
  | "meterId"
  | "sameIds"
  | "name"
  | "points"
  | "multiplier"
  | "side"
  | "interval";

/** What still keeps the device from being made, in the order of the form. An empty `pw` lets the platform draw one. */
export function problemsOf(draft: NamedDraft, pw = ""): DraftProblem[] {
  const { enterpriseId, deviceId, meters, mn } = draft;
  const found: [DraftProblem, boolean][] = [
    ["enterprise", enterpriseId === ""],
    ["deviceId", !isId(deviceId)],
    ["mn", mn !== null && !isStationNumber(mn)],
    ["pw", mn !== null && pw !== "" && !isStationPassword(pw)],
    ["noMeters", meters.length === 0],
    ["meterId", meters.some(({ id }) => !isId(id))],
    ["sameIds", new Set(meters.map(({ id }) => id)).size < meters.length],
    ["name", meters.some(({ name }) => name.trim() === "")],
    ["points", meters.some(({ points }) => points.length === 0)],
    ["multiplier", meters.some(({ multiplier }) => multiplier === null || !(multiplier > 0))],
    ["side", meters.some(({ multiplier, side, points }) => multiplier !== 1 && side === null && hasScaled(points))],
    ["interval", meters.some(({ intervalS: s }) => !Number.isInteger(s) || s < 1 || s > 86_400)],
  ];
  return found.flatMap(([problem, isThere]) => (isThere ? [problem] : []));
}

/** Readings that transformers scale: power and energy; a power factor or a frequency is the same on both sides. */
const scaledUnits: ReadonlySet<string> = new Set(["kW", "kWh", "kvar", "kvarh"]);
export const isScaled = (quantity: Quantity): boolean => scaledUnits.has(quantities[quantity].unit);

const hasScaled = (points: MeterDraft["points"]): boolean => points.some(({ quantity }) => isScaled(quantity));

type MeterBody = z.input<typeof meterRequest>;

/** The request that makes a meter. */
export function toMeter({ enterpriseId }: DeviceDraft, meter: NamedMeter): MeterBody {
  const { id, name, template, intervalS, points, multiplier, side, parentId } = meter;
  const scale = { multiplier: multiplier ?? 1, valueSide: side ?? "primary" };
  return {
    ...{ id, name: name.trim(), enterpriseId, kind: meterTemplates[template].kind, intervalS },
    parentId,
    points: points.map(({ quantity, unit }) => ({
      ...{ quantity, unit },
      ...(scale.multiplier !== 1 && isScaled(quantity) ? scale : {}),
    })),
  };
}

/** The request that makes the device; `pw` of a station, empty = one is drawn. */
export const toDevice = (
  { deviceId, enterpriseId, meters, mn }: NamedDraft,
  pw = "",
): z.input<typeof deviceRequest> => ({
  ...{ id: deviceId, enterpriseId, meterIds: meters.map(({ id }) => id) },
  ...(mn === null ? {} : { protocol: "hj212", mn, ...(pw === "" ? {} : { pw }) }),
});

/** The request that takes a waiting device in. */
export const toApproval = (draft: NamedDraft): z.input<typeof approvalRequest> => ({
  enterpriseId: draft.enterpriseId,
  meters: draft.meters.map((meter) => {
    const { enterpriseId: _, ...body } = toMeter(draft, meter);
    return body;
  }),
});

/** What a waiting device says it is: claims of its topics and values, for a person to judge. */
export function draftOfWaiting(
  { id, first }: Pick<WaitingDetail, "id" | "first">,
  enterprises: readonly string[],
): DeviceDraft {
  const claims = new Map<string, Set<Quantity>>();
  let enterpriseId = "";
  for (const { topic, payload } of first) {
    const [, enterprise = "", meterId = id] = topic.startsWith("park/") ? topic.split("/") : [];
    if (enterprises.includes(enterprise)) enterpriseId = enterprise;
    const claimed = claims.get(meterId) ?? new Set<Quantity>();
    for (const name of namesIn(payload)) if (isQuantity(name)) claimed.add(name);
    claims.set(meterId, claimed);
  }
  const meters = [...claims].map(([meterId, claimed]): MeterDraft => {
    const points = [...claimed].map((quantity) => ({ quantity, unit: baseUnit(quantity) }));
    const like = draftOfTemplate(templateLike(claimed));
    return { ...like, id: meterId, ...(points.length > 0 ? { points } : {}) };
  });
  return { enterpriseId, deviceId: id, mn: null, meters: meters.length > 0 ? meters : [draftOfTemplate("power")] };
}

/** Keys of the values of a message: `{values}`, or the values alone, or an array of these. */
function namesIn(payload: string): string[] {
  let content: unknown;
  try {
    content = JSON.parse(payload);
  } catch {
    return [];
  }
  return (Array.isArray(content) ? content : [content]).flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null) return [];
    const values: unknown = "values" in one ? one.values : one;
    return typeof values === "object" && values !== null ? Object.keys(values) : [];
  });
}

/** The template that has most of the quantities, and least beside them. */
function templateLike(claimed: ReadonlySet<Quantity>): TemplateName {
  const fit = (name: TemplateName): number => {
    const own: readonly Quantity[] = meterTemplates[name].quantities;
    return own.filter((quantity) => claimed.has(quantity)).length * 100 - own.length;
  };
  return templateNames.reduce((best, name) => (fit(name) > fit(best) ? name : best), "power");
}
