import {
  toPointId,
  useQuantity,
  type MeterId,
  type ParkTime,
  type Quantity,
  type SitePlan,
  type TimeRange,
} from "@smart-park/core";
import type { InputsFile } from "../inputs-file.ts";
import type { MeterModel } from "../meter-model.ts";
import type { ParkFile, ParkMeter } from "../park-file.ts";
import { placeMeters } from "./place-meters.ts";
import { inputKey, type ActivityInputRequest, type PlannedInput } from "./planned-input.ts";

interface PlanSource {
  readonly park: ParkFile;
  readonly inputs: InputsFile;
  readonly site: SitePlan;
  readonly models: ReadonlyMap<string, MeterModel>;
  readonly time: ParkTime;
  readonly now: number;
  /** When the story's meter was exchanged; null = in this data folder it was not. */
  readonly exchangeAt: number | null;
}

/** Months before the running one whose amounts are entered. */
const monthsBack = 12;
/** Media that somebody pays for by a meter. */
const settledKinds: ReadonlySet<string> = new Set(["electricity", "water", "gas", "steam"]);

/** Everything that the demo's people enter without waiting for the past, what others rest on first. */
export function planInputs(source: PlanSource): PlannedInput[] {
  const { inputs } = source;
  return [
    ...ground(source),
    ...inputs.regulated.map((body) => put(inputKey.regulated(body.id), `/regulated/${body.id}`, body)),
    ...inputs.enterprises.map(({ id, contract }) =>
      put(inputKey.contract(id), `/enterprises/${id}/tariff-contracts/${inputs.contractsFrom}`, contract),
    ),
    ...purposes(source.park),
    ...settlements(source),
    ...exchange(source),
    ...inputs.virtualMeters.map(({ id, ...body }) => put(inputKey.virtualMeter(id), `/virtual-meters/${id}`, body)),
    ...inputs.limits.map((body) => put(inputKey.limit(body.id), `/watch-targets/${body.id}`, body)),
    ...quotas(source),
    ...activityInputs(source).map((input): PlannedInput => ({
      key: inputKey.activity(input),
      method: "POST",
      path: "/activity-inputs",
      value: input,
    })),
  ];
}

const put = (key: string, path: string, body: unknown): PlannedInput => ({ key, method: "PUT", path, body });

/** The site plan, and every meter on it. */
const ground = ({ park, site }: PlanSource): PlannedInput[] => [
  put(inputKey.sitePlan(), "/site-plan", site),
  ...placeMeters(park, site).map(({ meterId, ...place }) => ({
    ...put(inputKey.place(meterId), `/meters/${meterId}/position`, place),
    unless: inputKey.sitePlanOfOthers(),
  })),
];

/** Meters of a folder that was made before they had a purpose get it now. */
const purposes = ({ meters }: ParkFile): PlannedInput[] =>
  meters.flatMap(({ id, purpose }) =>
    purpose === null ? [] : [{ key: inputKey.purpose(id), method: "PATCH", path: `/meters/${id}`, body: { purpose } }],
  );

/** The meters at the border of each enterprise; what it hands on to others is not its own. */
function settlements({ park, inputs }: PlanSource): PlannedInput[] {
  const mains = park.meters.filter(
    ({ parentId, kind, purpose }) => parentId === null && purpose === null && settledKinds.has(kind),
  );
  return mains.map(({ id, enterpriseId, kind }) => {
    const place = `enterprise:${enterpriseId}`;
    const body = { place, kind, meterId: id, from: inputs.contractsFrom };
    const entry = put(inputKey.settlement(`demo-${id}`), `/settlement-meters/demo-${id}`, body);
    return { ...entry, unless: inputKey.settledByOthers(place, kind) };
  });
}

/** The readings that the fitter took down when the meter was exchanged. */
function exchange({ park, models, time, exchangeAt }: PlanSource): PlannedInput[] {
  const meter = park.meters.find(({ id }) => id === park.stories.exchange.meterId);
  if (exchangeAt === null || meter === undefined) return [];
  return meter.points.flatMap(({ quantity, kind }) => {
    if (kind !== "counter") return [];
    const pointId = toPointId(meter.id, quantity);
    const read = (at: number): number | null => models.get(meter.id)?.valuesAt(at)[quantity] ?? null;
    const body = { endReading: read(exchangeAt - 1), startReading: read(exchangeAt) };
    const path = `/points/${pointId}/register-changes/${encodeURIComponent(time.toIso(exchangeAt))}`;
    return [put(inputKey.exchange(pointId), path, body)];
  });
}

function quotas({ inputs, time, now }: PlanSource): PlannedInput[] {
  const { year, month } = time.partsOf(now);
  const span = (period: "year" | "month"): [number, number] =>
    period === "year"
      ? [time.instantOf(year, 1, 1), time.instantOf(year + 1, 1, 1)]
      : [time.instantOf(year, month, 1), time.instantOf(year, month + 1, 1)];
  return inputs.quotas.map(({ id, period, ...quota }) => {
    const [from, to] = span(period).map((at) => time.dayOf(at));
    const dated = `${id}-${from?.slice(0, period === "year" ? 4 : 7)}`;
    return put(inputKey.quota(dated), `/quotas/${dated}`, {
      ...quota,
      from,
      to,
      source: inputs.source,
      status: "unverified",
    });
  });
}

/** Last year and the months before this one. */
function activityInputs(source: PlanSource): ActivityInputRequest[] {
  const { inputs, time, now } = source;
  const lastYear = time.partsOf(now).year - 1;
  const year: Span = {
    period: String(lastYear),
    from: time.instantOf(lastYear, 1, 1),
    to: time.instantOf(lastYear + 1, 1, 1),
  };
  const months = Array.from({ length: monthsBack }, (_, i): Span => {
    const [from, to] = [time.startOfMonth(now, i - monthsBack), time.startOfMonth(now, i - monthsBack + 1)];
    return { period: time.dayOf(from).slice(0, 7), from, to };
  });
  return [
    ...inputs.installed,
    ...inputs.enterprises.flatMap((enterprise) => [
      ...enterprise.lasting.map((item) => ({
        ...item,
        enterpriseId: enterprise.id,
        period: year.period,
        source: inputs.source,
      })),
      ...[year, ...months].flatMap((span) => amountsOf(source, enterprise, year, span)),
    ]),
  ];
}

type Span = TimeRange & { readonly period: string };

/** An enterprise makes as much more in a month as it takes more electricity; last year is the usual one. */
function amountsOf(
  source: PlanSource,
  { id: enterpriseId, perYear, reusedPerIntake }: InputsFile["enterprises"][number],
  year: Span,
  span: Span,
): ActivityInputRequest[] {
  const share = usedIn(source, enterpriseId, "electricity", span) / usedIn(source, enterpriseId, "electricity", year);
  const entry = { enterpriseId, period: span.period, source: source.inputs.source };
  const amounts = perYear.map(({ item, unit, perYear }) => ({ ...entry, item, unit, value: rounded(perYear * share) }));
  if (reusedPerIntake === undefined) return amounts;
  const reused = reusedPerIntake * usedIn(source, enterpriseId, "water", span);
  return [...amounts, { ...entry, item: "reusedWater", unit: "m³", value: Math.round(reused) }];
}

/** As a report states it: four figures. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** What an enterprise's own mains count in a span, by their models: as the platform will have it once the past is there. */
function usedIn(
  { park, models }: PlanSource,
  enterpriseId: string,
  kind: ParkMeter["kind"],
  { from, to }: TimeRange,
): number {
  const quantity: Quantity | null = useQuantity[kind];
  const mains = park.meters.filter(
    (meter) => meter.enterpriseId === enterpriseId && meter.kind === kind && isOwnMain(meter),
  );
  const read = (id: MeterId, at: number): number => models.get(id)?.valuesAt(at)[quantity ?? ""] ?? 0;
  return mains.reduce((sum, { id }) => sum + read(id, to) - read(id, from), 0);
}

const isOwnMain = ({ parentId, purpose }: ParkMeter): boolean => parentId === null && purpose === null;
