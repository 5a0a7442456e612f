import { statSync } from "node:fs";
import { days, systemPrincipal } from "@smart-park/core";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { report } from "../../../tests/support/report.ts";
import { anAudit, anEnterprise, temporaryRegistry, testStart, type TemporaryRegistry } from "./temporary-registry.ts";

let opened: TemporaryRegistry;
beforeEach(() => {
  opened = temporaryRegistry();
});
afterEach(() => opened.stop());

const bytesOf = (file: string): number => statSync(file).size;

/** What somebody does who opens the file with another program. */
function inFile(statement: string): void {
  const database = new Database(opened.files.file, { timeout: 1000 });
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}

describe("the audit log", () => {
  it("keeps its first entry, and all after it, over 400 days of starts and housekeeping", async () => {
    for (let day = 0; day <= 400; day += 1) {
      const now = testStart + day * days(1);
      opened.clock.at = now;
      opened.registry.createEnterprise(systemPrincipal, anEnterprise(`E${day}`), anAudit({ at: now }));
      if (day % 50 === 49) opened = await opened.reopen();
      opened.deliveries.prune(now, { ageMs: days(2), rows: 1000 }, 100);
    }
    const first = opened.registry.audit(systemPrincipal, { object: "E0", limit: 1 }).items[0];
    expect(first).toMatchObject({ id: 1, at: testStart, action: "enterprise.create" });
    expect(await opened.registry.verifyAudit(systemPrincipal, first?.hash ?? "")).toMatchObject({
      ...{ entries: 401, brokenAt: null, isKnown: true },
    });
  });

  it.each([
    "delete from audit",
    "delete from audit where id = 1",
    "update audit set detail = ''",
    "update audit set at = 0",
  ])("takes no `%s`, also from somebody who has the file", async (statement) => {
    opened.registry.createEnterprise(systemPrincipal, anEnterprise("E"), anAudit());
    expect(() => inFile(statement)).toThrow("append-only");
    expect(await opened.registry.verifyAudit(systemPrincipal, null)).toMatchObject({ entries: 1, brokenAt: null });
  });

  it("costs less than half a kibibyte of disk an entry", async () => {
    const detail = JSON.stringify({
      limit: [0, 100],
      decimals: [null, 1],
      source: ["许可证 2025-17", "许可证 2026-03"],
    });
    const entries = 3000;
    opened = await opened.reopen(); // what was written so far stands in the file itself
    const before = bytesOf(opened.files.file);
    for (let n = 0; n < entries; n += 1)
      opened.registry.addAudit({
        ...anAudit({ at: testStart + n * 1000 }),
        ...{ action: "watchTarget.put", object: `outlet-${n % 50}.nox`, enterpriseId: null, result: "ok", detail },
      });
    opened = await opened.reopen();
    const bytes = Math.round((bytesOf(opened.files.file) - before) / entries);
    report("audit entry", { bytes, detailCharacters: detail.length });
    expect(bytes).toBeGreaterThan(detail.length);
    expect(bytes).toBeLessThan(512);
  });
});
