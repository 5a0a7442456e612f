import {
  baseUnit,
  systemPrincipal,
  toPointId,
  type EnterpriseId,
  type MeterId,
  type Point,
  type Quantity,
} from "@smart-park/core";
import { audit, type ApiUnderTest, type Client } from "../support/api-under-test.ts";

/** What the parks of the figures scenario are made of, and how their questions are timed. */

export const anEnterprise = ({ registry }: ApiUnderTest, id: EnterpriseId): void =>
  void registry.createEnterprise(systemPrincipal, { id, name: id, nameEn: null, chain: null, demo: true }, audit);

export const aRegister = (meterId: MeterId, enterpriseId: EnterpriseId, quantity: Quantity): Point => ({
  id: toPointId(meterId, quantity),
  meterId,
  enterpriseId,
  quantity,
  unit: baseUnit(quantity),
  kind: "counter",
  multiplier: 1,
  multiplierFrom: null,
  valueSide: "primary",
  modulus: null,
  ratedPerHour: null,
  stampAt: "start",
  min: null,
  max: null,
  intervalS: 900,
});

/** ms of each time a question was asked over HTTP. */
export async function rounds(count: number, client: Client, path: string): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < count; round++) {
    const startedAt = performance.now();
    const { status } = await client.get(path);
    times.push(performance.now() - startedAt);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
  }
  return times;
}

export async function timed<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const startedAt = performance.now();
  const result = await work();
  return [(performance.now() - startedAt) / 1000, result];
}
