import { systemPrincipal, toPointId, type EnterpriseId, type MeterId, type Reading } from "@smart-park/core";
import { anEnterprise, aRegister, rounds, timed } from "./bench-park.ts";
import { audit, startApiUnderTest, type ApiUnderTest } from "../support/api-under-test.ts";

export interface YearLoad {
  readonly enterprises: number;
  readonly metersEach: number;
  readonly days: number;
  readonly rounds: number;
}

export interface YearMeasurement {
  readonly readings: number;
  readonly filledInS: number;
  readonly rolledInS: number;
  /** Over HTTP, ms per round. */
  readonly enterprisesMs: readonly number[];
  readonly parkDaysMs: readonly number[];
  readonly monthMs: readonly number[];
}

type Influx = NonNullable<Parameters<typeof startApiUnderTest>[1]>["influx"];

const quarterMs = 900_000;
const dayMs = 86_400_000;
const start = Date.UTC(2025, 0, 1);

/** Fills a park with registers at 15 min, rolls them up, and asks what a page of figures asks, over HTTP. */
export async function measureYear(load: YearLoad, influx: Influx): Promise<YearMeasurement> {
  const park = await startApiUnderTest({ timeZone: "UTC" }, influx === undefined ? {} : { influx });
  try {
    const meters = addPark(park, load);
    const [filledInS, readings] = await timed(() => fill(park, meters, load));
    const [rolledInS] = await timed(() => park.roll());
    const admin = await park.signIn("admin");
    const end = start + load.days * dayMs;
    const year = `kind=electricity&from=${start}&to=${end}`;
    const month = `from=${end - 30 * dayMs}&to=${end}&step=15m&stat=consumption`;
    const point = toPointId(meters[1] ?? meters[0]!, "activeEnergyImport"); // at least one meter
    return {
      readings,
      filledInS,
      rolledInS,
      enterprisesMs: await rounds(load.rounds, admin, `/figures/consumption?${year}&by=enterprise&step=1mo`),
      parkDaysMs: await rounds(load.rounds, admin, `/figures/consumption?${year}&by=park&step=1d`),
      monthMs: await rounds(load.rounds, admin, `/points/${point}/readings?${month}`),
    };
  } finally {
    await park.stop();
  }
}

/** Each meter below no other, so that all of them count. */
function addPark(park: ApiUnderTest, { enterprises, metersEach }: YearLoad): MeterId[] {
  const blank = { nameEn: null, kind: "electricity", intervalS: 900, parentId: null, zoneId: null } as const;
  const owners = Array.from({ length: enterprises }, (_, i) => `E${i}` as EnterpriseId);
  return owners.flatMap((id) => {
    anEnterprise(park, id);
    return Array.from({ length: metersEach }, (_, n) => {
      const meter = { ...blank, id: `${id}-M${n}` as MeterId, name: "M", enterpriseId: id };
      const points = [aRegister(meter.id, id, "activeEnergyImport")];
      park.registry.createMeter(systemPrincipal, { ...meter, workshop: null, dataSource: null, points }, audit);
      return meter.id;
    });
  });
}

/** Day after day, as telemetry comes: all meters' quarter hours of a day, loads that differ by meter and hour. */
async function fill({ store }: ApiUnderTest, meters: readonly MeterId[], { days }: YearLoad): Promise<number> {
  const registers = new Float64Array(meters.length);
  let readings = 0;
  for (let day = 0; day < days; day++) {
    const batch: Reading[] = [];
    for (let at = start + day * dayMs; at < start + (day + 1) * dayMs; at += quarterMs)
      meters.forEach((meter, i) => {
        registers[i] = Math.round(((registers[i] ?? 0) + loadOf(i, at)) * 100) / 100;
        const pointId = toPointId(meter, "activeEnergyImport");
        batch.push({ pointId, observedAt: at, receivedAt: at, value: registers[i] ?? 0, quality: "good" });
      });
    for (let from = 0; from < batch.length; from += 10_000) await store.append(batch.slice(from, from + 10_000));
    readings += batch.length;
  }
  return readings;
}

const loadOf = (meter: number, at: number): number =>
  (10 + (meter % 50)) * (1.2 + Math.sin((at / dayMs) * 2 * Math.PI + meter)) * (1 + ((at / quarterMs) % 7) / 20);
