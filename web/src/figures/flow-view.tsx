import type { BalanceBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { groupSmall } from "../charts/sankey-layout.ts";
import { Sankey } from "../charts/sankey.tsx";
import { asks, type UseKind } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { decimalsOf, fmt, fmtShare, formatNumber, missing, scaleOf, unitLabel } from "../lib/format.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { DataTable } from "../ui/data-table.tsx";
import { knownShare } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";
import { flowTree, overfull } from "./flow-tree.ts";
import { kindColours } from "../lib/kind-colours.ts";

interface FlowViewProps {
  readonly kind: UseKind;
  /** Empty = the park. */
  readonly enterprise: string;
  readonly range: ParsedRange;
}

type Node = BalanceBody["nodes"][number];

/** Small flows would be hairlines: below this share of the whole they are put together. */
const leastShare = 0.012;

/** Where it went: from the supply to those who used it, and what nobody measured on the way. */
export function FlowView({ kind, enterprise, range }: FlowViewProps): ReactNode {
  const { t } = useTranslation();
  return (
    <AnswerPanel title={t("energy.flow")} ask={asks.balance(kind, range)} aside={t("energy.flowHint")}>
      {(body) => <Flow body={body} enterprise={enterprise} />}
    </AnswerPanel>
  );
}

function useNodeName(): (node: Node) => string {
  const { t } = useTranslation();
  const { enterpriseName, meterName } = useCatalog();
  return ({ id, level, name }) => {
    if (level === "park") return t("figure.park");
    if (level === "enterprise") return enterpriseName(id.slice(id.lastIndexOf(":") + 1));
    if (level === "meter") return meterName(id);
    return level === "zone" ? t("energy.zoneName", { name: name ?? missing }) : (name ?? missing);
  };
}

/** The park is one place; an enterprise may stand in several zones. */
function rootOf(nodes: readonly Node[], enterprise: string): Node | undefined {
  if (enterprise === "") return nodes.find(({ level }) => level === "park");
  return nodes.find(({ id, level }) => level === "enterprise" && id.endsWith(`enterprise:${enterprise}`));
}

function Flow({ body, enterprise }: { body: BalanceBody; enterprise: string }): ReactNode {
  const { t } = useTranslation();
  const nameOf = useNodeName();
  const root = rootOf(body.nodes, enterprise);
  const tree = root && flowTree(body.nodes, root.id, 2, { nameOf, residual: t("energy.residual") });
  if (!root || !tree) return <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />;
  const { unit, factor } = scaleOf(body.unit, tree.value);
  const text = (value: number): string => fmt(value / factor, unit);
  const grouped = groupSmall(tree, tree.value * leastShare, (n) => t("energy.others", { n }));
  const faults = overfull(body.nodes);
  return (
    <div className={classes.stack}>
      <Sankey
        label={t("energy.flow")}
        root={grouped}
        colour={kindColours[body.kind] ?? "--series-1"}
        text={(value) => `${text(value)} · ${fmtShare(value / tree.value)}`}
      />
      {faults.map((node) => (
        <p key={node.id} className={classes.warning}>
          ▲{" "}
          {t("energy.overfull", {
            name: nameOf(node),
            value: text(-(node.residual ?? 0)),
            share: fmtShare(-(node.residualShare ?? 0)),
          })}
        </p>
      ))}
      {body.inCycle.length > 0 && (
        <p className={classes.warning}>▲ {t("energy.inCycle", { meters: body.inCycle.join(", ") })}</p>
      )}
      <BalanceTable nodes={within(body.nodes, root)} nameOf={nameOf} unit={unit} factor={factor} />
    </div>
  );
}

/** A node and everything below it, parents before children. */
function within(nodes: readonly Node[], root: Node): Node[] {
  const ids = new Set([root.id]);
  return nodes.filter((node) => {
    const isIn = ids.has(node.id) || (node.parentId !== null && ids.has(node.parentId));
    if (isIn) ids.add(node.id);
    return isIn;
  });
}

interface BalanceTableProps {
  readonly nodes: readonly Node[];
  readonly nameOf: (node: Node) => string;
  readonly unit: string;
  readonly factor: number;
}

function BalanceTable({ nodes, nameOf, unit, factor }: BalanceTableProps): ReactNode {
  const { t } = useTranslation();
  const depths = new Map<string, number>();
  for (const { id, parentId } of nodes) depths.set(id, (parentId === null ? -1 : (depths.get(parentId) ?? -1)) + 1);
  const number = (value: number | null | undefined): string =>
    value == null ? missing : formatNumber(value / factor, decimalsOf(unit, value / factor));
  const label = unitLabel(unit);
  return (
    <DataTable
      label={t("energy.balanceTable")}
      rows={nodes}
      keyOf={({ id }) => id}
      maxHeight={460}
      isMarked={({ residual }) => residual !== null && residual < 0}
      columns={[
        {
          key: "name",
          head: t("energy.place"),
          cell: (node) => <span style={{ paddingLeft: (depths.get(node.id) ?? 0) * 16 }}>{nameOf(node)}</span>,
        },
        { key: "level", head: t("energy.level"), cell: ({ level }) => t(`energy.levelName.${level}`) },
        {
          key: "total",
          head: `${t("meter.consumption")} (${label})`,
          isNumber: true,
          cell: (n) => number(n.total.value),
        },
        {
          key: "children",
          head: `${t("energy.below")} (${label})`,
          isNumber: true,
          cell: (n) => number(n.childrenSum?.value),
        },
        {
          key: "residual",
          head: `${t("energy.residual")} (${label})`,
          isNumber: true,
          cell: (n) => (n.state === "insufficient" ? t("energy.insufficient") : number(n.residual)),
        },
        { key: "share", head: t("energy.residualShare"), isNumber: true, cell: (n) => fmtShare(n.residualShare) },
        {
          key: "known",
          head: t("figure.known"),
          isNumber: true,
          cell: (n) => fmtShare(knownShare(n.total.coverage)),
        },
      ]}
    />
  );
}
