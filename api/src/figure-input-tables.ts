import { tariffPeriodLabels, tariffPeriods, type Catalog } from "@smart-park/core";
import type { ActivityInputBody, QuotaBody, RegulatedBody, SupplierBillBody } from "@smart-park/core/wire";
import type { TableAnswer, TableColumn } from "./spreadsheet/table-answer.ts";

/** What people entered, as sheets; the columns of bills and inputs are those that an import reads. */

const statusLabels = { verified: "已核", secondary: "二手", unverified: "待核" } as const;
const labelLabels = { official: "正式", reference: "参考值" } as const;
export const mediumLabels = new Map([
  ...Object.entries({ electricity: "电", water: "水", gas: "燃气", steam: "蒸汽", heat: "热力" }),
  ...Object.entries({ energy: "综合能耗", carbon: "碳排放" }),
]);
export const wholePark = "园区";

const enterpriseColumns: readonly TableColumn[] = [
  { key: "enterprise", label: "企业编号" },
  { key: "enterpriseName", label: "企业名称" },
];
const enteredColumns: readonly TableColumn[] = [
  { key: "enteredBy", label: "录入人" },
  { key: "enteredAt", label: "录入时间", type: "instant" },
];

const ownerCells = (enterpriseId: string | null, catalog: Catalog) => ({
  enterprise: enterpriseId ?? wholePark,
  enterpriseName: enterpriseId === null ? wholePark : (catalog.enterprise(enterpriseId)?.name ?? null),
});

export const supplierBillColumns: readonly TableColumn[] = [
  ...enterpriseColumns,
  { key: "kind", label: "介质" },
  { key: "month", label: "月份" },
  { key: "amount", label: "用量", type: "number" },
  ...tariffPeriods.map((period) => ({ key: period, label: tariffPeriodLabels[period], type: "number" as const })),
  { key: "maxDemandKw", label: "最大需量", unit: "kW" },
  { key: "powerFactor", label: "功率因数", type: "number" },
  { key: "yuan", label: "金额", unit: "元" },
];

export function supplierBillTable(bills: readonly SupplierBillBody[], catalog: Catalog): TableAnswer {
  const more: readonly TableColumn[] = [
    { key: "unit", label: "用量单位" },
    { key: "causes", label: "差异原因" },
  ];
  return {
    title: "供应商账单",
    columns: [...supplierBillColumns, ...more, ...enteredColumns],
    rows: bills.map(({ enterpriseId, amountByPeriod, causes, entered, ...bill }) => ({
      ...ownerCells(enterpriseId, catalog),
      ...bill,
      ...amountByPeriod,
      kind: mediumLabels.get(bill.kind) ?? bill.kind,
      causes: Object.entries(causes)
        .map(([line, { cause, note }]) => `${line}: ${cause} ${note}`.trim())
        .join("; "),
      enteredBy: entered.by,
      enteredAt: entered.at,
    })),
    notes: ["用量单位：电 kWh，水和燃气 m³，蒸汽 t，热力 GJ；空格表示账单没有写明，不是 0"],
  };
}

export const activityInputColumns: readonly TableColumn[] = [
  ...enterpriseColumns,
  { key: "item", label: "项目" },
  { key: "period", label: "时期" },
  { key: "value", label: "数值", type: "number" },
  { key: "unit", label: "单位" },
  { key: "source", label: "来源" },
];

export const activityInputTable = (inputs: readonly ActivityInputBody[], catalog: Catalog): TableAnswer => ({
  title: "录入数据",
  columns: [...activityInputColumns, ...enteredColumns],
  rows: inputs.map(({ enterpriseId, entered, ...input }) => ({
    ...ownerCells(enterpriseId, catalog),
    ...input,
    enteredBy: entered.by,
    enteredAt: entered.at,
  })),
  notes: [`企业编号为“${wholePark}”的行属于整个园区`],
});

export const quotaTable = (quotas: readonly QuotaBody[], catalog: Catalog): TableAnswer => ({
  title: "配额",
  columns: [
    { key: "id", label: "编号" },
    ...enterpriseColumns,
    { key: "medium", label: "介质" },
    { key: "from", label: "开始", type: "day" },
    { key: "to", label: "结束（不含）", type: "day" },
    { key: "value", label: "配额", type: "number" },
    { key: "unit", label: "单位" },
    { key: "source", label: "来源" },
    { key: "status", label: "核对状态" },
  ],
  rows: quotas.map(({ enterpriseId, status, ...quota }) => ({
    ...ownerCells(enterpriseId, catalog),
    ...quota,
    medium: mediumLabels.get(quota.medium) ?? quota.medium,
    status: statusLabels[status],
  })),
  notes: [],
});

export const regulatedTable = (versions: readonly RegulatedBody[]): TableAnswer => ({
  title: "法规数值",
  columns: [
    { key: "id", label: "版本" },
    { key: "kind", label: "种类" },
    { key: "subject", label: "对象" },
    { key: "name", label: "名称" },
    { key: "value", label: "数值" },
    { key: "unit", label: "单位" },
    { key: "effectiveFrom", label: "生效", type: "day" },
    { key: "effectiveTo", label: "失效（不含）", type: "day" },
    { key: "source", label: "来源" },
    { key: "documentNumber", label: "文号" },
    { key: "status", label: "核对状态" },
    { key: "label", label: "性质" },
    { key: "confirmedBy", label: "确认人" },
  ],
  rows: versions.map(({ value, status, label, confirmedBy, note: _, builtIn: __, ...version }) => ({
    ...version,
    value: typeof value === "number" ? value : JSON.stringify(value),
    status: statusLabels[status],
    label: labelLabels[label],
    confirmedBy: confirmedBy === null ? null : `${confirmedBy.by}（${confirmedBy.documentNumber}）`,
  })),
  notes: ["参考值：还没有人对照文件核对过，据此算出的数字也只是参考"],
});
