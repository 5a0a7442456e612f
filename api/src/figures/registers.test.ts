import type { RegistersBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
const quarter = 900_000;
const start = Date.UTC(2026, 3, 1);
const april = `from=${start}&to=${start + 96 * quarter}`;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  admin = await park.signIn("admin");
  for (const id of ["A", "B"]) await admin.post("/enterprises", { id, name: id });
  const points = [{ quantity: "activeEnergyImport", multiplier: 200, valueSide: "secondary" }];
  const meter = { id: "A-E", name: "A-E", enterpriseId: "A", kind: "electricity", intervalS: 900, points };
  await admin.post("/meters", meter);
  const readings = Array.from({ length: 99 }, (_, i) => ({
    ts: start + (i - 1) * quarter,
    // A zero glitch at one quarter, and three hours without a reading.
    values: { activeEnergyImport: i === 20 ? 0 : 1000 + i },
  })).filter((_, i) => i < 40 || i >= 52);
  await admin.post("/import/readings", { meterId: "A-E", readings });
  park.addUser("bert", "enterpriseViewer", ["B"]);
});
afterAll(() => park.stop());

describe("the registers behind a number", () => {
  it("give the readings at the ends and the multiplier, from which the total can be worked out by hand", async () => {
    const { body } = await admin.get(`/figures/registers?${april}&enterprise=A&kind=electricity`);
    const { registers, unit, declared } = body as RegistersBody;
    expect([unit, declared, registers.length]).toEqual(["kWh", false, 1]);
    const [one] = registers;
    expect(one).toMatchObject({ meterId: "A-E", first: { value: 1001 }, last: { value: 1097 } });
    expect(one?.total.value).toBeCloseTo((1097 - 1001) * 200, 6);
    expect(one?.uses.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(one?.total.value ?? 0, 6);
    expect(new Set(one?.uses.map(({ factor }) => factor))).toEqual(new Set([200]));
    expect(one?.anomalies.map(({ kind }) => kind)).toEqual(["glitch", "gap"]);
  });

  it("are those of the same number that the consumption shows", async () => {
    const { body } = await admin.get(`/figures/consumption?${april}&kind=electricity&by=enterprise`);
    const total = body.groups[0].total.value;
    const registers = await admin.get(`/figures/registers?${april}&meter=A-E`);
    expect(registers.body.registers[0].total.value).toBe(total);
  });

  it.each([
    ["a foreign meter", "meter=A-E", 404],
    ["a foreign enterprise", "enterprise=A&kind=electricity", 404],
    ["a meter that does not exist", "meter=nobody", 404],
    ["neither", "kind=electricity", 400],
  ])("refuse %s", async (_name, query, status) => {
    const bert = await park.signIn("bert");
    expect((await bert.get(`/figures/registers?${april}&${query}`)).status).toBe(status);
  });
});
