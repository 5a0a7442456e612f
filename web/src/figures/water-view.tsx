import type { LeaksBody, NightFlowBody, WaterFiguresBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { TimeChart, type ChartLine } from "../charts/time-chart.tsx";
import { answerQuery, asks } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { download, toCsv } from "../lib/csv.ts";
import { fmt, fmtScaled, fmtShare, formatNumber, missing } from "../lib/format.ts";
import { splitPoint, usePark } from "../lib/park.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { useAddress } from "../lib/use-address.ts";
import { Button } from "../ui/button.tsx";
import { DataTable } from "../ui/data-table.tsx";
import { Select } from "../ui/field.tsx";
import { Basis, CoverageNote, knownShare } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";

interface OfRange {
  readonly enterprise: string;
  readonly range: ParsedRange;
}

/** What was taken, used again and let out, and what it cost. */
export function WaterUseView({ enterprise, range }: OfRange): ReactNode {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  return (
    <AnswerPanel
      title={t("water.use", { name: enterpriseName(enterprise) })}
      ask={asks.water(enterprise, range)}
      hasFile={false}
      trust={({ intake }) => ({ coverage: intake.coverage })}
      actions={(body) => <WaterFile body={body} />}
    >
      {(body) => <WaterUse body={body} />}
    </AnswerPanel>
  );
}

const share = (value: number | null): { text: string; unit: string } => ({ text: fmtShare(value), unit: "" });

function WaterUse({ body }: { body: WaterFiguresBody }): ReactNode {
  const { t } = useTranslation();
  if (body.meters.length === 0) return <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />;
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        <Tile
          label={t("water.intake")}
          figure={fmtScaled(body.intake.value, "m³")}
          sub={t(`water.intakeFrom.${body.intakeFrom}`)}
        />
        <Tile
          label={t("water.reused")}
          figure={fmtScaled(body.reused.value, "m³")}
          sub={t(`water.reusedFrom.${body.reusedFrom}`)}
        />
        <Tile label={t("water.reuseRate")} figure={share(body.reuseRate)} sub={t("water.reuseHint")} />
        <Tile label={t("water.circulation")} figure={share(body.circulationRate)} />
        <Tile label={t("water.wastewater")} figure={fmtScaled(body.wastewater?.value ?? null, "m³")} />
        <Tile
          label={t("water.drainRatio")}
          figure={share(body.drainRatio)}
          sub={
            body.drainRatioMissing === "treatsForOthers"
              ? t("water.drainForOthers")
              : (body.drainRatio ?? 0) > 1
                ? t("water.drainAbove")
                : t("water.drainHint")
          }
        />
        <Tile
          label={t("water.cost")}
          figure={{ text: fmt(body.yuan, "元", { unit: false }), unit: "¥" }}
          sub={body.yuan === null ? t("water.noPrice") : null}
        />
      </Tiles>
      <h3>{t("water.balance")}</h3>
      <WaterBalance body={body} />
      {body.inCycle.length > 0 && (
        <p className={classes.warning}>▲ {t("energy.inCycle", { meters: body.inCycle.join(", ") })}</p>
      )}
      <Basis versions={body.versions} method={t("water.method")} />
    </div>
  );
}

type BalanceRow = WaterFiguresBody["balance"][number];
const target = 0.05;

function WaterBalance({ body }: { body: WaterFiguresBody }): ReactNode {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  const depths = new Map<string, number>();
  for (const { meterId, parentId } of body.balance)
    depths.set(meterId, parentId === null ? 0 : (depths.get(parentId) ?? -1) + 1);
  const m3 = (value: number | null | undefined): string => fmt(value, "m³", { unit: false });
  return (
    <DataTable<BalanceRow>
      label={t("water.balance")}
      rows={body.balance}
      keyOf={({ meterId }) => meterId}
      isMarked={({ residualShare }) => residualShare !== null && (residualShare > target || residualShare < 0)}
      columns={[
        {
          key: "meter",
          head: t("live.name"),
          cell: ({ meterId }) => (
            <Link to={`/meters/${meterId}`} style={{ paddingLeft: (depths.get(meterId) ?? 0) * 16 }}>
              {meterName(meterId)}
            </Link>
          ),
        },
        { key: "total", head: `${t("meter.consumption")} (m³)`, isNumber: true, cell: ({ total }) => m3(total.value) },
        {
          key: "below",
          head: `${t("energy.below")} (m³)`,
          isNumber: true,
          cell: ({ childrenSum }) => m3(childrenSum?.value),
        },
        {
          key: "loss",
          head: `${t("water.loss")} (m³)`,
          isNumber: true,
          cell: ({ residual, state }) => (state === "insufficient" ? t("energy.insufficient") : m3(residual)),
        },
        {
          key: "share",
          head: t("water.lossShare"),
          isNumber: true,
          cell: ({ residualShare }) => (residualShare === null ? missing : `${formatNumber(residualShare * 100, 1)} %`),
        },
        {
          key: "known",
          head: t("figure.known"),
          isNumber: true,
          cell: ({ total }) => <CoverageNote coverage={total.coverage} isBare />,
        },
      ]}
    />
  );
}

function WaterFile({ body }: { body: WaterFiguresBody }): ReactNode {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  const save = (): void => {
    const figures = [
      [t("water.intake"), body.intake.value, "m³"],
      [t("water.reused"), body.reused.value, "m³"],
      [t("water.reuseRate"), body.reuseRate === null ? null : body.reuseRate * 100, "%"],
      [t("water.wastewater"), body.wastewater?.value ?? null, "m³"],
      [t("water.cost"), body.yuan, "¥"],
    ];
    const rows = body.balance.map(({ meterId, total, childrenSum, residual }) => [
      meterName(meterId),
      total.value,
      childrenSum?.value ?? null,
      residual,
      knownShare(total.coverage) * 100,
    ]);
    const heads = [
      t("live.name"),
      `${t("meter.consumption")} (m³)`,
      `${t("energy.below")} (m³)`,
      `${t("water.loss")} (m³)`,
      `${t("figure.known")} (%)`,
    ];
    download(
      `${t("water.title")}_${body.enterpriseId}_${body.from.slice(0, 10)}.csv`,
      toCsv([...figures, [], heads, ...rows]),
    );
  };
  return <CsvButton onClick={save} />;
}

export function CsvButton({ onClick }: { onClick: () => void }): ReactNode {
  return (
    <Button isSmall look="quiet" icon="download" onClick={onClick}>
      CSV
    </Button>
  );
}

/** Meters whose nights say that water is lost, the largest first. */
export function LeaksView({ enterprise }: { enterprise?: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <AnswerPanel title={t("water.leaks")} ask={asks.leaks()} hasFile={false} isFlush aside={t("water.leaksHint")}>
      {(body) => <Leaks body={body} enterprise={enterprise} />}
    </AnswerPanel>
  );
}

function Leaks({ body, enterprise }: { body: LeaksBody; enterprise: string | undefined }): ReactNode {
  const { t } = useTranslation();
  const { meterName, enterpriseName } = useCatalog();
  const address = useAddress();
  const items = body.items.filter(({ enterpriseId }) => enterprise === undefined || enterpriseId === enterprise);
  const judged = t("water.judged", { n: body.pointCount - body.unknown.length, total: body.pointCount });
  if (items.length === 0) return <Empty title={t("water.noLeaks")} hint={judged} />;
  return (
    <ul className={classes.cards}>
      {items.map((leak) => (
        <li key={leak.point} className={classes.card}>
          <p className={classes.line}>
            <strong>{meterName(leak.meterId)}</strong>
            <span>{enterpriseName(leak.enterpriseId)}</span>
            <span className={leak.state === "alarm" ? classes.bad : classes.caution}>
              {leak.state === "alarm" ? "⬢" : "▲"}{" "}
              {t("water.losing", {
                m3: fmt(leak.m3PerDay, "m³"),
                yuan: leak.yuanPerDay === null ? missing : fmt(leak.yuanPerDay, "元"),
              })}
            </span>
          </p>
          <p className={classes.line}>
            <span className={classes.note}>
              {t("water.leakFacts", {
                now: fmt(leak.minFlow, "m³/h"),
                usual: fmt(leak.baseline, "m³/h"),
                since: leak.since?.slice(0, 10) ?? missing,
                count: leak.nightsAbove,
              })}
              {leak.yuanPerDay === null && ` ${t("water.noPrice")}`}
            </span>
            <Button isSmall onClick={() => address.change({ point: leak.point })}>
              {t("water.showNights")}
            </Button>
          </p>
        </li>
      ))}
      <li className={classes.card}>
        <p className={classes.note}>
          {judged} {t("water.leakCaution")}
        </p>
      </li>
    </ul>
  );
}

const nightCounts = ["91", "60", "30"] as const;

/** The minimum flow of each night over what is usual for such a night. */
export function NightFlowView({ enterprise }: { enterprise?: string }): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const { meters, meterName } = useCatalog();
  const { data: leaks } = useQuery(answerQuery(asks.leaks()));
  const points = meters
    .filter(({ kind, enterpriseId }) => kind === "water" && (enterprise === undefined || enterpriseId === enterprise))
    .flatMap(
      (meter) =>
        meter.points.find(({ quantity }) => quantity === "waterFlow") ??
        meter.points.find(({ quantity }) => quantity === "waterVolume") ??
        [],
    );
  const asked = address.get("point");
  const worst = leaks?.items.find(({ point }) => points.some(({ id }) => id === point))?.point;
  const point = points.find(({ id }) => id === asked)?.id ?? worst ?? points[0]?.id;
  const nights = address.oneOf("nights", nightCounts, "91");
  if (point === undefined) return <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />;
  return (
    <AnswerPanel
      title={t("water.night")}
      ask={asks.nightFlow(point, Number(nights))}
      hasFile={false}
      trust={(body) => body.coverage && { coverage: body.coverage }}
      aside={
        <Select
          label={t("live.meter")}
          value={point}
          options={points.map(({ id, meterId }) => ({ value: id, label: meterName(meterId) }))}
          onChange={(chosen) => address.change({ point: chosen })}
        />
      }
      actions={(body) => (
        <>
          <Select
            label={t("water.nights")}
            value={nights}
            options={nightCounts.map((value) => ({ value, label: value }))}
            onChange={(value) => address.change({ nights: value })}
          />
          <CsvButton onClick={() => saveNights(body, t)} />
        </>
      )}
    >
      {(body) => <Nights body={body} />}
    </AnswerPanel>
  );
}

function saveNights(
  body: NightFlowBody,
  t: (key: "chart.time" | "water.minFlow" | "watch.usual" | "water.threshold") => string,
): void {
  const heads = [
    t("chart.time"),
    `${t("water.minFlow")} (m³/h)`,
    `${t("watch.usual")} (m³/h)`,
    `${t("water.threshold")} (m³/h)`,
  ];
  const rows = body.nights.map(({ from, minFlow, baseline, threshold }) => [from, minFlow, baseline, threshold]);
  download(`${body.point}_night-flow.csv`, toCsv([heads, ...rows]));
}

function Nights({ body }: { body: NightFlowBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { meterName } = useCatalog();
  const at = body.nights.map(({ from }) => format.time.startOfDay(Date.parse(from)));
  const band = body.nights.map(({ baseline, threshold }) =>
    baseline === null || threshold === null ? null : baseline + threshold,
  );
  const lines: ChartLine[] = [
    { name: t("water.minFlow"), values: body.nights.map(({ minFlow }) => minFlow), colour: 5 },
    { name: t("watch.usual"), values: body.nights.map(({ baseline }) => baseline), colour: 7, isDashed: true },
    { name: t("water.alarmFrom"), values: band, colour: 6, isDashed: true },
  ];
  const events = body.events.filter(({ endedAt }) => endedAt === null);
  return (
    <div className={classes.stack}>
      <p className={classes.line}>
        <strong>{meterName(splitPoint(body.point).meterId)}</strong>
        <span
          className={body.state === "alarm" ? classes.bad : body.state === "warning" ? classes.caution : classes.good}
        >
          {t(`watch.state.${body.state}`)}
        </span>
      </p>
      <Tiles isFlat>
        <Tile
          label={t("watch.nightValue")}
          figure={{ text: fmt(body.minFlow, "m³/h", { unit: false }), unit: "m³/h" }}
        />
        <Tile label={t("watch.usual")} figure={{ text: fmt(body.baseline, "m³/h", { unit: false }), unit: "m³/h" }} />
        <Tile
          label={t("water.lossPerDay")}
          figure={{ text: fmt(body.m3PerDay, "m³", { unit: false }), unit: "m³/d" }}
          sub={
            body.yuanPerDay === null ? t("water.noPrice") : t("water.yuanPerDay", { value: fmt(body.yuanPerDay, "元") })
          }
        />
        <Tile
          label={t("water.nightsAbove")}
          figure={{ text: String(body.nightsAbove), unit: "" }}
          sub={body.since?.slice(0, 10)}
        />
      </Tiles>
      <TimeChart
        name={t("water.night")}
        unit="m³/h"
        decimals={1}
        format={format}
        at={at}
        lines={lines}
        isFromZero
        timeLabel={(time) => format.full(time).slice(0, 10)}
      />
      {events.map((event) => (
        <p key={event.since} className={classes.warning}>
          ▲ {t(`water.event.${event.kind}`)}:{" "}
          {t("water.eventFacts", {
            since: event.since.slice(0, 10),
            flow: fmt(event.flowM3PerH, "m³/h"),
            perDay: fmt(event.m3PerDay, "m³"),
          })}
        </p>
      ))}
      <Basis versions={body.versions} method={t("water.nightMethod")} />
    </div>
  );
}
