import { systemPrincipal } from "@smart-park/core";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anAudit, anEnterprise, aPrincipal, temporaryRegistry, type TemporaryRegistry } from "./temporary-registry.ts";

const count = 10;
let opened: TemporaryRegistry;
beforeAll(() => {
  opened = temporaryRegistry();
  for (let n = 1; n <= count; n += 1)
    opened.registry.createEnterprise(systemPrincipal, anEnterprise(`E${n}`), anAudit());
  inFile("drop trigger audit_not_changed; drop trigger audit_not_deleted; create table kept as select * from audit");
});
afterAll(() => opened.stop());

/** What somebody does who can write the file. */
function inFile(statements: string): void {
  const database = new Database(opened.files.file, { timeout: 1000 });
  database.exec(statements);
  database.close();
}
const restore = (): void =>
  inFile(`delete from audit; insert into audit select * from kept;
    update sqlite_sequence set seq = ${count} where name = 'audit'`);
const verify = (known: string | null = null) => opened.registry.verifyAudit(systemPrincipal, known);

/** Ways of damaging entry `id`, and the number under which it shows. */
const damages: { how: string; damage: (id: number) => string; showsAt?: (id: number) => number }[] = [
  ...["at = at + 1", "actor = 'nobody'", "address = ''", "action = 'x'", "object = 'x'", "enterprise_id = null"].map(
    (change) => ({ how: `gets ${change}`, damage: (id: number) => `update audit set ${change} where id = ${id}` }),
  ),
  { how: "gets another result", damage: (id) => `update audit set result = 'failed' where id = ${id}` },
  { how: "gets another detail", damage: (id) => `update audit set detail = detail || ' ' where id = ${id}` },
  { how: "gets another hash", damage: (id) => `update audit set hash = 'x' where id = ${id}` },
  { how: "is taken out", damage: (id) => `delete from audit where id = ${id}` },
  {
    how: "is taken out and the rest moves up",
    damage: (id) => `delete from audit where id = ${id};
      update audit set id = id + 100 where id > ${id}; update audit set id = id - 101 where id > 100`,
  },
  { how: "and all after it are taken out", damage: (id) => `delete from audit where id >= ${id}` },
  {
    how: "changes places with another",
    damage: (id) => `update audit set id = -1 where id = ${id};
      update audit set id = ${id} where id = ${id + 1}; update audit set id = ${id + 1} where id = -1`,
  },
  {
    how: "is written twice",
    damage: (id) => `update audit set id = id + 100 where id > ${id}; update audit set id = id - 99 where id > 100;
      insert into audit select id + 1, at, actor, address, action, object, enterprise_id, result, detail, hash
      from audit where id = ${id}`,
    showsAt: (id) => id + 1,
  },
];

describe("the chain of the audit log", () => {
  it("is whole when nobody touched it, and knows the hashes that stand in it", async () => {
    const whole = await verify();
    expect(whole).toMatchObject({ entries: count, brokenAt: null, isKnown: null });
    expect(await verify(whole.head)).toEqual({ ...whole, isKnown: true });
    expect(await verify("0".repeat(64))).toEqual({ ...whole, isKnown: false });
  });

  it.each(damages)("shows where an entry $how", async ({ damage, showsAt = (id) => id }) => {
    for (let id = 1; id < count; id += 1) {
      inFile(damage(id));
      expect(await verify()).toMatchObject({ entries: showsAt(id) - 1, brokenAt: showsAt(id), isKnown: null });
      restore();
    }
    expect(await verify()).toMatchObject({ brokenAt: null });
  });

  it("is verified only by who sees the whole park", async () => {
    const refused = opened.registry.verifyAudit(aPrincipal("auditor", ["A"]), null);
    await expect(refused).rejects.toMatchObject({ code: "forbidden" });
  });
});
