import { timingSafeEqual } from "node:crypto";
import {
  groupBy,
  idPattern,
  type Clock,
  type DeviceDirectory,
  type DeviceId,
  type DeviceIdentity,
  type EnterpriseId,
  type EpochMs,
  type Logger,
  type MeterId,
} from "@smart-park/core";
import { sql } from "kysely";
import { hashDeviceSecret } from "./device-secret.ts";
import { readSecretKey, type SecretKey } from "./secret-key.ts";
import { SqlConnection } from "./sql-connection.ts";

/** A device or service that may connect. */
interface Account {
  readonly identity: DeviceIdentity;
  readonly secretHash: string;
  /** Of a station, which does not speak MQTT. */
  readonly mn: string | null;
}

/** Everything edge needs to know, as it stood at one moment. */
interface Picture {
  readonly key: SecretKey | null;
  readonly byId: ReadonlyMap<string, Account>;
  /** HJ 212 stations by their MN. */
  readonly byStationNumber: ReadonlyMap<string, Account>;
  /** Devices that speak MQTT only: a service always gives its id. */
  readonly bySecretHash: ReadonlyMap<string, Account>;
  readonly meterOwners: ReadonlyMap<string, EnterpriseId>;
  /** Hashes of onboarding tokens, with their end; null = none. */
  readonly onboarding: ReadonlyMap<string, EpochMs | null>;
  /** Ids no unknown device may take: of devices, also disabled ones, of services, and of devices that were refused. */
  readonly taken: ReadonlySet<string>;
}

const emptyPicture: Picture = {
  key: null,
  byId: new Map(),
  byStationNumber: new Map(),
  bySecretHash: new Map(),
  meterOwners: new Map(),
  onboarding: new Map(),
  taken: new Set(),
};
const hashLength = 64;

/**
 * Edge's view of the registry from another process: read whole into memory at `reload`, never written. While there is
 * no registry yet it is empty. `current` knows only identities that this directory gave out, not copies of them.
 */
export function openDeviceDirectory(options: {
  readonly file: string;
  readonly secretKeyFile: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): DeviceDirectory & { stop(): Promise<void> } {
  const { file, secretKeyFile, clock, logger } = options;
  const secretHashOf = new WeakMap<DeviceIdentity, string>();
  let db: SqlConnection | null = null;
  let picture = emptyPicture;

  /** Throws when a registry that is there cannot be read; what was known before then stays. */
  const reload = (): void => {
    db ??= SqlConnection.openForReading(file);
    const key = readSecretKey(secretKeyFile);
    if (db === null || key === null || !hasTables(db)) {
      logger.info({ file }, "there is no registry yet; no device can connect");
      return;
    }
    picture = readPicture(db, key);
    for (const { identity, secretHash } of picture.byId.values()) secretHashOf.set(identity, secretHash);
  };
  reload();

  const mayWait = (deviceId: string, tokenHash: string): boolean => {
    const expiresAt = picture.onboarding.get(tokenHash);
    const isOpen = expiresAt !== undefined && (expiresAt === null || expiresAt > clock.now());
    return isOpen && idPattern.test(deviceId) && !picture.taken.has(deviceId);
  };
  const toWaiting = (deviceId: string, tokenHash: string): DeviceIdentity | null => {
    if (!mayWait(deviceId, tokenHash)) return null;
    // Checked by its pattern; it belongs to no enterprise until somebody gives it one.
    const [id, owner] = [deviceId as DeviceId, "" as EnterpriseId];
    const identity = { deviceId: id, enterpriseId: owner, meterIds: new Set<MeterId>(), isService: false };
    const waiting = { ...identity, isWaiting: true };
    secretHashOf.set(waiting, tokenHash);
    return waiting;
  };

  return {
    reload,
    authenticate(username, password) {
      if (picture.key === null) return null;
      if (password === null || password === "")
        return picture.bySecretHash.get(picture.key.hash(username))?.identity ?? null;
      const account = picture.byId.get(username);
      const hash = picture.key.hash(password);
      const isRight = isSame(hash, account?.secretHash ?? "0".repeat(hashLength));
      if (account === undefined) return toWaiting(username, hash);
      return isRight && account.mn === null ? account.identity : null;
    },
    authenticateStation(mn, pw) {
      if (picture.key === null) return null;
      const account = picture.byStationNumber.get(mn);
      const isRight = isSame(hashDeviceSecret(picture.key, { mn }, pw), account?.secretHash ?? "0".repeat(hashLength));
      return account !== undefined && isRight ? account.identity : null;
    },
    current(identity) {
      if (identity.isWaiting === true)
        return mayWait(identity.deviceId, secretHashOf.get(identity) ?? "") ? identity : null;
      const account = picture.byId.get(identity.deviceId);
      if (account === undefined || account.secretHash !== secretHashOf.get(identity)) return null;
      return account.identity.enterpriseId === identity.enterpriseId ? account.identity : null;
    },
    meterOwner: (meterId) => picture.meterOwners.get(meterId) ?? null,
    stop: async () => db?.close(),
  };
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The file may be there before its first tables are. */
const hasTables = (db: SqlConnection): boolean =>
  db.first(sql`select 1 from sqlite_schema where type = 'table' and name = 'device'`) !== undefined;

function readPicture(db: SqlConnection, key: SecretKey): Picture {
  const { devices, links, services, meters, onboarding, taken } = db.snapshot(() => readRows(db));
  const metersOf = groupBy(links, (link) => link.device_id);
  const deviceAccounts = devices.map(({ id, enterprise_id, secret_hash, mn }) => {
    const meterIds = new Set((metersOf.get(id) ?? []).map(({ meter_id }) => meter_id));
    return toAccount({ deviceId: id, enterpriseId: enterprise_id, meterIds, isService: false }, secret_hash, mn);
  });
  const serviceAccounts = services.map(({ id, secret_hash }) =>
    // A service stands beside the devices under its own id and belongs to no enterprise.
    toAccount(
      { deviceId: id as DeviceId, enterpriseId: "" as EnterpriseId, meterIds: new Set<MeterId>(), isService: true },
      secret_hash,
    ),
  );
  return {
    key,
    byId: new Map([...deviceAccounts, ...serviceAccounts].map((account) => [account.identity.deviceId, account])),
    byStationNumber: new Map(deviceAccounts.flatMap((account) => (account.mn === null ? [] : [[account.mn, account]]))),
    bySecretHash: new Map(
      deviceAccounts.flatMap((account) => (account.mn === null ? [[account.secretHash, account]] : [])),
    ),
    meterOwners: new Map(meters.map(({ id, enterprise_id }) => [id, enterprise_id])),
    onboarding: new Map(onboarding.map(({ secret_hash, expires_at }) => [secret_hash, expires_at])),
    taken: new Set([...taken, ...services].map(({ id }) => id)),
  };
}

const toAccount = (identity: DeviceIdentity, secretHash: string, mn: string | null = null): Account => ({
  ...{ identity, secretHash, mn },
});

const readRows = (db: SqlConnection) => ({
  devices: readDevices(db),
  links: db.all(db.query.selectFrom("device_meter").select(["device_id", "meter_id"])),
  services: db.all(db.query.selectFrom("service").select(["id", "secret_hash"])),
  meters: db.all(db.query.selectFrom("meter").select(["id", "enterprise_id"])),
  ...readOnboarding(db),
});

/** The file may be as an older version left it: edge may be up before the app has brought its tables up to date. */
function readDevices(db: SqlConnection) {
  const column = sql`select 1 from pragma_table_info('device') where name = 'mn'`;
  const mn = db.first(column) === undefined ? sql<string | null>`null` : sql<string | null>`mn`;
  const columns = db.query.selectFrom("device").select(["id", "enterprise_id", "secret_hash", mn.as("mn")]);
  return db.all(columns.where("is_enabled", "=", 1));
}

/** As `readDevices`, of tables that came later. */
function readOnboarding(db: SqlConnection) {
  const table = sql`select 1 from sqlite_schema where type = 'table' and name = 'waiting_device'`;
  if (db.first(table) === undefined) return { onboarding: [], taken: [] };
  const refused = db.query.selectFrom("waiting_device").select("id").where("state", "!=", "waiting");
  return {
    onboarding: db.all(db.query.selectFrom("onboarding_token").select(["secret_hash", "expires_at"])),
    taken: [...db.all(db.query.selectFrom("device").select("id")), ...db.all(refused)],
  };
}
