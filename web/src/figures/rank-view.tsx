import type { ConsumptionBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { BarList } from "../charts/bar-list.tsx";
import { asks, type Grouping, type UseKind } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import {
  decimalsOf,
  fmtChange,
  fmtScaled,
  fmtShare,
  formatNumber,
  missing,
  scaleOf,
  unitLabel,
} from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { useAddress } from "../lib/use-address.ts";
import { DataTable } from "../ui/data-table.tsx";
import { Segments } from "../ui/field.tsx";
import { knownShare, lowCoverage } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { Change, Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import { kindColours } from "../lib/kind-colours.ts";
import { comparisons, ComparisonChoice, type Comparison } from "./load-view.tsx";
import classes from "./figures.module.css";

const groupings = ["enterprise", "zone", "chain", "workshop"] as const satisfies readonly Grouping[];
const compareOf = { none: "none", prev: "previous", yoy: "lastYear" } as const satisfies Record<Comparison, string>;

interface RankViewProps {
  readonly kind: UseKind;
  readonly range: ParsedRange;
}

/** Who used how much: enterprises, zones or chains side by side, compared with the time before. */
export function RankView({ kind, range }: RankViewProps): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const by = address.oneOf("by", groupings, "enterprise");
  const compare = compareOf[address.oneOf("cmp", comparisons, "none")];
  return (
    <AnswerPanel
      title={t("energy.rank")}
      ask={asks.consumption({ kind, by, compare, ...range })}
      aside={
        <Segments
          label={t("energy.by")}
          value={by}
          options={groupings.map((value) => ({ value, label: t(`energy.grouping.${value}`) }))}
          onChange={(value) => address.change({ by: value })}
        />
      }
      actions={() => <ComparisonChoice />}
    >
      {(body) => <Rank body={body} />}
    </AnswerPanel>
  );
}

type Group = ConsumptionBody["groups"][number];

function useGroupName(by: Grouping): (group: Pick<Group, "id" | "name">) => string {
  const { t } = useTranslation();
  const { enterpriseName, meterName } = useCatalog();
  return ({ id, name }) => {
    if (by === "park") return t("figure.park");
    if (id === null) return t("energy.nameless");
    if (by === "enterprise") return enterpriseName(id);
    if (by === "meter") return meterName(id);
    const [owner = "", workshop] = by === "workshop" ? id.split("/") : [];
    return workshop === undefined ? (name ?? id) : `${enterpriseName(owner)} · ${workshop}`;
  };
}

function Rank({ body }: { body: ConsumptionBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const nameOf = useGroupName(body.by);
  const groups = body.groups
    .filter(({ meters }) => meters.length > 0)
    .sort((a, b) => (b.total.value ?? -1) - (a.total.value ?? -1));
  if (groups.length === 0) return <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />;
  const sum = (pick: (group: Group) => number | null): number | null => {
    const known = groups.flatMap((group) => pick(group) ?? []);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
  };
  const [total, before] = [
    sum(({ total: own }) => own.value),
    body.compared && sum((group) => group.before?.value ?? null),
  ];
  const { unit, factor } = scaleOf(body.unit, groups[0]?.total.value ?? 0);
  const scaled = (value: number | null | undefined): string =>
    value == null ? missing : formatNumber(value / factor, decimalsOf(unit, value / factor));
  const isLow = ({ total: own }: Group): boolean => knownShare(own.coverage) < lowCoverage;
  const then = body.compared;
  const thenText =
    then && `${format.full(Date.parse(then.from)).slice(0, 16)} – ${format.full(Date.parse(then.to)).slice(0, 16)}`;
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        <Tile
          label={t("meter.total")}
          figure={fmtScaled(total, body.unit)}
          sub={
            then ? (
              <Change value={total} baseline={before} words={t("figure.toBefore")} without={t("figure.noBefore")} />
            ) : (
              t("energy.groups", { count: groups.length })
            )
          }
        />
      </Tiles>
      <BarList
        label={t("energy.rank")}
        colour={kindColours[body.kind] ?? "--series-1"}
        rows={groups.map((group) => ({
          id: group.id ?? "",
          name: nameOf(group),
          value: group.total.value,
          before: group.before?.value ?? null,
          text: `${scaled(group.total.value)} ${unitLabel(unit)}`,
          side: then
            ? (fmtChange(group.total.value, group.before?.value ?? null) ?? missing)
            : fmtShare(total && group.total.value !== null ? group.total.value / total : null),
          isLow: isLow(group),
        }))}
      />
      {thenText && <p className={classes.note}>{t("energy.comparedWith", { range: thenText })}</p>}
      <DataTable
        label={t("energy.rankTable")}
        rows={groups}
        keyOf={({ id }) => id ?? ""}
        maxHeight={420}
        columns={[
          {
            key: "name",
            head: t("live.name"),
            cell: (group) => <GroupLink group={group} by={body.by} name={nameOf(group)} />,
          },
          {
            key: "value",
            head: `${t("meter.consumption")} (${unitLabel(unit)})`,
            isNumber: true,
            cell: ({ total: own }) => scaled(own.value),
          },
          {
            key: "share",
            head: t("figure.share"),
            isNumber: true,
            cell: ({ total: own }) => fmtShare(total && own.value !== null ? own.value / total : null),
          },
          ...(then
            ? [
                {
                  key: "before",
                  head: `${t("figure.before")} (${unitLabel(unit)})`,
                  isNumber: true,
                  cell: (group: Group) => scaled(group.before?.value),
                },
                {
                  key: "change",
                  head: t("figure.change"),
                  isNumber: true,
                  cell: (group: Group) => fmtChange(group.total.value, group.before?.value ?? null) ?? missing,
                },
              ]
            : []),
          {
            key: "known",
            head: t("figure.known"),
            isNumber: true,
            cell: (group) => (
              <span className={isLow(group) ? classes.caution : undefined}>
                {fmtShare(knownShare(group.total.coverage))}
              </span>
            ),
          },
          {
            key: "meters",
            head: t("energy.settled"),
            cell: ({ meters, declared }) =>
              `${meters.length > 3 ? t("energy.meterCount", { n: meters.length }) : meters.join(", ")}${declared ? "" : ` (${t("energy.notDeclared")})`}`,
          },
        ]}
        foot={{
          name: t("meter.total"),
          value: scaled(total),
          ...(then ? { before: scaled(before), change: fmtChange(total, before) ?? missing } : {}),
        }}
      />
    </div>
  );
}

function GroupLink({ group, by, name }: { group: Group; by: Grouping; name: string }): ReactNode {
  if (by !== "enterprise" || group.id === null) return name;
  return <Link to={`/enterprises/${group.id}`}>{name}</Link>;
}
