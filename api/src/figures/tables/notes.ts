import type { Coverage, MeterKind } from "@smart-park/core";
import type { TableColumn } from "../../spreadsheet/table-answer.ts";

/** What every sheet of figures says the same way: range, coverage, closing, versions and their label. */

export const kindLabels: Readonly<Partial<Record<MeterKind, string>>> = {
  electricity: "电",
  water: "水",
  gas: "燃气",
  steam: "蒸汽",
  heat: "热力",
  pv: "光伏",
};

type State = "estimated" | "closed";
const stateLabels: Readonly<Record<State, string>> = { estimated: "暂估", closed: "已结" };
export const stateLabel = (state: State): string => stateLabels[state];

export const known: TableColumn = { key: "known", label: "数据覆盖率", unit: "%" };
export const stateColumn: TableColumn = { key: "state", label: "状态" };

export const percent = (share: number | null): number | null => (share === null ? null : share * 100);
export const knownPercent = ({ measured, estimated }: Coverage): number => (measured + estimated) * 100;

interface Version {
  readonly name: string;
  readonly source: string;
  readonly label: "official" | "reference";
}
export const versionNotes = (versions: readonly Version[]): string[] => {
  const notes = versions.map(
    ({ name, source, label }) => `依据：${name}（${source}）${label === "reference" ? "，参考值" : ""}`,
  );
  return [...new Set(notes)];
};

export const rangeNote = ({ from, to }: { from: string; to: string }): string => `时段：${from} 至 ${to}`;
export const stateNote = ({ state, closedMonths = [] }: { state: State; closedMonths?: readonly string[] }): string =>
  state === "closed" || closedMonths.length === 0
    ? `状态：${stateLabels[state]}`
    : `状态：${stateLabels[state]}（其中已结月份：${closedMonths.join("、")}）`;
export const coverageNote = ({ measured, estimated, missing }: Coverage): string => {
  const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
  return `数据覆盖：实测 ${share(measured)}，估算 ${share(estimated)}，缺失 ${share(missing)}`;
};
export const emptyNote = "空格表示未知，不是 0";
