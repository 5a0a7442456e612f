import {
  generationsOf,
  canSee,
  quantities,
  quantityNames,
  systemPrincipal,
  type Catalog,
  type Device,
  type DeviceId,
  type Meter,
  type MeterId,
  type MeterKind,
  type Principal,
  type Registry,
  type WantedDevices,
} from "@smart-park/core";
import { deviceSheetRow, type DeviceSheetRow, type RefusedCell } from "@smart-park/core/wire";
import { toPoint } from "./routes/meters.ts";
import { numberCell, ownerOf, wordCell } from "./sheet-import.ts";
import { toText } from "./spreadsheet/cell-values.ts";
import { judgeSheet, type CellOf, type RowProblem, type SheetForm } from "./spreadsheet/judge-sheet.ts";
import type { SheetCell } from "./spreadsheet/sheet-reader.ts";
import type { TableColumn } from "./spreadsheet/table-answer.ts";

/** One row of a file is one meter; rows with the same device are the meters behind one gateway. */
export const deviceSheetColumns: readonly TableColumn[] = [
  { key: "enterprise", label: "企业编号" },
  { key: "meter", label: "表计编号" },
  { key: "name", label: "表计名称" },
  { key: "kind", label: "类型" },
  { key: "points", label: "测点" },
  { key: "interval", label: "上报间隔", unit: "s" },
  { key: "zone", label: "区域" },
  { key: "workshop", label: "车间" },
  { key: "parent", label: "上级表计" },
  { key: "multiplier", label: "倍率", type: "number" },
  { key: "side", label: "读数侧" },
  { key: "modulus", label: "满码值", type: "number" },
  { key: "ratedPerHour", label: "每小时最大用量", type: "number" },
  { key: "device", label: "设备编号" },
];

export const deviceSheetExamples = [
  {
    ...{ enterprise: "example-1", meter: "example-M1", name: "进线总表", kind: "电", interval: 60, zone: "A 区" },
    ...{ points: "有功功率；正向有功电能(kWh)", multiplier: 2000, side: "二次", device: "example-gateway" },
  },
  {
    ...{ enterprise: "example-1", meter: "example-M2", name: "总水表", kind: "水", interval: 900, workshop: "动力" },
    ...{ points: "waterVolume", device: "example-gateway" },
  },
];

const kindWords = new Map<string, MeterKind>([
  ["电", "electricity"],
  ["水", "water"],
  ["燃气", "gas"],
  ["蒸汽", "steam"],
  ["热力", "heat"],
  ["废气", "emission"],
  ["环境", "environment"],
  ["光伏", "pv"],
  ["储能", "storage"],
]);
export const deviceSheetNotes = [
  "每行一块表；设备编号相同的行属于同一网关，留空表示没有设备。企业可写编号或名称。示例行请删除",
  `类型：${[...kindWords.keys()].join("、")}`,
  "测点用分号隔开，写名称或英文名，单位与默认不同时写在括号里，例如 正向有功电能(MWh)",
  "倍率 = CT 变比 × PT 变比；倍率不为 1 时须写明读数侧：一次（读数已乘倍率）或 二次（未乘）",
  "有一处错误时整个文件都不录入；同一文件再次导入不会改变任何内容",
];

const quantityWords = new Map(quantityNames.map((name) => [quantities[name].label as string, name as string]));
const sideWords = new Map([
  ["一次", "primary"],
  ["二次", "secondary"],
]);

/** `正向有功电能(MWh)；有功功率` as the points of a meter. */
function toPoints(cell: SheetCell | undefined, common: object): unknown[] {
  const parts = toText(cell).split(/[;；,，、\n]/);
  return parts.flatMap((part) => {
    const text = part.trim();
    if (text === "") return [];
    const whole = quantityWords.get(text);
    if (whole !== undefined) return [{ quantity: whole, ...common }];
    const [, name = text, unit] = /^(.+?)\s*[(（](.+)[)）]$/.exec(text) ?? [];
    return [{ quantity: quantityWords.get(name) ?? name, ...(unit !== undefined && { unit }), ...common }];
  });
}

const columnOfField = new Map([
  ["enterpriseId", "enterprise"],
  ["id", "meter"],
  ["intervalS", "interval"],
  ["zoneId", "zone"],
  ["parentId", "parent"],
  ["deviceId", "device"],
  ["valueSide", "side"],
]);

const isText = (cell: SheetCell | undefined): boolean => toText(cell) !== "";

/** Empty cells are left to the defaults of the schema. */
function toRaw(cell: CellOf, enterpriseId: string | null) {
  const words = { zoneId: "zone", workshop: "workshop", parentId: "parent", deviceId: "device" };
  const texts = Object.entries(words).filter(([, key]) => isText(cell(key)));
  const numbers = ["multiplier", "modulus", "ratedPerHour"].filter((key) => isText(cell(key)));
  const side = wordCell(cell("side"), sideWords);
  const ofPoints = {
    ...Object.fromEntries(numbers.map((key) => [key, numberCell(cell(key))])),
    ...(side !== "" && { valueSide: side }),
  };
  return {
    id: toText(cell("meter")),
    name: toText(cell("name")),
    enterpriseId,
    kind: wordCell(cell("kind"), kindWords),
    ...(isText(cell("interval")) && { intervalS: numberCell(cell("interval")) }),
    ...Object.fromEntries(texts.map(([field, key]) => [field, toText(cell(key))])),
    points: toPoints(cell("points"), ofPoints),
  };
}

const parkHasNone = { key: "enterprise", message: "a meter belongs to an enterprise" };
const sideMissing = {
  key: "side",
  message: "with a multiplier other than 1 write 一次 (primary, multiplied already) or 二次 (secondary)",
};

/** What the park knows already, and what of it the caller may see. */
interface Known {
  readonly catalog: Catalog;
  readonly principal: Principal;
  readonly services: ReadonlySet<string>;
  visibleMeter(id: string): Meter | undefined;
  visibleDevice(id: string): Device | undefined;
}

function toKnown(registry: Registry, principal: Principal): Known {
  const catalog = registry.current();
  const visible = <T extends { enterpriseId: Meter["enterpriseId"] }>(one: T | undefined): T | undefined =>
    one !== undefined && canSee(principal, one.enterpriseId) ? one : undefined;
  return {
    catalog,
    principal,
    services: new Set(registry.services(systemPrincipal).map(({ id }) => id)),
    visibleMeter: (id) => visible(catalog.meter(id)),
    visibleDevice: (id) => visible(catalog.device(id)),
  };
}

type Row = { readonly row: number; readonly input: DeviceSheetRow };

const formOf = (known: Known): SheetForm<typeof deviceSheetRow> => ({
  columns: deviceSheetColumns,
  required: ["enterprise", "meter", "name", "kind", "points"],
  schema: deviceSheetRow,
  toRaw(cell) {
    const owner = ownerOf(cell, known.principal, known.catalog);
    const problems = [...owner.problems, ...((owner.enterpriseId ?? owner.problems[0]) ? [] : [parkHasNone])];
    const multiplier = numberCell(cell("multiplier"));
    const needsSide = multiplier !== undefined && multiplier !== 1 && !isText(cell("side"));
    return {
      raw: toRaw(cell, owner.enterpriseId),
      problems: needsSide ? [...problems, sideMissing] : problems,
    };
  },
  columnOf: (path) => {
    const [first, , inPoint] = path;
    const isOfRegister = first === "points" && ["multiplier", "modulus", "ratedPerHour"].includes(String(inPoint));
    if (isOfRegister) return String(inPoint);
    if (inPoint === "valueSide") return "side";
    return columnOfField.get(String(first)) ?? String(first);
  },
  keyOf: ({ id }) => id,
  judgeTogether: (rows) => {
    const inFile = new Map<string, Row>(rows.map((one) => [one.input.id, one]));
    const firstOfDevice = new Map<string, Row>();
    const problems = new Map<number, RowProblem[]>();
    for (const one of rows) {
      const { deviceId } = one.input;
      const found = [...meterProblems(one.input, known), ...parentProblems(one.input, inFile, known)];
      if (deviceId !== null) {
        const first = firstOfDevice.get(deviceId) ?? one;
        firstOfDevice.set(deviceId, first);
        found.push(...deviceProblems(one.input, first, known));
      }
      if (found.length > 0) problems.set(one.row, found);
    }
    return problems;
  },
});

function meterProblems(input: DeviceSheetRow, known: Known): RowProblem[] {
  if (known.catalog.meter(input.id) === undefined) return [];
  const before = known.visibleMeter(input.id);
  if (before === undefined) return [{ key: "meter", message: "the id is in use" }];
  const differing = differences(before, toMeter(input));
  if (differing.length === 0) return [];
  return [{ key: "meter", message: `the meter is there already and differs in: ${differing.join(", ")}` }];
}

/** A meter as far as a file tells of it; what was set by hand later (plausible range, purpose) is no difference. */
const asInFile = ({ points, ...meter }: Meter): Readonly<Record<string, unknown>> => ({
  ...{ name: meter.name, enterprise: meter.enterpriseId, kind: meter.kind, interval: meter.intervalS },
  ...{ zone: meter.zoneId, workshop: meter.workshop, parent: meter.parentId },
  points: points.map(({ quantity, unit, kind }) => [quantity, unit, kind]).sort(),
  multiplier: points.map(({ quantity, multiplier, valueSide }) => [quantity, multiplier, valueSide]).sort(),
  modulus: points.map(({ quantity, modulus, ratedPerHour }) => [quantity, modulus, ratedPerHour]).sort(),
});

function differences(before: Meter, wanted: Meter): string[] {
  const [old, now] = [asInFile(before), asInFile(wanted)];
  return Object.keys(now).filter((field) => JSON.stringify(old[field]) !== JSON.stringify(now[field]));
}

function parentProblems(
  { id, parentId }: DeviceSheetRow,
  inFile: ReadonlyMap<string, Row>,
  known: Known,
): RowProblem[] {
  if (parentId === null) return [];
  const isThere = inFile.has(parentId) || known.visibleMeter(parentId) !== undefined;
  if (!isThere) return [{ key: "parent", message: "there is no such meter, in the park or among the good rows" }];
  const parentOf = (meterId: string): string | null | undefined =>
    inFile.get(meterId)?.input.parentId ?? known.catalog.meter(meterId)?.parentId;
  const seen = new Set<string>();
  for (let above: string | null | undefined = parentId; above && !seen.has(above); above = parentOf(above)) {
    if (above === id) return [{ key: "parent", message: "the parent is itself measured below this meter" }];
    seen.add(above);
  }
  return [];
}

function deviceProblems({ deviceId, enterpriseId }: DeviceSheetRow, first: Row, known: Known): RowProblem[] {
  const problem = (message: string): RowProblem[] => [{ key: "device", message }];
  if (deviceId === null) return [];
  if (first.input.enterpriseId !== enterpriseId) return problem(`row ${first.row} gives it to another enterprise`);
  if (known.services.has(deviceId)) return problem("the id is in use");
  if (known.catalog.device(deviceId) === undefined) return [];
  const before = known.visibleDevice(deviceId);
  if (before === undefined) return problem("the id is in use");
  return before.enterpriseId === enterpriseId ? [] : problem("the device belongs to another enterprise");
}

function toMeter({ deviceId: _, points, ...fields }: DeviceSheetRow): Meter {
  return { ...fields, points: points.map((point) => toPoint(fields, point)) };
}

export interface JudgedDevices {
  readonly rows: number;
  readonly items: readonly {
    readonly row: number;
    readonly meterId: MeterId;
    readonly deviceId: DeviceId | null;
    readonly enterpriseId: Meter["enterpriseId"];
    readonly outcome: "new" | "added" | "unchanged";
  }[];
  readonly wanted: WantedDevices;
  readonly refused: readonly RefusedCell[];
  readonly ignoredColumns: readonly string[];
}

/** What a file asks for: parents before those below them, and of what is there already only what is missing. */
export async function judgeDevices(
  cells: readonly (readonly SheetCell[])[],
  registry: Registry,
  principal: Principal,
): Promise<JudgedDevices> {
  const known = toKnown(registry, principal);
  const { rows, accepted, refused, ignoredColumns } = await judgeSheet(cells, formOf(known));
  const isNew = ({ input }: Row): boolean => known.catalog.meter(input.id) === undefined;
  const { devices, joined } = toDevices(accepted, known);
  const changed = new Set<string>(
    [...devices, ...joined].flatMap(({ id, meterIds }) => meterIds.map((m) => `${id} ${m}`)),
  );
  const isAdded = ({ input }: Row): boolean =>
    input.deviceId !== null &&
    changed.has(`${input.deviceId} ${input.id}`) &&
    known.catalog.device(input.deviceId)?.meterIds.includes(input.id) !== true;
  const items = accepted.map((one) => ({
    row: one.row,
    meterId: one.input.id,
    deviceId: one.input.deviceId,
    enterpriseId: one.input.enterpriseId,
    outcome: isNew(one) ? ("new" as const) : isAdded(one) ? ("added" as const) : ("unchanged" as const),
  }));
  const meters = generationsOf(accepted.filter(isNew).map(({ input }) => toMeter(input))).flat();
  return { rows, items, wanted: { meters, devices, joined }, refused, ignoredColumns };
}

function toDevices(rows: readonly Row[], known: Known): Pick<WantedDevices, "devices" | "joined"> {
  const rowsOf = new Map<DeviceId, DeviceSheetRow[]>();
  for (const { input } of rows)
    if (input.deviceId !== null) rowsOf.set(input.deviceId, [...(rowsOf.get(input.deviceId) ?? []), input]);
  const devices: Device[] = [];
  const joined: Pick<Device, "id" | "meterIds">[] = [];
  for (const [id, group] of rowsOf) {
    const [first] = group;
    if (first === undefined) continue;
    const before = known.catalog.device(id);
    const meterIds = [...new Set([...(before?.meterIds ?? []), ...group.map((input) => input.id)])];
    const { enterpriseId } = first;
    if (before === undefined) devices.push({ id, enterpriseId, meterIds, protocol: "mqtt", isEnabled: true });
    else if (meterIds.length > before.meterIds.length) joined.push({ id, meterIds });
  }
  return { devices, joined };
}
