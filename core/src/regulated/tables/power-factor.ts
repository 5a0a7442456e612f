import type { PowerFactorStep } from "../../electricity/power-factor.ts";
import type { Regulated, RegulatedStatus } from "../regulated.ts";

type Step = readonly [to: number, percentPerHundredth: number];
type Row = readonly [
  standard: number,
  appliesTo: string,
  bonus: readonly Step[],
  penalty: readonly Step[],
  status: RegulatedStatus,
  note?: string,
];

/**
 * Standard, consumers, reductions and increases. [0.95, 0.15] reads: up to 0.95 each 0.01 is 0.15 %; beyond the last
 * reduction it grows no more.
 */
// prettier-ignore
const rows: readonly Row[] = [
  [0.9,  "高压供电工业用户 >160 kVA", [[0.95, 0.15]],             [[0.7, 0.5],  [0.65, 1], [0, 2]], "secondary"],
  [0.85, "其他用户 ≥100 kVA",        [[0.9, 0.1], [0.94, 0.15]], [[0.65, 0.5], [0.6, 1],  [0, 2]], "unverified",
    "上限 −1.10 % 未核：公开程序取整为 −1 %"],
  [0.8,  "农业用户 ≥100 kVA",        [[0.9, 0.1], [0.92, 0.15]], [[0.6, 0.5],  [0.55, 1], [0, 2]], "secondary"],
];

const toSteps = (steps: readonly Step[]): PowerFactorStep[] =>
  steps.map(([to, percentPerHundredth]) => ({ to, percentPerHundredth }));

/** Power-factor adjustment (功率因数调整电费办法). Subjects: "0.90", "0.85", "0.80". */
export const powerFactorRecords: readonly Regulated<"powerFactor">[] = rows.map(
  ([standard, appliesTo, bonus, penalty, status, note]) => ({
    id: `powerFactor.${standard.toFixed(2)}.1983`,
    kind: "powerFactor",
    subject: standard.toFixed(2),
    name: `功率因数标准 ${standard.toFixed(2)}：${appliesTo}`,
    value: { standard, bonus: toSteps(bonus), penalty: toSteps(penalty) },
    unit: "%",
    effectiveFrom: "1984-01-01",
    effectiveTo: null,
    source: "公开程序转引《功率因数调整电费办法》",
    documentNumber: "(83)水电财字第215号",
    status,
    note,
  }),
);
