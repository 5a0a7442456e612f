import type { ChargingBody, PvBody, StorageBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { BarList } from "../charts/bar-list.tsx";
import { asks } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { fmt, fmtScaled, fmtShare, formatNumber, missing } from "../lib/format.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { DataTable } from "../ui/data-table.tsx";
import { Basis, knownShare, lowCoverage } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";

type Plant = PvBody["plants"][number];
type Storage = StorageBody["meters"][number];

/** What sun, storage and charging piles did: each with its own answer, so that one that fails leaves the others. */
export function RenewablesView({ range }: { range: ParsedRange }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <AnswerPanel title={t("renewables.pv")} ask={asks.pv(range)} trust={({ state }) => ({ state })}>
        {(body) => <Plants body={body} />}
      </AnswerPanel>
      <AnswerPanel title={t("renewables.storage")} ask={asks.storage(range)} trust={({ state }) => ({ state })}>
        {(body) => <Storages body={body} />}
      </AnswerPanel>
      <AnswerPanel
        title={t("renewables.charging")}
        ask={asks.charging(range)}
        trust={({ state, total }) => ({ state, coverage: total.coverage })}
      >
        {(body) => <Charging body={body} />}
      </AnswerPanel>
    </>
  );
}

/** null when one is not known: a sum of some would pass for the sum of all. */
function sumOfAll(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

const kwh = (value: number | null): string => fmt(value, "kWh", { unit: false });
const hours = (value: number | null): string => (value === null ? missing : formatNumber(value, 1));
const isLow = ({ generation }: Plant): boolean => knownShare(generation.coverage) < lowCoverage;

function Plants({ body }: { body: PvBody }): ReactNode {
  const { t } = useTranslation();
  const nameOf = useMeterName();
  const plants = body.plants.toSorted((a, b) => (b.yieldHours ?? -1) - (a.yieldHours ?? -1));
  if (plants.length === 0) return <Empty title={t("renewables.noPv")} hint={t("renewables.noPvHint")} />;
  const generated = sumOfAll(plants.map(({ generation }) => generation.value));
  const fedIn = sumOfAll(plants.map(({ feedIn }) => feedIn?.value ?? null));
  const used = sumOfAll(plants.map(({ selfUseKwh }) => selfUseKwh));
  const behind = plants.filter((plant) => plant.isBehind);
  const withHours = plants.filter(({ yieldHours }) => yieldHours !== null);
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        <Tile label={t("renewables.generation")} figure={fmtScaled(generated, "kWh")} />
        <Tile label={t("renewables.selfUse")} figure={fmtScaled(used, "kWh")} />
        <Tile
          label={t("renewables.selfUseRate")}
          figure={{ text: fmtShare(used === null || !generated ? null : used / generated), unit: "" }}
        />
        <Tile label={t("renewables.feedIn")} figure={fmtScaled(fedIn, "kWh")} />
        <Tile
          label={t("renewables.behind")}
          figure={{ text: String(behind.length), unit: "" }}
          isLow={behind.length > 0}
          sub={t("renewables.behindHint", { share: fmtShare(body.behindBy) })}
        />
      </Tiles>
      {withHours.length > 0 && (
        <BarList
          label={t("renewables.yieldHours")}
          colour="--series-2"
          rows={withHours.map((plant) => ({
            id: plant.meterId,
            name: nameOf(plant),
            value: plant.yieldHours,
            before: plant.sistersHours,
            text: `${hours(plant.yieldHours)} h`,
            side: deviation(plant),
            isLow: isLow(plant),
          }))}
        />
      )}
      <DataTable
        label={t("renewables.pv")}
        rows={plants}
        keyOf={({ meterId }) => meterId}
        isMarked={(plant) => plant.isBehind}
        columns={[
          { key: "name", head: t("renewables.plant"), cell: (plant) => <MeterLink meter={plant} /> },
          {
            key: "generation",
            head: `${t("renewables.generation")} (kWh)`,
            isNumber: true,
            cell: ({ generation }) => kwh(generation.value),
          },
          {
            key: "kwp",
            head: "kWp",
            isNumber: true,
            cell: ({ installedKwp }) => (installedKwp === null ? missing : formatNumber(installedKwp, 0)),
          },
          {
            key: "hours",
            head: `${t("renewables.yieldHours")} (h)`,
            isNumber: true,
            isMain: true,
            cell: ({ yieldHours }) => hours(yieldHours),
          },
          {
            key: "sisters",
            head: `${t("renewables.sisters")} (h)`,
            isNumber: true,
            cell: ({ sistersHours }) => hours(sistersHours),
          },
          { key: "deviation", head: t("renewables.deviation"), isNumber: true, cell: deviation },
          {
            key: "feedIn",
            head: `${t("renewables.feedIn")} (kWh)`,
            isNumber: true,
            cell: ({ feedIn, feedInMissing }) =>
              feedInMissing === null ? (
                kwh(feedIn?.value ?? null)
              ) : (
                <span className={classes.missing}>{t(`renewables.noFeedIn.${feedInMissing}`)}</span>
              ),
          },
          {
            key: "rate",
            head: t("renewables.selfUseRate"),
            isNumber: true,
            cell: ({ selfUseRate }) => fmtShare(selfUseRate),
          },
          {
            key: "known",
            head: t("figure.known"),
            isNumber: true,
            cell: (plant) => (
              <span className={isLow(plant) ? classes.caution : undefined}>
                {fmtShare(knownShare(plant.generation.coverage))}
              </span>
            ),
          },
        ]}
        foot={{ name: t("meter.total"), generation: kwh(generated), feedIn: kwh(fedIn) }}
      />
      <p className={classes.note}>{t("renewables.pvMethod")}</p>
    </div>
  );
}

const deviation = ({ deviation: share }: Plant): string =>
  share === null ? missing : `${formatNumber(share * 100, 1, true)} %`;

function Storages({ body }: { body: StorageBody }): ReactNode {
  const { t } = useTranslation();
  if (body.meters.length === 0) return <Empty title={t("renewables.noStorage")} hint={t("renewables.noStorageHint")} />;
  const charged = sumOfAll(body.meters.map(({ charge }) => charge.value));
  const discharged = sumOfAll(body.meters.map(({ discharge }) => discharge.value));
  const gain = sumOfAll(body.meters.map(({ arbitrage }) => arbitrage?.gainYuan ?? null));
  const versions = new Map(body.meters.flatMap((meter) => meter.versions.map((one) => [one.id, one])));
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        <Tile label={t("renewables.charge")} figure={fmtScaled(charged, "kWh")} />
        <Tile label={t("renewables.discharge")} figure={fmtScaled(discharged, "kWh")} />
        <Tile label={t("renewables.gain")} figure={{ text: fmt(gain, "元", { unit: false }), unit: "¥" }} />
      </Tiles>
      <DataTable<Storage>
        label={t("renewables.storage")}
        rows={body.meters}
        keyOf={({ meterId }) => meterId}
        columns={[
          { key: "name", head: t("renewables.storage"), cell: (meter) => <MeterLink meter={meter} /> },
          {
            key: "charge",
            head: `${t("renewables.charge")} (kWh)`,
            isNumber: true,
            cell: ({ charge }) => kwh(charge.value),
          },
          {
            key: "discharge",
            head: `${t("renewables.discharge")} (kWh)`,
            isNumber: true,
            cell: ({ discharge }) => kwh(discharge.value),
          },
          {
            key: "stored",
            head: `${t("renewables.storedChange")} (kWh)`,
            isNumber: true,
            cell: ({ storedChangeKwh }) => kwh(storedChangeKwh),
          },
          {
            key: "efficiency",
            head: t("renewables.efficiency"),
            isNumber: true,
            isMain: true,
            cell: ({ efficiency }) => fmtShare(efficiency),
          },
          {
            key: "gain",
            head: `${t("renewables.gain")} (¥)`,
            isNumber: true,
            cell: ({ arbitrage, arbitrageMissing }) =>
              arbitrageMissing === null ? (
                fmt(arbitrage?.gainYuan ?? null, "元", { unit: false })
              ) : (
                <span className={classes.missing}>{t(`renewables.noGain.${arbitrageMissing}`)}</span>
              ),
          },
        ]}
      />
      <Basis versions={[...versions.values()]} method={t("renewables.storageMethod")} />
    </div>
  );
}

function Charging({ body }: { body: ChargingBody }): ReactNode {
  const { t } = useTranslation();
  if (body.meters.length === 0)
    return <Empty title={t("renewables.noCharging")} hint={t("renewables.noChargingHint")} />;
  return (
    <DataTable
      label={t("renewables.charging")}
      rows={body.meters}
      keyOf={({ meterId }) => meterId}
      columns={[
        { key: "name", head: t("renewables.pile"), cell: (meter) => <MeterLink meter={meter} /> },
        {
          key: "use",
          head: `${t("meter.consumption")} (kWh)`,
          isNumber: true,
          isMain: true,
          cell: ({ use }) => kwh(use.value),
        },
        {
          key: "known",
          head: t("figure.known"),
          isNumber: true,
          cell: ({ use }) => fmtShare(knownShare(use.coverage)),
        },
      ]}
      foot={{ name: t("meter.total"), use: kwh(body.total.value) }}
    />
  );
}

interface NamedMeter {
  readonly meterId: string;
  readonly name: string;
  /** Of a meter that was removed: it has no page any more. */
  readonly countsUntil: string | null;
}

/** The name in the reader's language; a meter that was removed keeps the one it had. */
function useMeterName(): (meter: NamedMeter) => string {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  return ({ meterId, name, countsUntil }) =>
    countsUntil === null ? meterName(meterId) : t("renewables.removed", { name, date: countsUntil.slice(0, 10) });
}

function MeterLink({ meter }: { meter: NamedMeter }): ReactNode {
  const nameOf = useMeterName();
  return meter.countsUntil === null ? <Link to={`/meters/${meter.meterId}`}>{nameOf(meter)}</Link> : nameOf(meter);
}
