import {
  comparedPeriods,
  comparedScopes,
  comparisonShapes,
  comparisonSteps,
  mostSides,
  parseSide,
  sideText,
  type ComparedPeriod,
  type ComparedScope,
  type ComparedSide,
  type EpochMs,
  type ParkTime,
} from "@smart-park/core";
import type { ComparisonBody } from "@smart-park/core/wire";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { TimeChart } from "../charts/time-chart.tsx";
import { asks, type UseKind } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { decimalsOf, fmt, fmtChange, fmtShare, missing, scaleOf, unitLabel } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { useAddress } from "../lib/use-address.ts";
import { Button } from "../ui/button.tsx";
import { DataTable } from "../ui/data-table.tsx";
import { Segments, Select } from "../ui/field.tsx";
import { CoverageNote, lowCoverage, StateMark } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import { useEnterpriseIds } from "./controls.tsx";
import classes from "./figures.module.css";

type Step = ComparisonBody["step"];
type Series = ComparisonBody["series"][number];
type Slot = ComparisonBody["slots"][number];

const dayMs = 86_400_000;

/** Hours of two days, days of a quarter, else months: what a line can show. */
const stepOf = ({ from, to }: ParsedRange): Step =>
  to - from <= 2 * dayMs ? "1h" : to - from <= 93 * dayMs ? "1d" : "1mo";

interface CompareViewProps {
  readonly kind: UseKind;
  readonly range: ParsedRange;
}

/** Up to six sides on one axis, each place of the calendar above the same place of the others. */
export function CompareView({ kind, range }: CompareViewProps): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const { sides, change } = useSides(kind);
  const step = address.oneOf("agg", comparisonSteps, stepOf(range));
  const shape = address.oneOf("shape", comparisonShapes, "absolute");
  return (
    <>
      <Sides kind={kind} sides={sides} onChange={change} />
      <AnswerPanel
        title={t("compare.title")}
        ask={asks.sideBySide({ kind, step, shape, sides: sides.map(sideText).join(","), ...range })}
        aside={
          <Segments
            label={t("compare.shape")}
            value={shape}
            options={comparisonShapes.map((value) => ({ value, label: t(`compare.shapeName.${value}`) }))}
            onChange={(value) => address.change({ shape: value === "absolute" ? null : value })}
          />
        }
        actions={() => (
          <Select
            label={t("meter.step")}
            value={step}
            options={comparisonSteps.map((value) => ({ value, label: t(`meter.stepName.${value}`) }))}
            onChange={(value) => address.change({ agg: value })}
          />
        )}
      >
        {(body) => <Compared body={body} />}
      </AnswerPanel>
    </>
  );
}

/** The sides in the address; without any the enterprise of the address, or the park, beside the time before. */
function useSides(kind: UseKind): {
  sides: readonly ComparedSide[];
  change: (sides: readonly ComparedSide[]) => void;
} {
  const address = useAddress();
  const { meter } = useCatalog();
  const asked = (address.get("sides") ?? "").split(",").flatMap((text) => parseSide(text) ?? []);
  // A meter of another medium cannot stay when the medium changes.
  const possible = asked.filter(({ scope, id }) => scope !== "meter" || (meter(id ?? "")?.kind ?? kind) === kind);
  const enterprise = address.get("ent");
  const first = enterprise === null ? ({ scope: "park", id: null } as const) : sideOf("enterprise", enterprise);
  const standard: readonly ComparedSide[] = [
    { ...first, period: "now" },
    { ...first, period: "prev" },
  ];
  return {
    sides: possible.length > 0 ? possible.slice(0, mostSides) : standard,
    change: (sides) => address.change({ sides: sides.map(sideText).join(",") }),
  };
}

const sideOf = (scope: ComparedScope, id: string) => ({ scope, id: scope === "park" ? null : id });

function useSideName(): (side: Pick<ComparedSide, "scope" | "id" | "period">) => string {
  const { t } = useTranslation();
  const { enterpriseName, meterName } = useCatalog();
  const ofScope = (scope: ComparedScope, id: string): string => {
    switch (scope) {
      case "park":
        return t("figure.park");
      case "zone":
        return t("energy.zoneName", { name: id });
      case "enterprise":
        return enterpriseName(id);
      case "meter":
        return `${meterName(id)} (${id})`;
    }
  };
  return ({ scope, id, period }) => `${ofScope(scope, id ?? "")} · ${t(`compare.period.${period}`)}`;
}

interface SidesProps {
  readonly kind: UseKind;
  readonly sides: readonly ComparedSide[];
  readonly onChange: (sides: readonly ComparedSide[]) => void;
}

/** What is compared, each with a way out, and one more to add. */
function Sides({ kind, sides, onChange }: SidesProps): ReactNode {
  const { t } = useTranslation();
  const nameOf = useSideName();
  return (
    <Panel title={t("compare.sides", { n: sides.length, most: mostSides })}>
      <div className={classes.stack}>
        <ul className={classes.sides}>
          {sides.map((side, index) => (
            <li key={sideText(side)}>
              {nameOf(side)}
              <Button
                look="quiet"
                isSmall
                icon="close"
                disabled={sides.length === 1}
                aria-label={t("compare.remove", { name: nameOf(side) })}
                onClick={() => onChange(sides.filter((_, n) => n !== index))}
              />
            </li>
          ))}
        </ul>
        <AddSide kind={kind} sides={sides} onChange={onChange} />
      </div>
    </Panel>
  );
}

function AddSide({ kind, sides, onChange }: SidesProps): ReactNode {
  const { t } = useTranslation();
  const [scope, setScope] = useState<ComparedScope>("enterprise");
  const [chosen, setChosen] = useState("");
  const [period, setPeriod] = useState<ComparedPeriod>("now");
  const objects = useObjects(kind, scope);
  const id = objects.some(({ value }) => value === chosen) ? chosen : (objects[0]?.value ?? "");
  const side: ComparedSide = { ...sideOf(scope, id), period };
  const isThere = sides.some((one) => sideText(one) === sideText(side));
  const isFull = sides.length >= mostSides;
  const isNone = scope !== "park" && id === "";
  return (
    <div className={classes.bar}>
      <Select
        label={t("compare.scope")}
        value={scope}
        options={comparedScopes.map((value) => ({ value, label: t(`energy.levelName.${value}`) }))}
        onChange={setScope}
      />
      {scope !== "park" && objects.length > 0 && (
        <Select label={t("figure.scope")} value={id} options={objects} onChange={setChosen} />
      )}
      <Select
        label={t("compare.when")}
        value={period}
        options={comparedPeriods.map((value) => ({ value, label: t(`compare.period.${value}`) }))}
        onChange={setPeriod}
      />
      <Button disabled={isThere || isFull || isNone} onClick={() => onChange([...sides, side])}>
        {t("compare.add")}
      </Button>
      {(isThere || isFull || isNone) && (
        <span className={classes.note}>
          {isFull ? t("compare.full", { most: mostSides }) : isNone ? t("energy.noMeters") : t("compare.there")}
        </span>
      )}
    </div>
  );
}

/** What may be chosen of a scope: only what has meters of the medium. */
function useObjects(kind: UseKind, scope: ComparedScope): readonly { value: string; label: string }[] {
  const { t } = useTranslation();
  const { meters, enterpriseName, meterName } = useCatalog();
  const enterprises = useEnterpriseIds(kind);
  const own = meters.filter((meter) => meter.kind === kind);
  switch (scope) {
    case "park":
      return [];
    case "zone":
      return [...new Set(own.flatMap(({ zoneId }) => zoneId ?? []))]
        .sort()
        .map((value) => ({ value, label: t("energy.zoneName", { name: value }) }));
    case "enterprise":
      return enterprises.map((value) => ({ value, label: enterpriseName(value) }));
    case "meter":
      return own.map(({ id }) => ({ value: id, label: `${meterName(id)} (${id})` }));
  }
}

/** Times for a chart: places follow each other from the beginning of the first series, whatever its own calendar has. */
function placesOnAxis({ slots, series, step }: ComparisonBody, time: ParkTime): EpochMs[] {
  const from = Date.parse(series[0]?.from ?? "");
  return slots.map((_, n) => {
    if (step === "1h") return from + n * 3_600_000;
    return step === "1d" ? time.startOfDay(from, n) : time.startOfMonth(from, n);
  });
}

function usePlaceLabel({ slots, step, frame }: ComparisonBody): (slot: Slot) => string {
  const { t } = useTranslation();
  const hasMonths = step === "1mo" || slots.some(({ month }) => month > 0);
  return ({ month, day, minute }) => {
    const ofMonth = hasMonths ? t("compare.month", { n: month + 1 }) : "";
    if (step === "1mo") return ofMonth;
    const ofDay = frame === "month" ? t("compare.dayOfMonth", { n: day }) : t("compare.dayOfRange", { n: day });
    const pad = (n: number): string => String(n).padStart(2, "0");
    const clock = step === "1h" ? `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}` : "";
    return [ofMonth, ofDay, clock].filter((part) => part !== "").join(" ");
  };
}

function Compared({ body }: { body: ComparisonBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const nameOf = useSideName();
  const labelOf = usePlaceLabel(body);
  const at = useMemo(() => placesOnAxis(body, format.time), [body, format.time]);
  const { unit, factor } = useMemo(() => chartScale(body), [body]);
  const decimals = body.shape === "absolute" ? decimalsOf(unit) : body.shape === "index" ? 1 : 2;
  const values = useMemo(
    () => body.series.map((_, i) => body.slots.map(({ cells }) => scaled(cells[i]?.value, factor))),
    [body, factor],
  );
  const slotAt = (time: EpochMs): Slot | undefined => body.slots[at.findLastIndex((one) => one <= time)];
  const label = (time: EpochMs): string => {
    const slot = slotAt(time);
    return slot === undefined ? "" : labelOf(slot);
  };
  const axisLabel = (time: EpochMs): string => {
    const slot = slotAt(time);
    if (slot === undefined) return "";
    return body.step === "1h" && slot.minute > 0 ? (labelOf(slot).split(" ").at(-1) ?? "") : labelOf(slot);
  };
  return (
    <div className={classes.stack}>
      <TimeChart
        name={t("compare.title")}
        unit={unit}
        decimals={decimals}
        format={format}
        height={320}
        at={at}
        lines={body.series.map((series, i) => ({ name: nameOf(series), values: values[i] ?? [] }))}
        isFromZero={body.shape !== "index"}
        hasTable={false}
        timeLabel={label}
        axisLabel={axisLabel}
      />
      <p className={classes.note}>
        {t(`compare.method.${body.shape}`)} {t("compare.alignment")}
      </p>
      <SeriesTable body={body} nameOf={nameOf} />
      <DataTable<Slot>
        label={t("compare.table")}
        rows={body.slots}
        keyOf={({ month, day, minute }) => `${month} ${day} ${minute}`}
        maxHeight={420}
        columns={[
          { key: "place", head: t("compare.place"), cell: labelOf },
          ...body.series.map((series, i) => ({
            key: series.side,
            head: unitLabel(unit) === "" ? nameOf(series) : `${nameOf(series)} (${unitLabel(unit)})`,
            isNumber: true,
            cell: ({ cells }: Slot) => <Cell cell={cells[i] ?? null} factor={factor} unit={unit} decimals={decimals} />,
          })),
        ]}
      />
    </div>
  );
}

const scaled = (value: number | null | undefined, factor: number): number | null =>
  value === null || value === undefined ? null : value / factor;

function chartScale({ shape, unit, slots }: ComparisonBody): { unit: string; factor: number } {
  if (shape !== "absolute") return { unit, factor: 1 };
  const most = slots.flatMap(({ cells }) => cells).reduce((largest, cell) => Math.max(largest, cell?.value ?? 0), 0);
  return scaleOf(unit, most);
}

interface CellProps {
  readonly cell: Slot["cells"][number];
  readonly factor: number;
  readonly unit: string;
  readonly decimals: number;
}

/** A value, with how much of it is known where that is not all; nothing where the calendar has no such place. */
function Cell({ cell, factor, unit, decimals }: CellProps): ReactNode {
  const { t } = useTranslation();
  if (cell === null) return <span className={classes.missing}>{t("compare.noPlace")}</span>;
  const isPart = cell.known < 0.995;
  return (
    <>
      {fmt(scaled(cell.value, factor), unit, { unit: false, decimals })}
      {isPart && (
        <span className={cell.known < lowCoverage ? classes.caution : classes.missing}> ({fmtShare(cell.known)})</span>
      )}
      {cell.quality === "estimated" && <span className={classes.missing}> ≈</span>}
    </>
  );
}

/** Of each side its range, its total beside the first one's, and how far to trust it. */
function SeriesTable({ body, nameOf }: { body: ComparisonBody; nameOf: (series: Series) => string }): ReactNode {
  const { t } = useTranslation();
  const [first] = body.series;
  const most = body.series.reduce((largest, { total }) => Math.max(largest, total.value ?? 0), 0);
  const { unit, factor } = scaleOf(first?.total.unit ?? "", most);
  const short = (at: string): string => at.slice(0, 16).replace("T", " ");
  return (
    <DataTable<Series>
      label={t("compare.totals")}
      rows={body.series}
      keyOf={({ side }) => side}
      columns={[
        { key: "name", head: t("live.name"), cell: nameOf },
        { key: "range", head: t("compare.when"), cell: ({ from, to }) => `${short(from)} – ${short(to)}` },
        {
          key: "total",
          head: `${t("meter.total")} (${unitLabel(unit)})`,
          isNumber: true,
          cell: ({ total }) => fmt(scaled(total.value, factor), unit, { unit: false }),
        },
        {
          key: "change",
          head: t("compare.toFirst"),
          isNumber: true,
          cell: (one) =>
            one === first ? missing : (fmtChange(one.total.value, first?.total.value ?? null) ?? missing),
        },
        {
          key: "known",
          head: t("figure.known"),
          isNumber: true,
          cell: ({ total }) => <CoverageNote coverage={total.coverage} isBare />,
        },
        { key: "state", head: t("compare.state"), cell: ({ state }) => <StateMark state={state} /> },
      ]}
    />
  );
}
