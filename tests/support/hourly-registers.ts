import type { ActivityInput, EnterpriseId } from "@smart-park/core";
import { expect } from "vitest";
import type { Client } from "./api-under-test.ts";

const hour = 3_600_000;

/** Makes meters of one register that speaks once an hour, and fills them with history. */
export const hourlyRegisters = (clientOf: () => Client) => ({
  async add(id: string, owner: string, kind: string, ...quantities: readonly string[]): Promise<void> {
    const points = quantities.map((quantity) => ({ quantity }));
    const meter = { id, name: id, enterpriseId: owner, kind, intervalS: 3600, points };
    expect((await clientOf().post("/meters", meter)).status).toBe(201);
  },
  async fill(meterId: string, quantity: string, perHour: number, from: number, hoursLong: number): Promise<void> {
    const readings = Array.from({ length: hoursLong + 1 }, (_, i) => ({
      ts: from + i * hour,
      values: { [quantity]: i * perHour },
    }));
    expect((await clientOf().post("/import/readings", { meterId, readings })).status).toBe(200);
  },
});

/** A value as somebody entered it from a report. */
export const entered = (
  enterpriseId: string | null,
  item: string,
  period: string,
  value: number,
  unit: string,
): ActivityInput => ({ enterpriseId: enterpriseId as EnterpriseId | null, item, period, value, unit, source: "报表" });
