import {
  ParkTime,
  systemPrincipal,
  toPointId,
  type EnterpriseId,
  type MeterId,
  type Reading,
  type TariffContract,
} from "@smart-park/core";
import { anEnterprise, aRegister, rounds } from "./bench-park.ts";
import { audit, startApiUnderTest, type ApiUnderTest } from "../support/api-under-test.ts";

export interface ElectricityLoad {
  readonly meters: number;
  readonly days: number;
  readonly rounds: number;
}

export interface ElectricityMeasurement {
  readonly readings: number;
  /** Over HTTP, ms per round. */
  readonly adviceMs: readonly number[];
  readonly quarterMonthMs: readonly number[];
  readonly minuteMonthMs: readonly number[];
  readonly slidingMs: readonly number[];
}

type Influx = NonNullable<Parameters<typeof startApiUnderTest>[1]>["influx"];

const timeZone = "Asia/Shanghai";
const time = new ParkTime(timeZone);
const end = time.startOfLocalDay("2026-07-01");
const lastMonth = { from: time.startOfLocalDay("2026-06-01"), to: end };
const month = "2026-06";
const [minuteMs, dayMs] = [60_000, 86_400_000];

const contractOf = (enterpriseId: EnterpriseId): TariffContract => ({
  enterpriseId,
  effectiveFrom: "2025-01-01",
  electricity: {
    region: "hunan",
    holidays: null,
    energyPrice: "hunan.110kV",
    basic: {
      contract: { method: "declaredDemand", declaredKw: 2000, capacityKva: 5000 },
      rules: "china",
      price: "demandPrice.hunan.110kV",
    },
    powerFactor: "0.90",
  },
  demandMode: "sliding",
  billingDay: 1,
  waterPrice: null,
  note: "",
});

/**
 * What a manager asks about one enterprise's electricity: advice by twelve months of meters read every 15 min, and the
 * month with its demand in both modes, of those and of meters read every minute.
 */
export async function measureElectricity(load: ElectricityLoad, influx: Influx): Promise<ElectricityMeasurement> {
  const park = await startApiUnderTest({ timeZone }, influx === undefined ? {} : { influx });
  try {
    const quarters = { id: "Q" as EnterpriseId, intervalS: 900, from: end - load.days * dayMs };
    const minutes = { id: "M" as EnterpriseId, intervalS: 60, from: Math.max(lastMonth.from, quarters.from) };
    let readings = 0;
    for (const enterprise of [quarters, minutes]) readings += await addConsumer(park, load, enterprise);
    await park.roll();
    const admin = await park.signIn("admin");
    const sliding = `/points/M-M0.activeEnergyImport/demand?from=${minutes.from}&to=${end}&mode=sliding`;
    const ask = async (path: string) => rounds(load.rounds, admin, path);
    return {
      readings,
      adviceMs: await ask(`/enterprises/Q/advice?month=${month}`),
      quarterMonthMs: await ask(`/enterprises/Q/electricity?month=${month}`),
      minuteMonthMs: await ask(`/enterprises/M/electricity?month=${month}`),
      slidingMs: await ask(sliding),
    };
  } finally {
    await park.stop();
  }
}

interface Consumer {
  readonly id: EnterpriseId;
  readonly intervalS: number;
  readonly from: number;
}

/** An enterprise whose meters all settle it, with a contract and the readings of its registers up to the end. */
async function addConsumer(park: ApiUnderTest, { meters }: ElectricityLoad, consumer: Consumer): Promise<number> {
  const { registry, store } = park;
  const { id: enterpriseId, intervalS, from } = consumer;
  anEnterprise(park, enterpriseId);
  const ids = Array.from({ length: meters }, (_, i) => `${enterpriseId}-M${i}` as MeterId);
  const quantities = ["activeEnergyImport", "reactiveEnergyImport"] as const;
  for (const id of ids) {
    const points = quantities.map((quantity) => ({ ...aRegister(id, enterpriseId, quantity), intervalS }));
    const place = { nameEn: null, parentId: null, zoneId: null, workshop: null, dataSource: null } as const;
    const meter = { id, name: id, enterpriseId, kind: "electricity" as const, intervalS, points, ...place };
    registry.createMeter(systemPrincipal, meter, audit);
    const entry = { id, place: `enterprise:${enterpriseId}`, kind: "electricity" as const, meterId: id };
    registry.putSettlementMeter(systemPrincipal, { ...entry, from: "2025-01-01", to: null }, audit);
  }
  registry.putTariffContract(systemPrincipal, contractOf(enterpriseId), audit);
  const used = new Float64Array(meters);
  let [batch, count]: [Reading[], number] = [[], 0];
  const flush = async (): Promise<void> => {
    await store.append(batch);
    count += batch.length;
    batch = [];
  };
  for (let at = from; at <= end; at += intervalS * 1000) {
    for (const [i, id] of ids.entries()) {
      used[i] = Math.round(((used[i] ?? 0) + powerOf(i, at) * (intervalS / 3600)) * 1000) / 1000;
      for (const quantity of quantities) {
        const value = quantity === "activeEnergyImport" ? (used[i] ?? 0) : Math.round((used[i] ?? 0) * 450) / 1000;
        batch.push({ pointId: toPointId(id, quantity), observedAt: at, receivedAt: at, value, quality: "good" });
      }
    }
    if (batch.length >= 10_000) await flush();
  }
  await flush();
  return count;
}

/** kW: more by day than by night, another at every meter and minute. */
const powerOf = (meter: number, at: number): number =>
  (100 + meter) * (1.2 + Math.sin((at / dayMs) * 2 * Math.PI + meter)) * (1 + ((at / minuteMs) % 7) / 20);
