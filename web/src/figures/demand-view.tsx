import type { DemandBody, ElectricityBody, LoadCurveBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Gauge } from "../charts/gauge.tsx";
import { TimeChart } from "../charts/time-chart.tsx";
import { answerQuery, asks } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { decimalsOf, fmt, fmtScaled, fmtShare } from "../lib/format.ts";
import { splitPoint, usePark } from "../lib/park.ts";
import { contractsQuery, watchTargetsQuery } from "../lib/queries.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { useSecond } from "../live/hooks.ts";
import { Basis } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel, useAnswer } from "./answer-panel.tsx";
import classes from "./figures.module.css";

const minuteMs = 60_000;

/** Shares of the declared demand at which something happens: attention, paid in full, paid twice. */
const steps = [0.9, 1, 1.05] as const;

const monthRange = (time: { startOfMonth(at: number, plus?: number): number }, month: string): ParsedRange => {
  const from = time.startOfMonth(Date.parse(`${month}-15T00:00:00Z`));
  return { from, to: time.startOfMonth(from, 1) };
};

/** The running window against what was declared, the month's maximum, and the power factor. */
export function DemandView({ enterprise, month }: { enterprise: string; month: string }): ReactNode {
  const { t } = useTranslation();
  const { time } = usePark().format;
  const declared = useDeclared(enterprise);
  const curve = asks.loadCurve(enterprise, "15m", monthRange(time, month));
  return (
    <>
      <AnswerPanel
        title={t("energy.demand")}
        ask={asks.electricity(enterprise, month)}
        hasFile={false}
        trust={(body) => body}
      >
        {(body) => (
          <div className={classes.stack}>
            <Windows body={body} declared={declared} />
            <MonthFigures body={body} declared={declared} />
            <Basis versions={body.versions} method={t("energy.demandMethod")} />
          </div>
        )}
      </AnswerPanel>
      <AnswerPanel title={t("energy.demandDays")} ask={curve}>
        {(body) => <Days body={body} declared={declared} />}
      </AnswerPanel>
    </>
  );
}

/** Demand declared in the contract in force, kW; what is watched stands in where there is none. */
function useDeclared(enterprise: string): number | null {
  const { data: contracts = [] } = useQuery(contractsQuery(enterprise));
  const { data: targets = [] } = useQuery(watchTargetsQuery());
  const { pointOf } = useCatalog();
  const contract = contracts.at(-1)?.electricity?.basic?.contract;
  if (contract?.method === "declaredDemand") return contract.declaredKw;
  const watched = targets.find(({ kind, point }) => kind === "demand" && pointOf(point)?.enterpriseId === enterprise);
  return watched?.limit ?? null;
}

/** Power points of the meters that settle the month. */
function useDemandPoints(body: ElectricityBody): readonly string[] {
  const { meter } = useCatalog();
  const ids = [...new Set(body.settlement.meters.map(({ meterId }) => meterId))];
  return ids.flatMap((id) => meter(id)?.points.find(({ quantity }) => quantity === "activePower")?.id ?? []);
}

interface WindowsProps {
  readonly body: ElectricityBody;
  readonly declared: number | null;
}

function Windows({ body, declared }: WindowsProps): ReactNode {
  const { t } = useTranslation();
  const points = useDemandPoints(body);
  const isRunning = Date.parse(body.to) > useSecond();
  if (!isRunning) return null;
  if (points.length === 0) return <Empty title={t("energy.noDemandPoint")} hint={t("energy.noDemandPointHint")} />;
  return points.map((point) => (
    <Window key={point} point={point} mode={body.demand.charged} declared={points.length === 1 ? declared : null} />
  ));
}

interface WindowProps {
  readonly point: string;
  readonly mode: DemandBody["mode"];
  readonly declared: number | null;
}

function Window({ point, mode, declared }: WindowProps): ReactNode {
  const { t } = useTranslation();
  const { time } = usePark().format;
  const { meterName } = useCatalog();
  const now = useSecond();
  const from = time.startOfDay(now);
  // The forecast is of the window that holds now: the range must reach up to it.
  const to = time.startOfDay(now, 1);
  const { data } = useQuery({
    ...answerQuery(asks.demand(point, mode, { from, to })),
    refetchInterval: 10_000,
    staleTime: 5000,
  });
  const forecast = data?.forecast;
  if (!forecast) return null;
  const { meanKw, presentKw, projectedKw, minutesLeft } = forecast;
  const share = declared === null || projectedKw === null ? null : projectedKw / declared;
  const tone = share === null || share < steps[0] ? "normal" : share < steps[1] ? "warning" : "alarm";
  const words = { normal: classes.good, warning: classes.caution, alarm: classes.bad }[tone];
  const left = Math.max(0, Math.ceil(minutesLeft - (now - Math.floor(now / minuteMs) * minuteMs) / minuteMs));
  return (
    <div className={classes.stack}>
      <p className={classes.line}>
        <strong>{meterName(splitPoint(point).meterId)}</strong>
        <span className={classes.note}>
          {t("energy.window", { from: forecast.from.slice(11, 16), to: forecast.to.slice(11, 16), n: left })}
        </span>
        {share !== null && <span className={words}>{t("watch.share.demand", { share: fmtShare(share) })}</span>}
      </p>
      {declared !== null && <Gauge value={meanKw} projected={projectedKw} limit={declared} tone={tone} steps={steps} />}
      <Tiles isFlat>
        <Tile
          label={t("watch.demandProjected")}
          figure={fmtScaled(projectedKw, "kW")}
          sub={declared === null ? t("energy.notDeclaredDemand") : t("watch.declared", { value: fmt(declared, "kW") })}
        />
        <Tile label={t("watch.demandValue")} figure={fmtScaled(meanKw, "kW")} />
        <Tile label={t("energy.presentPower")} figure={fmtScaled(presentKw, "kW")} />
      </Tiles>
    </div>
  );
}

function MonthFigures({ body, declared }: WindowsProps): ReactNode {
  const { t } = useTranslation();
  const bill = useAnswer(asks.bill(body.enterpriseId, body.month)).data;
  const adjustment = bill?.lines.find(({ kind }) => kind === "powerFactor");
  const { max } = body.demand[body.demand.charged];
  const share = max && declared ? max.kw / declared : null;
  return (
    <Tiles isFlat>
      <Tile
        label={t("energy.monthMax")}
        figure={fmtScaled(max?.kw ?? null, "kW")}
        sub={
          <>
            {max && `${max.from.slice(5, 10)} ${max.from.slice(11, 16)}`}
            {share !== null && <b>{t("energy.ofDeclared", { share: fmtShare(share) })}</b>}
          </>
        }
      />
      <Tile
        label={t("quantity.powerFactor")}
        figure={{ text: fmt(body.powerFactor.value, "1"), unit: "" }}
        sub={
          adjustment?.price == null
            ? t("energy.noAdjustment")
            : t("energy.adjustment", { percent: fmtPercent(adjustment.price) })
        }
      />
      <Tile label={t("energy.monthEnergy")} figure={fmtScaled(body.energy.value, "kWh")} />
      <Tile
        label={t("energy.loadFactor")}
        figure={{ text: fmtShare(body.load?.loadFactor ?? null), unit: "" }}
        sub={t("energy.loadFactorHint")}
      />
    </Tiles>
  );
}

const fmtPercent = (share: number): string => fmt(share * 100, "%", { decimals: 2, signed: true });

/** The largest quarter hour of each day. */
function Days({ body, declared }: { body: LoadCurveBody; declared: number | null }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const days = new Map<string, number | null>();
  for (const { at, kw } of body.rows) {
    const day = at.slice(0, 10);
    days.set(day, kw === null ? (days.get(day) ?? null) : Math.max(kw, days.get(day) ?? 0));
  }
  const offset = body.rows[0]?.at.slice(19) ?? "Z";
  const at = [...days.keys()].map((day) => Date.parse(`${day}T00:00:00${offset}`));
  const limits =
    declared === null ? [] : [{ value: declared, label: t("watch.declared", { value: fmt(declared, "kW") }) }];
  return (
    <TimeChart
      name={t("energy.demandDays")}
      unit="kW"
      decimals={decimalsOf("kW")}
      format={format}
      kind="bar"
      height={240}
      at={at}
      limits={limits}
      lines={[{ name: t("energy.dayMax"), values: [...days.values()], colour: 1 }]}
      timeLabel={(time) => format.full(time).slice(0, 10)}
    />
  );
}
