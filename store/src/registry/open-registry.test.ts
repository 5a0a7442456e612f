import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ParkError, systemPrincipal, type Clock } from "@smart-park/core";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readLedgerNumbers } from "./ledger-position.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/migrations.ts";
import { openRegistry } from "./open-registry.ts";
import { SqlConnection } from "./sql-connection.ts";
import {
  aMeter,
  anAudit,
  anEnterprise,
  loggerInto,
  temporaryRegistry,
  testStart,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit();
const clock: Clock = { now: () => testStart };
let opened: TemporaryRegistry;

beforeEach(() => {
  opened = temporaryRegistry();
});
afterEach(() => opened.stop());

const inFile = <T>(work: (database: Database.Database) => T): T => {
  const database = new Database(opened.files.file, { timeout: 1000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
};
const open = () => openRegistry({ ...opened.files, clock, logger: loggerInto(opened.log) });

describe("opening the registry", () => {
  it("makes a file and a key that only this account can read", () => {
    expect(statSync(opened.files.file).mode & 0o777).toBe(0o600);
    expect(statSync(opened.files.secretKeyFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(opened.files.secretKeyFile)).toHaveLength(32);
  });

  it("keeps everything over a restart, and migrates only once", async () => {
    opened.registry.createEnterprise(park, anEnterprise("A"), audit);
    opened.registry.createMeter(park, aMeter("m1", "A"), audit);
    opened.registry.setSetting("demo", "done");
    const key = readFileSync(opened.files.secretKeyFile);
    const steps = () => inFile((database) => database.prepare("select * from migration").all([]));
    const before = [opened.registry.meters(park), opened.registry.audit(park, { limit: 9 }), steps()];
    opened = await opened.reopen();
    expect([opened.registry.meters(park), opened.registry.audit(park, { limit: 9 }), steps()]).toEqual(before);
    expect(opened.registry.current().meter("m1")).toEqual(aMeter("m1", "A"));
    expect(opened.registry.setting("demo")).toBe("done");
    expect(opened.registry.setting("none")).toBeNull();
    expect(readFileSync(opened.files.secretKeyFile)).toEqual(key);
  });

  it("is durable at every commit", () => {
    const modes = inFile((database) => database.pragma("journal_mode"));
    expect(modes).toEqual([{ journal_mode: "wal" }]);
    expect(readFileSync(`${opened.files.file}-wal`).length).toBeGreaterThan(0);
  });

  it.each<[string, (files: TemporaryRegistry["files"]) => void, RegExp]>([
    [
      "written by a newer version",
      () => void inFile((db) => db.exec("insert into migration values (99, 'x', 0)")),
      /newer version/,
    ],
    ["without its key", ({ secretKeyFile }) => rmSync(secretKeyFile), /does not belong/],
    ["with a damaged key", ({ secretKeyFile }) => writeFileSync(secretKeyFile, "short"), /32 bytes/],
  ])("refuses, with one clear sentence, a database %s", async (_what, spoil, message) => {
    await opened.close();
    spoil(opened.files);
    expect(open).toThrow(message);
    expect(open).toThrow(expect.objectContaining({ code: "config_invalid" }));
  });

  it("refuses a file that is no database", () => {
    const folder = mkdtempSync(join(tmpdir(), "registry-"));
    const file = join(folder, "registry.db");
    writeFileSync(file, "this is a text ".repeat(1000));
    const files = { file, secretKeyFile: join(folder, "key") };
    expect(() => openRegistry({ ...files, clock, logger: loggerInto([]) })).toThrow(/is not a registry database/);
    expect(readFileSync(file, "utf8")).toContain("this is a text");
  });

  it("refuses a folder that cannot be written", () => {
    const folder = mkdtempSync(join(tmpdir(), "registry-"));
    writeFileSync(join(folder, "file"), "");
    const files = { file: join(folder, "file", "registry.db"), secretKeyFile: join(folder, "key") };
    expect(() => openRegistry({ ...files, clock, logger: loggerInto([]) })).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    );
  });

  it("warns when the park's time zone changes", async () => {
    const zoned = (timeZone: string) =>
      openRegistry({ ...opened.files, timeZone, clock, logger: loggerInto(opened.log) });
    await zoned("Asia/Shanghai").stop();
    await zoned("Asia/Shanghai").stop();
    expect(opened.log).toEqual([]);
    await zoned("Asia/Seoul").stop();
    expect(opened.log).toEqual([expect.stringMatching(/time zone changed/)]);
  });

  it("sees what another process changed", async () => {
    const other = open();
    const changed = vi.fn();
    opened.registry.onChange(changed);
    other.registry.createEnterprise(park, anEnterprise("A"), audit);
    other.registry.createMeter(park, aMeter("m1", "A"), audit);
    await other.stop();
    expect(opened.registry.meters(park)).toHaveLength(1);
    await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 10_000 });
    expect(opened.registry.current().meter("m1")).toEqual(aMeter("m1", "A"));
  });

  it("answers that it cannot be written while somebody else holds it, and goes on after", () => {
    const db = SqlConnection.openForWriting(opened.files.file);
    inFile((other) => {
      other.exec("begin immediate");
      db.script("pragma busy_timeout = 0");
      expect(() => db.transaction(() => null)).toThrow(
        expect.objectContaining({ code: "store_unavailable", isRetryable: true }),
      );
      other.exec("rollback");
      expect(db.transaction(() => "done")).toBe("done");
    });
    db.close();
  });
});

/** As the tables of the first steps have it. */
const anAlert = `insert into alert (id, rule_id, rule_version, rule_name, kind, point_id, enterprise_id, severity, state,
  raised_at, late, recalculated, changed_at) values ('a', 'r', 1, 'r', 'limit', 'm.p', 'A', 'P2', 'active', 0, 0, 0, 0);`;

describe("migrations", () => {
  it("keep the position in the journal of a park from before journals had ids", async () => {
    await opened.close();
    rmSync(opened.files.file);
    const old = SqlConnection.openForWriting(opened.files.file);
    migrate(old, clock, migrations.slice(0, 1));
    old.script("update engine set sequence = 7, segment = 2, byte_offset = 300");
    old.close();
    expect(readLedgerNumbers(opened.files.file)).toEqual({ sequence: 7, segment: 2 });
    const now = SqlConnection.openForWriting(opened.files.file);
    migrate(now, clock);
    now.close();
    expect(inFile((db) => db.prepare("select sequence, segment, byte_offset, journal_id from engine").all([]))).toEqual(
      [{ sequence: 7, segment: 2, byte_offset: 300, journal_id: null }],
    );
  });

  it("keep what points are watched against from before limits said more than a number", async () => {
    await opened.close();
    rmSync(opened.files.file);
    const old = SqlConnection.openForWriting(opened.files.file);
    migrate(old, clock, migrations.slice(0, 3));
    old.script(`insert into enterprise values ('A', '企业', null, null, 0);
      insert into meter values ('m', '烟囱', null, 'A', 'emission', 60, null, null, null, null);
      insert into point values ('m.nox', 'm', 0, 'nox', 'mg/m³', 'gauge', 1, null, 'primary', null, null, 'end', null, null);
      insert into watch_target values ('w', 'hourlyMean', 'm.nox', 50, '限值', '许可证', 5, 'verified');`);
    old.close();
    const now = SqlConnection.openForWriting(opened.files.file);
    migrate(now, clock);
    now.close();
    const kept = { id: "w", kind: "hourlyMean", point_id: "m.nox", limit_value: 50, title: "限值", source: "许可证" };
    const added = { lower_limit: null, decimals: null, reference_oxygen: null };
    expect(inFile((db) => db.prepare("select * from watch_target").all([]))).toEqual([
      { ...kept, ...added, effective_from: 5, status: "verified" },
    ]);
    expect(inFile((db) => db.prepare("select id, purpose from meter").all([]))).toEqual([{ id: "m", purpose: null }]);
  });

  it("know of what failed before on which channel it was", async () => {
    await opened.close();
    rmSync(opened.files.file);
    const old = SqlConnection.openForWriting(opened.files.file);
    migrate(old, clock, migrations.slice(0, 15));
    const delivery = (id: number, channel: string): string => `insert into delivery values
      (${id}, '${id}', 'a', 'A', 'raised', '${channel}', '', 'dead', 'turn', 0, 0, null, 1, 0, 9, '');
      insert into delivery_attempt values (${id}, ${id}, 9, 1, 0, 'answered 404');`;
    old.script(`${anAlert} ${delivery(1, "mail")} ${delivery(2, "hook")}`);
    old.close();
    const now = SqlConnection.openForWriting(opened.files.file);
    migrate(now, clock);
    now.close();
    const rows = inFile((db) => db.prepare("select id, channel_id from delivery_attempt order by id").all([]));
    expect(rows).toEqual([
      { id: 1, channel_id: "mail" },
      { id: 2, channel_id: "hook" },
    ]);
  });

  it("keep the delivery log with its tries and all that makes it fast, when tests of channels come into it", async () => {
    await opened.close();
    rmSync(opened.files.file);
    const old = SqlConnection.openForWriting(opened.files.file);
    migrate(old, clock, migrations.slice(0, 19));
    old.script(`${anAlert}
      insert into delivery values (7, 'k', 'a', 'A', 'raised', 'hook', '', 'dead', 'retry', 1, 2, 'g', 3, 4, 5, 'no');
      insert into delivery_attempt (id, delivery_id, at, took_ms, is_ok, detail, channel_id)
        values (9, 7, 5, 1.5, 0, 'answered 404', 'hook');`);
    const indexes = (): unknown =>
      inFile((db) =>
        db
          .prepare(
            "select name, sql from sqlite_schema where type = 'index' and tbl_name like 'delivery%' order by name",
          )
          .all([]),
      );
    const before = indexes();
    old.close();
    const now = SqlConnection.openForWriting(opened.files.file);
    migrate(now, clock);
    expect(indexes()).toEqual(before);
    const [row] = inFile((db) => db.prepare("select * from delivery").all([])) as object[];
    expect(row).toEqual({
      ...{ id: 7, key: "k", alert_id: "a", enterprise_id: "A", kind: "raised", channel_id: "hook", address: "" },
      ...{ state: "dead", waits_for: "retry", next_at: 1, due_since: 2, group_key: "g", attempts: 3 },
      ...{ created_at: 4, ended_at: 5, detail: "no", asked_by: null },
    });
    const attempts = () => inFile((db) => db.prepare("select * from delivery_attempt").all([]));
    expect(attempts()).toEqual([
      { id: 9, delivery_id: 7, channel_id: "hook", at: 5, took_ms: 1.5, is_ok: 0, detail: "answered 404" },
    ]);
    now.script("delete from delivery");
    expect(attempts()).toEqual([]);
    now.close();
  });

  it("are numbered from one without a gap", () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  });

  it("leave the file as it was when one of them fails", () => {
    const next = (migrations.at(-1)?.number ?? 0) + 1;
    const broken = [
      ...migrations,
      { number: next, name: "good", sql: "create table extra (id integer) strict;" },
      { number: next + 1, name: "bad", sql: "create table enterprise (id integer) strict;" },
    ];
    const db = SqlConnection.openForWriting(opened.files.file);
    const schema = () => inFile((database) => database.prepare("select name from sqlite_schema order by name").all([]));
    const before = schema();
    expect(() => migrate(db, clock, broken)).toThrow();
    expect(schema()).toEqual(before);
    migrate(db, clock, broken.slice(0, -1));
    expect(schema()).toHaveLength(before.length + 1);
    expect(() => migrate(db, clock)).toThrow(ParkError);
    db.close();
  });
});

describe("what reaches the database", () => {
  it.each([[true], [Number.NaN], [Number.POSITIVE_INFINITY], [{}], [1n]])("refuses %s", (value) => {
    const db = SqlConnection.openForWriting(opened.files.file);
    const insert = db.query.insertInto("setting").values({ name: "x", value: value as never });
    expect(() => db.run(insert)).toThrow(TypeError);
    db.close();
  });
});

describe("the audit log", () => {
  it("can only be added to", () => {
    opened.registry.createEnterprise(park, anEnterprise("A"), audit);
    for (const statement of ["update audit set actor = 'x'", "delete from audit"])
      expect(() => inFile((database) => database.exec(statement))).toThrow(/append-only/);
  });
});
