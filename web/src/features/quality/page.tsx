import { anomalyKinds, type AnomalyKind } from "@smart-park/core";
import type { CorrectionsBody, ParkAnomaliesBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAnswer } from "../../figures/answer-panel.tsx";
import { EnterpriseChoice } from "../../figures/controls.tsx";
import { useRange } from "../../figures/use-range.ts";
import { isApiError } from "../../lib/api-client.ts";
import type { Ask } from "../../lib/asks.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { decimalsOf, fmt, missing } from "../../lib/format.ts";
import { splitPoint, usePark } from "../../lib/park.ts";
import { enterprisesQuery, metersQuery } from "../../lib/queries.ts";
import type { RangePreset } from "../../lib/time-range.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useSecond } from "../../live/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { ExportLinks } from "../../ui/export-links.tsx";
import { Select } from "../../ui/field.tsx";
import { DemoMark, FilterBar, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { RangeControl } from "../../ui/range-control.tsx";
import { firstQuestion } from "./first-question.ts";
import { KindMark } from "./kind-mark.tsx";
import classes from "./page.module.css";
import { anomaliesAsk, correctionsAsk, type Correction, type ParkAnomaly } from "./queries.ts";
import { RegisterDrawer } from "./register-drawer.tsx";
import { parseSelection, toText } from "./selection.ts";

const views = ["anomalies", "corrections"] as const;
const presets: readonly RangePreset[] = ["h24", "today", "yesterday", "d7", "d30", "month", "lastMonth"];
const kinds = ["", ...anomalyKinds] as const;
const rowsAtOnce = 100;

/** `/ops/quality`: what is odd about readings, what was made of it, what was corrected, and what can be done. */
export function Page(): ReactNode {
  const [meters, enterprises] = [useQuery(metersQuery()), useQuery(enterprisesQuery())];
  // What may be asked for depends on how many meters there are.
  return (
    <Loaded query={meters} lines={8}>
      {() => (
        <Loaded query={enterprises} lines={8}>
          {() => <QualityPage />}
        </Loaded>
      )}
    </Loaded>
  );
}

function QualityPage(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const address = useAddress();
  const { meters, enterprises } = useCatalog();
  const asked = address.get("ent") ?? "";
  const first = useMemo(
    () =>
      firstQuestion(
        meters,
        enterprises.map(({ id }) => id),
        asked,
      ),
    [meters, enterprises, asked],
  );
  const { text, range, change } = useRange(first.preset);
  const view = address.oneOf("view", views, "anomalies");
  const kind = address.oneOf("kind", kinds, "");
  const { enterprise } = first;
  return (
    <div className={classes.page}>
      <PageHead title={t("dataQuality.title")} lead={t("dataQuality.lead")} mark={me.demo && <DemoMark />} />
      <TabLinks
        label={t("dataQuality.title")}
        current={view}
        items={views.map((id) => ({
          id,
          label: t(`dataQuality.view.${id}`),
          to: `?${new URLSearchParams({ view: id, ...text, ...(enterprise && { ent: enterprise }) }).toString()}`,
        }))}
      />
      <FilterBar>
        <RangeControl text={text} range={range} presets={presets} onChange={change} />
        <EnterpriseChoice value={enterprise} hasPark={first.hasPark} />
        {view === "anomalies" && (
          <Select
            label={t("dataQuality.kindHead")}
            value={kind}
            options={kinds.map((value) => ({
              value,
              label: value === "" ? t("live.all") : t(`dataQuality.kind.${value}`),
            }))}
            onChange={(chosen) => address.change({ kind: chosen === "" ? null : chosen })}
          />
        )}
      </FilterBar>
      {!first.hasPark && <p className={classes.note}>{t("dataQuality.noPark")}</p>}
      {view === "anomalies" ? (
        <Anomalies ask={anomaliesAsk(range, enterprise, kind)} kind={kind} />
      ) : (
        <Corrections ask={correctionsAsk(range, enterprise)} />
      )}
      <Selected />
    </div>
  );
}

/** What the address looks at closely, over the list. */
function Selected(): ReactNode {
  const address = useAddress();
  const now = useSecond();
  const text = address.get("sel");
  const [openedAt, setOpenedAt] = useState({ text, now });
  // A silence that goes on is shown until when it was opened, or the chart would be asked for every second.
  if (openedAt.text !== text) setOpenedAt({ text, now });
  const selection = parseSelection(text, openedAt.now);
  if (selection === null) return null;
  return (
    <RegisterDrawer key={text} selection={selection} now={openedAt.now} onClose={() => address.change({ sel: null })} />
  );
}

interface ListPanelProps<T> {
  readonly title: string;
  readonly ask: Ask<T>;
  readonly aside: (answer: T) => ReactNode;
  readonly children: (answer: T) => ReactNode;
}

/** One answer as a list, the same as a file, and what to do when it would be too long. */
function ListPanel<T>({ title, ask, aside, children }: ListPanelProps<T>): ReactNode {
  const { t } = useTranslation();
  const query = useAnswer(ask);
  const isTooMuch = isApiError(query.error) && query.error.status === 422;
  return (
    <Panel
      title={title}
      isFlush
      aside={query.data !== undefined && aside(query.data)}
      actions={query.data !== undefined && <ExportLinks of={ask} />}
    >
      {isTooMuch ? (
        <Empty title={t("dataQuality.tooMuch")} hint={t("dataQuality.tooMuchHint")} />
      ) : (
        <Loaded query={query} lines={8}>
          {children}
        </Loaded>
      )}
    </Panel>
  );
}

function Anomalies({ ask, kind }: { ask: Ask<ParkAnomaliesBody>; kind: AnomalyKind | "" }): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const columns = useAnomalyColumns();
  const counted = ({ counts, points }: ParkAnomaliesBody): string => {
    const parts = anomalyKinds.flatMap((one) => {
      const n = counts[one] ?? 0;
      return n > 0 ? [`${t(`dataQuality.kind.${one}`)} ${n}`] : [];
    });
    return [t("dataQuality.looked", { n: points }), ...parts].join(" · ");
  };
  return (
    <ListPanel title={t("dataQuality.view.anomalies")} ask={ask} aside={counted}>
      {({ items, points, counts, isComplete }) => {
        if (points === 0) return <Empty title={t("dataQuality.noMeters")} hint={t("dataQuality.noMetersHint")} />;
        const hasOthers = Object.values(counts).some((n) => n > 0);
        if (items.length > 0)
          return (
            <Rows
              label={t("dataQuality.view.anomalies")}
              rows={items}
              columns={columns}
              keyOf={(item, index) => `${toText(item)} ${item.kind} ${index}`}
              isComplete={isComplete}
            />
          );
        return kind !== "" && hasOthers ? (
          <Empty
            title={t("dataQuality.noneOfKind", { kind: t(`dataQuality.kind.${kind}`) })}
            action={<Button onClick={() => address.change({ kind: null })}>{t("dataQuality.allKinds")}</Button>}
          />
        ) : (
          <Empty title={t("dataQuality.none")} hint={t("dataQuality.noneHint")} />
        );
      }}
    </ListPanel>
  );
}

interface RowsProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T, index: number) => string;
  /** Whether the server gave all there is. */
  readonly isComplete: boolean;
}

function Rows<T>({ rows, isComplete, ...table }: RowsProps<T>): ReactNode {
  const { t } = useTranslation();
  const [most, setMost] = useState(rowsAtOnce);
  const left = rows.length - most;
  return (
    <>
      <DataTable {...table} rows={rows.slice(0, most)} />
      {left > 0 ? (
        <p className={classes.rest}>
          <Button isSmall onClick={() => setMost(most + rowsAtOnce)}>
            {t("dataQuality.more", { n: left })}
          </Button>
        </p>
      ) : (
        !isComplete && <p className={classes.rest}>{t("dataQuality.cut")}</p>
      )}
    </>
  );
}

/** The meter, what it measures there, and whose it is. */
function Of({ enterpriseId, meterId, point }: Pick<ParkAnomaly, "enterpriseId" | "meterId" | "point">): ReactNode {
  const { t } = useTranslation();
  const { meterName, enterpriseName, pointOf } = useCatalog();
  const quantity = pointOf(point)?.quantity;
  return (
    <span className={classes.of}>
      <Link to={`/meters/${meterId}`}>{meterName(meterId)}</Link>
      <small>
        {quantity === undefined ? splitPoint(point).quantity : t(`quantity.${quantity}`)} ·{" "}
        {enterpriseName(enterpriseId)}
      </small>
    </span>
  );
}

function useAnomalyColumns(): readonly Column<ParkAnomaly>[] {
  const { t } = useTranslation();
  const address = useAddress();
  const { format } = usePark();
  const { meterName } = useCatalog();
  const now = useSecond();
  const moment = (iso: string): string => format.moment(Date.parse(iso), now);
  const readings = ({ before, value, after, unit }: ParkAnomaly): string =>
    [before?.value, value, after?.value]
      .filter((one) => one !== null && one !== undefined)
      .map((one) => fmt(one, unit, { unit: false, decimals: 1 }))
      .join(" → ");
  return [
    { key: "of", head: t("dataQuality.meter"), cell: (item) => <Of {...item} /> },
    {
      key: "kind",
      head: t("dataQuality.kindHead"),
      cell: (item) => (
        <Button isSmall onClick={() => address.change({ sel: toText(item) })}>
          <KindMark kind={item.kind} times={item.times} />
          <span className="visually-hidden">{meterName(item.meterId)}</span>
        </Button>
      ),
    },
    {
      key: "time",
      head: t("dataQuality.time"),
      cell: ({ from, to }) =>
        from === to
          ? moment(from)
          : to === null
            ? t("dataQuality.since", { at: moment(from) })
            : `${moment(from)} – ${moment(to)}`,
    },
    {
      key: "readings",
      head: t("dataQuality.readings"),
      isNumber: true,
      cell: (item) => `${readings(item) || missing} ${item.unit}`,
    },
    {
      key: "treatment",
      head: t("dataQuality.treatmentHead"),
      cell: ({ treatment }) => t(`dataQuality.treatment.${treatment}`),
    },
    {
      key: "amount",
      head: t("dataQuality.amount"),
      isNumber: true,
      cell: ({ amount, amountUnit, isSure }) => (
        <span title={isSure ? undefined : t("dataQuality.unsure")}>
          {amount !== null && !isSure && "≈ "}
          {fmt(amount, amountUnit, { decimals: decimalsOf(amountUnit, amount ?? 0) })}
        </span>
      ),
    },
  ];
}

function Corrections({ ask }: { ask: Ask<CorrectionsBody> }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const now = useSecond();
  const moment = (iso: string): string => format.moment(Date.parse(iso), now);
  const columns: readonly Column<Correction>[] = [
    { key: "of", head: t("dataQuality.meter"), cell: (item) => <Of {...item} /> },
    { key: "at", head: t("dataQuality.readAt"), cell: ({ at }) => moment(at) },
    {
      key: "change",
      head: t("dataQuality.oldNew"),
      isNumber: true,
      cell: ({ value, by, unit }) => (
        <>
          <s>{fmt(value, unit, { unit: false, decimals: 1 })}</s> →{" "}
          <b>{by === null ? t("dataQuality.removed") : fmt(by.value, unit, { decimals: 1 })}</b>
        </>
      ),
    },
    {
      key: "quality",
      head: t("chart.quality"),
      cell: ({ quality, by }) =>
        by === null || by.quality === quality
          ? t(`quality.${quality}`)
          : `${t(`quality.${quality}`)} → ${t(`quality.${by.quality}`)}`,
    },
    { key: "when", head: t("dataQuality.changedAt"), cell: ({ replacedAt }) => moment(replacedAt) },
    { key: "who", head: t("dataQuality.who"), cell: ({ who }) => who ?? t("dataQuality.sentAgain") },
  ];
  return (
    <ListPanel
      title={t("dataQuality.view.corrections")}
      ask={ask}
      aside={({ items }) => t("dataQuality.corrected", { n: items.length })}
    >
      {({ items, isComplete }) =>
        items.length === 0 ? (
          <Empty title={t("dataQuality.noCorrections")} hint={t("dataQuality.noCorrectionsHint")} />
        ) : (
          <Rows
            label={t("dataQuality.view.corrections")}
            rows={items}
            columns={columns}
            keyOf={({ point, at, replacedAt }) => `${point} ${at} ${replacedAt}`}
            isComplete={isComplete}
          />
        )
      }
    </ListPanel>
  );
}
