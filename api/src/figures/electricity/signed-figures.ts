import {
  knownShare,
  periodShares,
  signedValue,
  type Bill,
  type BillLine,
  type JsonValue,
  type RegulatedBook,
  type SignedFigure,
  type SignedMonth,
  type TariffContract,
} from "@smart-park/core";
import { settlementBase } from "../settled-range.ts";
import { chargedDemandKw, yuanOf } from "./to-body.ts";
import type { ElectricityMonth } from "./electricity-month.ts";

/** The electricity figures of a month as they are signed, with what they rest on. */
export function electricityFigures(month: ElectricityMonth, book: RegulatedBook): SignedMonth {
  const { bill, energy, reactive, demand, demandMode } = month;
  const [settlement, tariff] = [["settlement.electricity"], ["settlement.electricity", "contract"]];
  const plain = (value: number | null, unit: string, known: number, decimals = 3): SignedFigure => ({
    value: signedValue(value, decimals),
    unit,
    bases: settlement,
    known: signedValue(known, 6) ?? 0,
  });
  const known = knownShare(energy.coverage);
  const figures: Record<string, SignedFigure> = {
    "electricity.kwh": plain(energy.kwh, "kWh", known),
    "electricity.maxDemandKw": {
      ...plain(chargedDemandKw(month), "kW", demand[demandMode].coverage),
      bases: tariff,
    },
    "electricity.forwardKvarh": plain(reactive.forwardKvarh, "kvarh", knownShare(reactive.coverage)),
    "electricity.reverseKvarh": plain(reactive.reverseKvarh, "kvarh", knownShare(reactive.coverage)),
    "electricity.powerFactor": plain(month.powerFactor, "1", knownShare(reactive.coverage), 2),
    ...(bill && billFigures(bill, known, tariff)),
  };
  const bases: Record<string, JsonValue> = {
    "settlement.electricity": settlementBase(month.settled),
    contract: contractBase(month),
    ...(bill && versionBases(bill, book)),
  };
  return { figures, bases };
}

/** The contract of the month; where it changes inside, all of them. The note is for people and changes nothing. */
function contractBase({ stretches, contract }: ElectricityMonth): JsonValue {
  const plain = (one: TariffContract | null) => one && ({ ...one, note: undefined } as unknown as JsonValue); // plain data
  return stretches.length === 1 ? plain(contract) : stretches.map((stretch) => plain(stretch.contract));
}

/** Energy by period, and the amounts of the bill: in all and by what they are for. */
function billFigures(bill: Bill, known: number, tariff: readonly string[]): Record<string, SignedFigure> {
  const share = signedValue(known, 6) ?? 0;
  const bases = (lines: readonly BillLine[]): string[] => [
    ...new Set([...tariff, ...lines.flatMap(({ versionIds }) => versionIds.map(versionName))]),
  ];
  const energyLines = bill.lines.filter(({ kind }) => kind === "energy");
  const periods = periodShares(bill).map(({ period, kwh }) => {
    const lines = energyLines.filter((line) => line.period === period);
    return [`electricity.kwh.${period ?? "unknown"}`, { value: kwh, unit: "kWh", known: share, bases: bases(lines) }];
  });
  const amounts = [...linesByName(bill.lines)].map(([name, lines]) => [
    `electricity.yuan.${name}`,
    { value: amountOf(lines), unit: "元", known: share, bases: bases(lines) },
  ]);
  const total = { value: yuanOf(bill.totalFen), unit: "元", known: share, bases: bases(bill.lines) };
  // Pairs of a name and a figure, every one of them made above.
  return Object.fromEntries([...periods, ...amounts, ["electricity.yuan", total]]) as Record<string, SignedFigure>;
}

/** Lines of one name, e.g. `energy.peak` under two price versions. */
function linesByName(lines: readonly BillLine[]): Map<string, BillLine[]> {
  const named = new Map<string, BillLine[]>();
  for (const line of lines) {
    const name = [line.kind, line.part ?? line.period].filter((part) => part !== null).join(".");
    named.set(name, [...(named.get(name) ?? []), line]);
  }
  return named;
}

function amountOf(lines: readonly BillLine[]): number | null {
  const amounts = lines.flatMap(({ amountFen }) => amountFen ?? []);
  return amounts.length < lines.length ? null : yuanOf(amounts.reduce((a, b) => a + b, 0));
}

const versionName = (id: string): string => `version.${id}`;

/** What a version says: its value, not who confirmed it or when the next one begins, for those move no figure. */
function versionBases({ versions }: Bill, book: RegulatedBook): Record<string, JsonValue> {
  const entries = versions.map(({ id, kind, subject }) => {
    const value = book.versions(kind, subject).find((version) => version.id === id)?.value ?? null;
    return [versionName(id), { kind, subject, value }] as const;
  });
  // Values of regulated versions are plain data: they are kept and sent as JSON.
  return Object.fromEntries(entries) as unknown as Record<string, JsonValue>;
}
