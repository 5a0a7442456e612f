import type { CarbonBody, StandardCoalBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { BarList } from "../charts/bar-list.tsx";
import { asks } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { fmt, fmtScaled, formatNumber, missing, unitLabel, unitLabelIn } from "../lib/format.ts";
import { useLanguage } from "../lib/park.ts";
import type { Language } from "../lib/preferences.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { useAddress } from "../lib/use-address.ts";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Segments, Select } from "../ui/field.tsx";
import { Basis, CoverageNote, knownShare, lowCoverage } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import { carrierName, denominatorName, isDeduction } from "./carrier-names.ts";
import classes from "./figures.module.css";
import { denominatorsOf, productsOf } from "./intensities.ts";

const carbonGroupings = ["enterprise", "chain", "park"] as const;
const bases = ["equivalent", "substitution"] as const;
const grids = ["national", "hunan", "nationalWithoutTradedNonFossil"] as const;

interface ViewProps {
  readonly range: ParsedRange;
  /** Only this one, when named. */
  readonly enterprise?: string;
}

type Line = Pick<CarbonBody["groups"][number], "id" | "name" | "incomplete" | "madeInside" | "intensities">;

function useBy(enterprise: string | undefined): CarbonBody["by"] {
  const asked = useAddress().oneOf("by", carbonGroupings, "enterprise");
  return enterprise === undefined ? asked : "enterprise";
}

function useLineName(by: CarbonBody["by"]): (line: Pick<Line, "id" | "name">) => string {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  return ({ id, name }) =>
    by === "park"
      ? t("figure.park")
      : id === null
        ? t("energy.nameless")
        : by === "enterprise"
          ? enterpriseName(id)
          : (name ?? id);
}

const ofOne = <T extends Line>(groups: readonly T[], enterprise: string | undefined): T[] =>
  groups.filter(({ id }) => enterprise === undefined || id === enterprise);

export function ByChoice(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  return (
    <Segments
      label={t("energy.by")}
      value={address.oneOf("by", carbonGroupings, "enterprise")}
      options={carbonGroupings.map((value) => ({ value, label: t(`energy.grouping.${value}`) }))}
      onChange={(value) => address.change({ by: value })}
    />
  );
}

/** Comprehensive energy in tonnes of standard coal, with what it is related to. */
export function StandardCoalView({ range, enterprise }: ViewProps): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const by = useBy(enterprise);
  const basis = address.oneOf("basis", bases, "equivalent");
  return (
    <AnswerPanel
      title={t("carbon.coal")}
      ask={asks.standardCoal(by, basis, range)}
      aside={
        <Segments
          label={t("carbon.basis")}
          value={basis}
          options={bases.map((value) => ({ value, label: t(`carbon.basisName.${value}`) }))}
          onChange={(value) => address.change({ basis: value })}
        />
      }
    >
      {(body) => <Coal body={body} enterprise={enterprise} />}
    </AnswerPanel>
  );
}

const sumOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
};

function Coal({ body, enterprise }: { body: StandardCoalBody; enterprise: string | undefined }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useLineName(body.by);
  const groups = ofOne(body.groups, enterprise)
    .filter(({ carriers, total }) => carriers.length > 0 || total.value !== null)
    .sort((a, b) => (b.total.value ?? -1) - (a.total.value ?? -1));
  if (groups.length === 0) return <Empty title={t("carbon.none")} hint={t("carbon.noneHint")} />;
  const carriers = [...new Set(groups.flatMap((group) => group.carriers.map(({ name }) => name)))];
  type Group = (typeof groups)[number];
  const tceOf = (group: Group, carrier: string): number | null =>
    sumOf(group.carriers.filter(({ name }) => name === carrier).map(({ tce }) => tce));
  const columns: Column<Group>[] = [
    { key: "name", head: t("live.name"), cell: (group) => nameOf(group) },
    coverageColumn<Group>(t),
    {
      key: "total",
      head: `${t("meter.total")} (tce)`,
      isNumber: true,
      isMain: true,
      cell: ({ total }) => fmt(total.value, "tce", { unit: false }),
    },
    ...carriers.map((carrier): Column<Group> => ({
      key: carrier,
      head: `${carrierName(t, carrier)} (tce)`,
      isNumber: true,
      cell: (group) => fmt(tceOf(group, carrier), "tce", { unit: false }),
    })),
    ...intensityColumns<Group>(groups, t, language),
  ];
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        <Tile
          label={t("carbon.coalTotal")}
          figure={fmtScaled(sumOf(groups.map(({ total }) => total.value)), "tce")}
          sub={t(`carbon.basisName.${body.basis}`)}
        />
        {carriers.map((carrier) => (
          <Tile
            key={carrier}
            label={carrierName(t, carrier)}
            figure={fmtScaled(sumOf(groups.map((group) => tceOf(group, carrier))), "tce")}
          />
        ))}
      </Tiles>
      {groups.length > 1 && (
        <BarList
          label={t("carbon.coal")}
          colour="--series-1"
          rows={groups.slice(0, 12).map((group) => ({
            id: group.id ?? "",
            name: nameOf(group),
            value: group.total.value,
            text: fmt(group.total.value, "tce"),
            isLow: knownShare(group.total.coverage) < lowCoverage,
          }))}
        />
      )}
      <DataTable label={t("carbon.coal")} rows={groups} keyOf={({ id }) => id ?? ""} columns={columns} isCards />
      <MadeInside groups={groups} />
      <Incomplete groups={groups} nameOf={nameOf} />
      <Basis versions={body.versions} method={t("carbon.coalMethod")} />
    </div>
  );
}

/** Carbon of scope 1 and 2, both ways of counting bought electricity side by side. */
export function CarbonView({ range, enterprise }: ViewProps): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const by = useBy(enterprise);
  const grid = address.oneOf("grid", grids, "national");
  return (
    <AnswerPanel
      title={t("carbon.title")}
      ask={asks.carbon(by, grid, range)}
      aside={
        <Select
          label={t("carbon.grid")}
          value={grid}
          options={grids.map((value) => ({ value, label: t(`carbon.gridName.${value}`) }))}
          onChange={(value) => address.change({ grid: value })}
        />
      }
    >
      {(body) => <Carbon body={body} enterprise={enterprise} />}
    </AnswerPanel>
  );
}

function Carbon({ body, enterprise }: { body: CarbonBody; enterprise: string | undefined }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useLineName(body.by);
  const groups = ofOne(body.groups, enterprise).sort(
    (a, b) => (b.totalLocation.value ?? -1) - (a.totalLocation.value ?? -1),
  );
  if (groups.every(({ totalLocation }) => totalLocation.value === null))
    return <Empty title={t("carbon.none")} hint={t("carbon.noneHint")} />;
  type Group = (typeof groups)[number];
  const parts = [
    "fuel",
    "process",
    "scope1",
    "scope2Location",
    "scope2Market",
    "totalLocation",
    "totalMarket",
  ] as const;
  const unit = unitLabel("tCO2");
  const columns: Column<Group>[] = [
    { key: "name", head: t("live.name"), cell: (group) => nameOf(group) },
    coverageColumn<Group>(t, ({ totalLocation }) => totalLocation.coverage),
    ...parts.map((part): Column<Group> => ({
      key: part,
      head: `${part === "fuel" ? t("carbon.burnt") : t(`carbon.${part}`)} (${unit})`,
      isNumber: true,
      isMain: part === "totalLocation",
      cell: (group) => fmt(group[part].value, "tCO2", { unit: false }),
    })),
    {
      key: "green",
      head: `${t("carbon.green")} (kWh)`,
      isNumber: true,
      cell: ({ greenPowerKwh }) => fmt(greenPowerKwh, "kWh", { unit: false }),
    },
    {
      key: "pv",
      head: `${t("carbon.pvSelfUse")} (kWh)`,
      isNumber: true,
      cell: ({ pvSelfUse }) => fmt(pvSelfUse?.value ?? null, "kWh", { unit: false }),
    },
    ...exportColumns(groups, t),
    ...intensityColumns<Group>(groups, t, language),
  ];
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        {(["totalLocation", "scope1", "scope2Location", "scope2Market"] as const).map((part) => (
          <Tile
            key={part}
            label={t(`carbon.${part}`)}
            figure={fmtScaled(sumOf(groups.map((group) => group[part].value)), "tCO2")}
            sub={t(`carbon.${part}Hint`)}
          />
        ))}
      </Tiles>
      {groups.length > 1 && (
        <BarList
          label={t("carbon.title")}
          colour="--series-7"
          rows={groups.slice(0, 12).map((group) => ({
            id: group.id ?? "",
            name: nameOf(group),
            value: group.totalLocation.value,
            text: fmt(group.totalLocation.value, "tCO2"),
            isLow: knownShare(group.totalLocation.coverage) < lowCoverage,
          }))}
        />
      )}
      <DataTable label={t("carbon.title")} rows={groups} keyOf={({ id }) => id ?? ""} columns={columns} isCards />
      <Sold groups={groups} nameOf={nameOf} />
      <MadeInside groups={groups} />
      <Incomplete groups={groups} nameOf={nameOf} />
      <Basis versions={body.versions} method={t("carbon.method")} />
    </div>
  );
}

/** What went into the grid, where a register counts it. */
const exportColumns = (groups: CarbonBody["groups"], t: TFunction): Column<CarbonBody["groups"][number]>[] =>
  groups.every(({ exported }) => exported === null)
    ? []
    : [
        {
          key: "exported",
          head: `${t("carbon.exported")} (kWh)`,
          isNumber: true,
          cell: ({ exported }) => fmt(exported?.value ?? null, "kWh", { unit: false }),
        },
      ];

const intensityText = (value: number): string => formatNumber(value, value < 10 ? 4 : 2);

function intensityColumns<T extends Line>(groups: readonly T[], t: TFunction, language: Language): Column<T>[] {
  const related = denominatorsOf(groups).map((per): Column<T> => {
    const unit = groups.flatMap(
      (group) => group.intensities.find((one) => one.per === per && one.value !== null) ?? [],
    )[0]?.unit;
    const name = denominatorName(t, per);
    return {
      key: per,
      head: unit === undefined ? name : `${name} (${unitLabelIn(language, unit)})`,
      isNumber: true,
      cell: (group: T) => {
        const found = group.intensities.find((one) => one.per === per);
        if (found?.value == null) return <span title={t("carbon.noDenominator")}>{missing}</span>;
        return intensityText(found.value);
      },
    };
  });
  const hasProducts = groups.some(({ intensities }) => productsOf(intensities).length > 0);
  return hasProducts ? [...related, productColumn(t, language)] : related;
}

/** What a group makes, each with its own unit. */
const productColumn = <T extends Line>(t: TFunction, language: Language): Column<T> => ({
  key: "products",
  head: t("carbon.per.product"),
  cell: ({ intensities }) =>
    productsOf(intensities).map(({ product, value, unit }) => (
      <div key={product} title={value === null ? t("carbon.noDenominator") : undefined}>
        {product} {value === null ? missing : `${intensityText(value)} ${unitLabelIn(language, unit)}`}
      </div>
    )),
});

const coverageColumn = <T,>(
  t: TFunction,
  of: (group: T) => { measured: number; estimated: number; missing: number } = (group) =>
    (group as { total: { coverage: { measured: number; estimated: number; missing: number } } }).total.coverage, // groups of standard coal
): Column<T> => ({
  key: "known",
  head: t("figure.known"),
  isNumber: true,
  cell: (group) => <CoverageNote coverage={of(group)} isBare />,
});

/** What was deducted because others got it; what is not known of it stands among what is incomplete. */
function Sold({
  groups,
  nameOf,
}: {
  readonly groups: CarbonBody["groups"];
  readonly nameOf: (line: Line) => string;
}): ReactNode {
  const { t } = useTranslation();
  const found = groups.flatMap((group) => {
    const known = group.sold.filter(({ value }) => value !== null);
    const amounts = known.map(({ kind, value, unit }) => `${t(`kind.${kind}`)} ${fmt(value, unit)}`);
    return amounts.length === 0 ? [] : [`${nameOf(group)}: ${amounts.join(", ")}`];
  });
  return found.length === 0 ? null : (
    <p className={classes.note}>{t("carbon.soldDeducted", { amounts: found.join("; ") })}</p>
  );
}

/** Meters that stand in no sum, so that nobody looks for what they count. */
function MadeInside({ groups }: { groups: readonly Line[] }): ReactNode {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  const meters = [...new Set(groups.flatMap(({ madeInside }) => madeInside))];
  if (meters.length === 0) return null;
  return <p className={classes.note}>{t("carbon.madeInside", { meters: meters.map(meterName).join(", ") })}</p>;
}

/** What is not known makes a total too low, or too high where it would be deducted. */
function Incomplete({ groups, nameOf }: { groups: readonly Line[]; nameOf: (line: Line) => string }): ReactNode {
  const { t } = useTranslation();
  const named = (isWanted: (name: string) => boolean): string =>
    groups
      .map((group) => ({ group, names: group.incomplete.filter(isWanted) }))
      .filter(({ names }) => names.length > 0)
      .map(({ group, names }) => `${nameOf(group)}: ${names.map((name) => carrierName(t, name)).join(", ")}`)
      .join("; ");
  const [low, high] = [named((name) => !isDeduction(name)), named(isDeduction)];
  return (
    <>
      {low !== "" && (
        <p className={classes.warning}>
          ▲ {t("carbon.incomplete")} {low}
        </p>
      )}
      {high !== "" && (
        <p className={classes.warning}>
          ▲ {t("carbon.notDeducted")} {high}
        </p>
      )}
    </>
  );
}
