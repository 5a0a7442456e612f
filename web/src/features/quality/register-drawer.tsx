import type { AnomaliesBody, MeterBody, ReadingsBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { TimeChart, type ChartBand } from "../../charts/time-chart.tsx";
import { useAnswer } from "../../figures/answer-panel.tsx";
import { useCatalog } from "../../lib/catalog.ts";
import { decimalsOf, fmt } from "../../lib/format.ts";
import { splitPoint, usePark, useRight } from "../../lib/park.ts";
import { readingsQuery } from "../../lib/queries.ts";
import { toSamples } from "../../lib/series.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, Loaded } from "../../ui/panel.tsx";
import { ChangeForm, ChangeList } from "./change-form.tsx";
import { KindMark, kindGlyphs } from "./kind-mark.tsx";
import classes from "./page.module.css";
import { pointAnomaliesAsk, type Range } from "./queries.ts";
import { around, overlaps, type Selection } from "./selection.ts";

type PointBody = MeterBody["points"][number];
type Item = AnomaliesBody["items"][number];

interface RegisterDrawerProps {
  readonly selection: Selection;
  readonly now: number;
  readonly onClose: () => void;
}

/** A register around what is odd about it: its course, what was made of it, and what can be done. */
export function RegisterDrawer({ selection, now, onClose }: RegisterDrawerProps): ReactNode {
  const { t } = useTranslation();
  const { meter, meterName, pointOf } = useCatalog();
  const { meterId } = splitPoint(selection.point);
  const [point, found] = [pointOf(selection.point), meter(meterId)];
  return (
    <Dialog
      title={point ? `${meterName(meterId)} · ${t(`quantity.${point.quantity}`)}` : meterName(meterId)}
      shape="wide"
      onClose={onClose}
    >
      {point && found ? (
        <Register point={point} meter={found} selection={selection} now={now} />
      ) : (
        <Empty title={t("dataQuality.noPoint")} hint={t("dataQuality.noPointHint")} />
      )}
    </Dialog>
  );
}

interface RegisterProps {
  readonly point: PointBody;
  readonly meter: MeterBody;
  readonly selection: Selection;
  readonly now: number;
}

function Register({ point, meter, selection, now }: RegisterProps): ReactNode {
  const { t } = useTranslation();
  const mayWrite = useRight("registry.write");
  const window = around(selection, meter.intervalS, now);
  const odd = useAnswer(pointAnomaliesAsk(point.id, window));
  const use = useDayUse(point, selection);
  const isRegister = point.kind === "counter";
  const items = odd.data?.items.filter((item) => overlaps(item, selection)) ?? [];
  return (
    <div className={classes.stack}>
      <Course point={point} meter={meter} window={window} items={odd.data?.items ?? []} />
      <Loaded query={odd} lines={3}>
        {() => <Facts items={items} point={point} window={window} />}
      </Loaded>
      {isRegister && <DayUse use={use} />}
      {isRegister && (
        <>
          <ChangeList point={point} mayWrite={mayWrite} onChange={use.remember} />
          {!mayWrite ? (
            <p className={classes.note}>{t("dataQuality.mayNot")}</p>
          ) : (
            odd.data && (
              <ChangeForm
                key={items.map(({ kind, from }) => `${kind} ${from}`).join()}
                point={point}
                item={items.find(({ kind }) => kind !== "swap") ?? null}
                window={window}
                onChange={use.remember}
              />
            )
          )}
        </>
      )}
    </div>
  );
}

const mostRaw = 3000;

/** The readings as sent, what is odd marked behind them. */
function Course({
  point,
  meter,
  window,
  items,
}: Omit<RegisterProps, "selection" | "now"> & { readonly window: Range; readonly items: readonly Item[] }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const isShort = (window.to - window.from) / (meter.intervalS * 1000) <= mostRaw;
  const query = useQuery(
    readingsQuery({ points: [point.id], ...window, ...(isShort ? { step: "raw" } : { step: "1h", stat: "last" }) }),
  );
  const half = meter.intervalS * 500;
  const bands = items.map(({ kind, from, to }): ChartBand => {
    const [start, end] = [Date.parse(from), to === null ? window.to : Date.parse(to)];
    const colour = kind === "swap" ? "--accent" : "--state-suspect";
    return {
      from: start - (start === end ? half : 0),
      to: end + (start === end ? half : 0),
      colour,
      letter: kindGlyphs[kind],
    };
  });
  return (
    <Loaded query={query} lines={6}>
      {([body]) => {
        if (!body) return null;
        const { at, values, qualities } = toSamples(body, meter.intervalS);
        return (
          <TimeChart
            name={t("dataQuality.course")}
            unit={body.unit}
            decimals={decimalsOf(body.unit)}
            format={format}
            height={220}
            at={at}
            lines={[
              {
                name: point.kind === "counter" ? t("dataQuality.course") : t(`quantity.${point.quantity}`),
                values,
                qualities,
              },
            ]}
            bands={bands}
            span={window}
          />
        );
      }}
    </Loaded>
  );
}

/** Each thing that is odd here: what it is, what was made of it, and what can be done. */
function Facts({ items, point, window }: { items: readonly Item[]; point: PointBody; window: Range }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const trend = new URLSearchParams({
    tab: "trend",
    ch: point.quantity,
    from: format.time.toIso(window.from),
    to: format.time.toIso(window.to),
  });
  const { meterId } = splitPoint(point.id);
  return (
    <>
      {items.length === 0 && <p className={classes.good}>✓ {t("dataQuality.nothingLeft")}</p>}
      <ul className={classes.facts}>
        {items.map(({ kind, from, treatment, times }) => (
          <li key={`${kind} ${from}`}>
            <b>
              <KindMark kind={kind} times={times} />
            </b>{" "}
            {format.full(Date.parse(from))} · {t(`dataQuality.about.${kind}`)}{" "}
            {t(`dataQuality.treatmentIs.${treatment}`)}
            <small>→ {t(`dataQuality.todo.${kind}`)}</small>
          </li>
        ))}
      </ul>
      <p className={classes.note}>
        <Link to={`/meters/${meterId}?${trend.toString()}`}>{t("dataQuality.toTrend")}</Link>
      </p>
    </>
  );
}

interface DayUseView {
  readonly body: ReadingsBody | undefined;
  /** By day, what it was before a change was made here. */
  readonly before: ReadonlyMap<string, number | null> | null;
  /** Keeps what the figures are, before they change. */
  readonly remember: () => void;
}

/** Consumption of the park days that the selection touches. */
function useDayUse(point: PointBody, { from, to }: Range): DayUseView {
  const { format } = usePark();
  const [before, setBefore] = useState<DayUseView["before"]>(null);
  const days = { from: format.time.startOfDay(from), to: format.time.startOfDay(to, 1) };
  const isRegister = point.kind === "counter";
  const ask = readingsQuery({ points: isRegister ? [point.id] : [], ...days, step: "1d", stat: "consumption" });
  const body = useQuery(ask).data?.[0];
  const remember = (): void => {
    if (body && before === null) setBefore(new Map(body.rows.map(({ at, value }) => [at, value])));
  };
  return { body, before, remember };
}

/** What the days around it used, and how a change made here altered that. */
function DayUse({ use: { body, before } }: { use: DayUseView }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  if (!body) return null;
  const text = (value: number | null | undefined): string => fmt(value, body.unit, { decimals: 1 });
  return (
    <dl className={classes.use} aria-label={t("dataQuality.dayUse")}>
      {body.rows.map(({ at, value }) => {
        const old = before?.get(at);
        const isChanged = old !== undefined && old !== value;
        return (
          <div key={at}>
            <dt>{t("dataQuality.useOf", { day: format.full(Date.parse(at)).slice(0, 10) })}</dt>
            <dd>
              {isChanged && <s>{text(old)}</s>} {isChanged && "→ "}
              <b>{text(value)}</b>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
