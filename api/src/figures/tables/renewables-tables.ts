import type { ChargingBody, PvBody, StorageBody } from "@smart-park/core/wire";
import type { TableAnswer, TableColumn } from "../../spreadsheet/table-answer.ts";
import {
  emptyNote,
  known,
  knownPercent,
  percent,
  rangeNote,
  stateColumn,
  stateLabel,
  stateNote,
  versionNotes,
} from "./notes.ts";

const meterColumns: readonly TableColumn[] = [
  { key: "meterId", label: "表计编号" },
  { key: "name", label: "名称" },
  { key: "enterpriseId", label: "企业编号" },
  { key: "countsUntil", label: "已拆除，计至" },
];

export const pvTable = (body: PvBody): TableAnswer => ({
  title: "光伏",
  columns: [
    ...meterColumns,
    { key: "generation", label: "发电量", unit: "kWh" },
    { key: "feedIn", label: "上网电量", unit: "kWh" },
    { key: "selfUseKwh", label: "自用电量", unit: "kWh" },
    { key: "selfUseRate", label: "自发自用率", unit: "%" },
    { key: "installedKwp", label: "装机容量", unit: "kWp" },
    { key: "yieldHours", label: "等效利用小时数", unit: "h" },
    { key: "sistersHours", label: "同类电站中位数", unit: "h" },
    { key: "deviation", label: "偏差", unit: "%" },
    { key: "isBehind", label: "落后" },
    known,
    stateColumn,
  ],
  rows: body.plants.map(({ meterId, name, enterpriseId, countsUntil, generation, feedIn, ...plant }) => ({
    ...{ meterId, name, enterpriseId, countsUntil },
    generation: generation.value,
    feedIn: feedIn?.value,
    selfUseKwh: plant.selfUseKwh,
    selfUseRate: percent(plant.selfUseRate),
    installedKwp: plant.installedKwp,
    yieldHours: plant.yieldHours,
    sistersHours: plant.sistersHours,
    deviation: percent(plant.deviation),
    isBehind: plant.isBehind ? "是" : null,
    known: knownPercent(generation.coverage),
    state: stateLabel(plant.state),
  })),
  notes: [rangeNote(body), stateNote(body), `低于同类中位数 ${body.behindBy * 100} % 为落后`, emptyNote],
});

export const storageTable = (body: StorageBody): TableAnswer => ({
  title: "储能",
  columns: [
    ...meterColumns,
    { key: "charge", label: "充电量", unit: "kWh" },
    { key: "discharge", label: "放电量", unit: "kWh" },
    { key: "storedChangeKwh", label: "存量变化", unit: "kWh" },
    { key: "efficiency", label: "充放效率", unit: "%" },
    { key: "chargeYuan", label: "充电成本", unit: "元" },
    { key: "dischargeYuan", label: "放电价值", unit: "元" },
    { key: "gainYuan", label: "套利收益", unit: "元" },
    known,
    stateColumn,
  ],
  rows: body.meters.map(({ meterId, name, enterpriseId, countsUntil, charge, discharge, arbitrage, ...meter }) => ({
    ...{ meterId, name, enterpriseId, countsUntil },
    charge: charge.value,
    discharge: discharge.value,
    storedChangeKwh: meter.storedChangeKwh,
    efficiency: percent(meter.efficiency),
    chargeYuan: arbitrage?.chargeYuan,
    dischargeYuan: arbitrage?.dischargeYuan,
    gainYuan: arbitrage?.gainYuan,
    known: Math.min(knownPercent(charge.coverage), knownPercent(discharge.coverage)),
    state: stateLabel(meter.state),
  })),
  notes: [
    rangeNote(body),
    stateNote(body),
    ...versionNotes(body.meters.flatMap(({ versions }) => versions)),
    emptyNote,
  ],
});

export const chargingTable = (body: ChargingBody): TableAnswer => ({
  title: "充电桩",
  columns: [...meterColumns, { key: "use", label: "用电量", unit: "kWh" }, known, stateColumn],
  rows: [
    ...body.meters.map(({ meterId, name, enterpriseId, countsUntil, use, state }) => ({
      ...{ meterId, name, enterpriseId, countsUntil },
      use: use.value,
      known: knownPercent(use.coverage),
      state: stateLabel(state),
    })),
    { name: "合计", use: body.total.value, known: knownPercent(body.total.coverage), state: stateLabel(body.state) },
  ],
  notes: [rangeNote(body), stateNote(body), emptyNote],
});
