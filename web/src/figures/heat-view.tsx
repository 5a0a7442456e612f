import type { ConsumptionBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { HeatGrid, type HeatRow } from "../charts/heat-grid.tsx";
import { asks, type UseKind } from "../lib/asks.ts";
import { decimalsOf, fmtScaled } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { useAddress } from "../lib/use-address.ts";
import { lowCoverage } from "../ui/marks.tsx";
import { Empty, Panel } from "../ui/panel.tsx";
import { Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel, useAnswer } from "./answer-panel.tsx";
import classes from "./figures.module.css";

interface HeatViewProps {
  readonly kind: UseKind;
  readonly enterprise: string;
  readonly range: ParsedRange;
}

const hourNames = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
const mostDays = 92;

/** When it is used: hour by hour of each day, and of a usual week. */
export function HeatView({ kind, enterprise, range }: HeatViewProps): ReactNode {
  const { t } = useTranslation();
  const { time } = usePark().format;
  const from = time.startOfDay(Math.max(range.from, range.to - mostDays * 86_400_000));
  // Whole hours only: half of one would look like a quiet one.
  const shown = { from, to: Math.max(time.bucketStart(range.to, "1h"), from + 3_600_000) };
  const ask = asks.consumption({ kind, by: enterprise === "" ? "park" : "enterprise", step: "1h", ...shown });
  const week = useAnswer(ask).data;
  return (
    <>
      <AnswerPanel title={t("energy.heat")} ask={ask} aside={t("energy.heatHint")}>
        {(body) => <Calendar body={body} enterprise={enterprise} />}
      </AnswerPanel>
      {week && (
        <Panel title={t("energy.week")} aside={t("energy.weekHint")}>
          <Week body={week} enterprise={enterprise} />
        </Panel>
      )}
    </>
  );
}

/** Hours of the group that is looked at, as use per hour; null where little is known. */
const bucketsOf = ({ groups, by }: ConsumptionBody, enterprise: string) =>
  (by === "park" ? groups[0] : groups.find(({ id }) => id === enterprise))?.buckets.map(({ at, value, known }) => ({
    at,
    value: known < lowCoverage ? null : value,
  })) ?? [];

function Calendar({ body, enterprise }: { body: ConsumptionBody; enterprise: string }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const address = useAddress();
  const buckets = bucketsOf(body, enterprise);
  if (buckets.length === 0) return <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />;
  const days = new Map<string, (number | null)[]>();
  for (const { at, value } of buckets) {
    const row = days.get(at.slice(0, 10)) ?? Array.from({ length: 24 }, () => null);
    row[Number(at.slice(11, 13))] = value;
    days.set(at.slice(0, 10), row);
  }
  const known = buckets.flatMap(({ value }) => value ?? []).sort((a, b) => a - b);
  const base = known[Math.floor(known.length * 0.05)] ?? null;
  const weekday = (day: string): string => t(`weekday.${new Date(`${day}T00:00:00Z`).getUTCDay() as Weekday}`);
  const rows: HeatRow[] = [...days].map(([day, values]) => ({
    id: day,
    name: `${day.slice(5)} ${weekday(day)}`,
    values,
  }));
  const open = ({ id }: HeatRow): void => {
    const from = format.time.startOfDay(Date.parse(`${id}T12:00:00${buckets[0]?.at.slice(19) ?? "Z"}`));
    address.change({ from: format.time.toIso(from), to: format.time.toIso(format.time.startOfDay(from, 1)) });
  };
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        <Tile label={t("energy.base")} figure={fmtScaled(base, body.unit)} sub={t("energy.baseHint")} />
        <Tile
          label={t("energy.mostHour")}
          figure={fmtScaled(known.at(-1) ?? null, body.unit)}
          sub={t("energy.perHour")}
        />
      </Tiles>
      <HeatGrid
        label={t("energy.heat")}
        columns={hourNames}
        rows={rows}
        unit={body.unit}
        decimals={decimalsOf(body.unit, known.at(-1))}
        onChoose={open}
      />
    </div>
  );
}

type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;
const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 0];

function Week({ body, enterprise }: { body: ConsumptionBody; enterprise: string }): ReactNode {
  const { t } = useTranslation();
  const buckets = bucketsOf(body, enterprise);
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { at, value } of buckets) {
    if (value === null) continue;
    const key = `${new Date(`${at.slice(0, 10)}T00:00:00Z`).getUTCDay()} ${at.slice(11, 13)}`;
    const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 };
    sums.set(key, { sum: sum + value, count: count + 1 });
  }
  const rows: HeatRow[] = weekdays.map((weekday) => ({
    id: String(weekday),
    name: t(`weekday.${weekday}`),
    values: hourNames.map((hour) => {
      const found = sums.get(`${weekday} ${hour}`);
      return found ? found.sum / found.count : null;
    }),
  }));
  const most = rows.reduce((largest, { values }) => Math.max(largest, ...values.map((value) => value ?? 0)), 0);
  return (
    <HeatGrid
      label={t("energy.week")}
      columns={hourNames}
      rows={rows}
      unit={body.unit}
      decimals={decimalsOf(body.unit, most)}
    />
  );
}
