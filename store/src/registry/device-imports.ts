import { randomBytes } from "node:crypto";
import { ParkError, type DeviceImport, type Principal, type Registry } from "@smart-park/core";
import { sql, type RawBuilder, type SqlBool } from "kysely";
import { auditWrite, changes } from "./audit-log.ts";
import { addDevices, changeDevice, loadDevices, type KeyedDevice } from "./devices.ts";
import { inBatches } from "./in-batches.ts";
import { addMeters } from "./meters.ts";
import type { RegistryContext } from "./registry-context.ts";
import { found, inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

type DeviceImportQueries = Pick<Registry, "importDevices" | "deviceImports" | "issueCredentials">;

/** What was made from one file, and the secrets of its devices, which come into being when they are handed out. */
export function deviceImportQueries({ db, key, write }: RegistryContext): DeviceImportQueries {
  return {
    importDevices: (principal, { meters, devices, joined }, audit) =>
      write((touched) => {
        const writing = { db, touched, principal, audit };
        addMeters(writing, meters);
        for (const { id, meterIds } of joined) changeDevice(writing, id, { meterIds });
        if (devices.length === 0) return null;
        const id = randomBytes(12).toString("hex");
        const row = { id, at: audit.at, by: audit.actor, meters: meters.length, issued_at: null };
        db.run(db.query.insertInto("device_import").values(row));
        // Nobody knows these secrets: a device stays out until its own is handed out.
        const secretHash = (): string => key.hash(randomBytes(32).toString("base64url"));
        const keyed = devices.map((device) => ({ device, secretHash: secretHash() }));
        addDevices(writing, keyed);
        const toEntry = (one: KeyedDevice) => ({
          ...{ import_id: id, device_id: one.device.id, secret_hash: one.secretHash },
        });
        db.insertAll("device_import_entry", keyed.map(toEntry));
        const detail = changes({}, { meters: meters.length, devices: devices.length });
        const owner = onlyOwner(devices.map(({ enterpriseId }) => enterpriseId));
        auditWrite(db, audit, { action: "device.import", object: id, enterpriseId: owner, detail });
        return loadImports(db, principal, id)[0] ?? null;
      }),

    deviceImports: (principal) => loadImports(db, principal),

    issueCredentials: (principal, importId, newSecret, audit) =>
      write((touched) => {
        const { issuedAt } = found(loadImports(db, principal, importId)[0]);
        if (issuedAt !== null)
          throw new ParkError("conflict", "These credentials were handed out already; rotate a device for a new one");
        const ids = untouchedDevices(db, importId).sort();
        const devices = inBatches(ids, (some) => loadDevices(db, principal, some));
        const issued = devices.map((device) => ({ device, secret: newSecret() }));
        for (const { device, secret } of issued) {
          const secret_hash = key.hash(secret);
          db.run(db.query.updateTable("device").set({ secret_hash }).where("id", "=", device.id));
          touched.devices.add(device.id);
        }
        db.run(db.query.updateTable("device_import").set({ issued_at: audit.at }).where("id", "=", importId));
        const owner = onlyOwner(devices.map(({ enterpriseId }) => enterpriseId));
        const detail = changes({}, { devices: issued.length }, ["secrets"]);
        auditWrite(db, audit, { action: "device.credentials", object: importId, enterpriseId: owner, detail });
        return issued;
      }),
  };
}

const onlyOwner = <T>(owners: readonly T[]): T | null => (new Set(owners).size === 1 ? (owners[0] ?? null) : null);

/** Devices that still have the secret that nobody knows. */
const untouchedDevices = (db: SqlConnection, importId: string) =>
  db
    .all(
      db.query
        .selectFrom("device_import_entry as entry")
        .innerJoin("device", "device.id", "entry.device_id")
        .select("device.id")
        .whereRef("device.secret_hash", "=", "entry.secret_hash")
        .where("entry.import_id", "=", importId),
    )
    .map(({ id }) => id);

/** Newest first; only what lies in the scope as a whole. */
function loadImports(db: SqlConnection, principal: Principal, id?: string): DeviceImport[] {
  const rows = db.all(
    db.query
      .selectFrom("device_import as import")
      .select(["import.id", "import.at", "import.by", "import.meters", "import.issued_at"])
      .select((row) =>
        row
          .selectFrom("device_import_entry as entry")
          .select((count) => count.fn.countAll<number>().as("devices"))
          .whereRef("entry.import_id", "=", "import.id")
          .as("devices"),
      )
      .where(isWhollyInScope(principal))
      .$if(id !== undefined, (query) => query.where("import.id", "=", id ?? ""))
      .orderBy("import.at", "desc")
      .orderBy("import.id"),
  );
  return rows.map(({ issued_at, devices, ...row }) => ({ ...row, devices: devices ?? 0, issuedAt: issued_at }));
}

function isWhollyInScope(principal: Principal): RawBuilder<SqlBool> {
  if (principal.scope === "all") return sql<SqlBool>`true`;
  const entries = sql`select 1 from device_import_entry as entry join device on device.id = entry.device_id
    where entry.import_id = ${sql.ref("import.id")}`;
  const visible = inScope(principal, "device.enterprise_id");
  return sql<SqlBool>`exists (${entries}) and not exists (${entries} and not (${visible}))`;
}
