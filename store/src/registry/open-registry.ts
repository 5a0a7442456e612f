import {
  ParkError,
  type Clock,
  type Command,
  type DeliveryLedger,
  type IngestLedger,
  type Logger,
  type Registry,
} from "@smart-park/core";
import { alertRuleQueries } from "./alert-rules.ts";
import { alertActions, alertReads } from "./alerts.ts";
import { annotationQueries } from "./annotations.ts";
import { auditQueries } from "./audit-log.ts";
import { bookQueries } from "./books.ts";
import { commandQueries } from "./commands.ts";
import { Notices, Touched } from "./change-notices.ts";
import { coverPoints } from "./covered-points.ts";
import { deviceImportQueries } from "./device-imports.ts";
import { deviceQueries } from "./devices.ts";
import { enterpriseQueries } from "./enterprises.ts";
import { figureInputQueries } from "./figure-inputs/index.ts";
import { figureRuleLedger } from "./figure-rule-ledger.ts";
import { inspectionQueries } from "./inspections.ts";
import { ingestLedger } from "./ingest-ledger.ts";
import { maintenanceWindowQueries } from "./maintenance-windows.ts";
import { meterQueries } from "./meters.ts";
import { migrate } from "./migrate.ts";
import { movedDeviceQueries } from "./moved-devices.ts";
import { deliveryLedger, notificationQueries } from "./notifications/index.ts";
import { onboardingQueries } from "./onboarding.ts";
import { ParkPicture } from "./park-picture.ts";
import { defaultQuarantineLimits, quarantineQueries, type QuarantineLimits } from "./quarantine.ts";
import type { RegistryContext } from "./registry-context.ts";
import { savedViewQueries } from "./saved-views.ts";
import { openSecretKey, type SecretKey } from "./secret-key.ts";
import { serviceQueries } from "./services.ts";
import { sessionQueries } from "./sessions.ts";
import { readSetting, settingQueries, writeSetting } from "./settings.ts";
import { sitePlanQueries } from "./site-plans.ts";
import { SqlConnection } from "./sql-connection.ts";
import { tokenQueries } from "./tokens.ts";
import { userQueries } from "./users.ts";
import { wallQueries } from "./walls.ts";
import { watchTargetQueries } from "./watch-targets.ts";

export interface RegistryOptions {
  /** SQLite file, made when missing. */
  readonly file: string;
  /** 32 random bytes, made when missing; belongs to the file and into the same backup. */
  readonly secretKeyFile: string;
  /** The park's IANA zone; a later change is warned of, for kept daily figures follow the old one. */
  readonly timeZone?: string;
  readonly quarantineLimits?: QuarantineLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is kept beside readings: `registry` for the api (and as the catalog of the park), `ledger` for ingest, `deliveries` for what goes out. */
export interface RegistryDatabase {
  readonly registry: Registry;
  readonly ledger: IngestLedger;
  readonly deliveries: DeliveryLedger;
  stop(): Promise<void>;
}

/** How soon changes by another process (an administrator's command, a second role) are seen here. */
const lookForOthersMs = 1000;

/**
 * Opens the registry database and brings its tables up to date. Throws config_invalid when the file or the key cannot
 * be used, belong not together, or come from a newer version.
 */
export function openRegistry(options: RegistryOptions): RegistryDatabase {
  const { file, secretKeyFile, clock, logger, quarantineLimits: limits = defaultQuarantineLimits } = options;
  const key = openSecretKey(secretKeyFile);
  const db = SqlConnection.openForWriting(file);
  try {
    if (migrate(db, clock)) db.transaction(() => coverPoints(db)); // another version may cover points otherwise
    checkKey(db, key);
    if (options.timeZone !== undefined) noteTimeZone(db, options.timeZone, logger);
  } catch (error) {
    db.close();
    throw error;
  }
  const picture = new ParkPicture(db);
  const [parkChanged, rulesChanged] = [new Notices(logger), new Notices(logger)];
  const commandListeners = new Set<(command: Command) => void>();
  const write: RegistryContext["write"] = (work) => {
    const touched = new Touched();
    const result = db.transaction(() => work(touched));
    picture.touch(touched);
    if (touched.park) parkChanged.announce();
    if (touched.rules) rulesChanged.announce();
    for (const command of touched.commands.values()) commandListeners.forEach((listener) => listener(command));
    return result;
  };
  const context: RegistryContext = { db, key, clock, logger, write };
  const others = watchOtherWriters(db, () => {
    picture.touchAll();
    parkChanged.announce();
    rulesChanged.announce();
  });
  return {
    registry: {
      current: () => picture.current(),
      onChange: (listener) => parkChanged.listen(() => listener(picture.current())),
      ...userQueries(context),
      ...sessionQueries(context),
      ...tokenQueries(context),
      ...wallQueries(context),
      ...sitePlanQueries(context),
      ...enterpriseQueries(context),
      ...meterQueries(context),
      meters: (principal) => {
        others.look();
        return picture.metersOf(principal);
      },
      ...deviceQueries(context),
      ...movedDeviceQueries(context),
      ...deviceImportQueries(context),
      ...onboardingQueries(context),
      ...serviceQueries(context),
      ...commandQueries(context),
      onCommand: (listener) => {
        commandListeners.add(listener);
        return () => void commandListeners.delete(listener);
      },
      ...alertRuleQueries(context),
      ...alertReads(context),
      ...alertActions(context),
      ...watchTargetQueries(context),
      ...maintenanceWindowQueries(context),
      ...inspectionQueries(context),
      ...annotationQueries(context),
      ...savedViewQueries(context),
      ...figureRuleLedger(context),
      ...bookQueries(context),
      ...quarantineQueries(context),
      ...auditQueries(context),
      ...settingQueries(context),
      ...figureInputQueries(context),
      ...notificationQueries(context),
    },
    deliveries: deliveryLedger(context),
    ledger: ingestLedger(context, { rulesChanged, limits }),
    stop: async () => {
      others.stop();
      db.close();
    },
  };
}

/** A new key beside an old database would lock every device out without a word; so the pair is checked. */
function checkKey(db: SqlConnection, key: SecretKey): void {
  const known = readSetting(db, "secretKey.fingerprint");
  if (known === null) db.transaction(() => writeSetting(db, "secretKey.fingerprint", key.fingerprint()));
  else if (known !== key.fingerprint())
    throw new ParkError(
      "config_invalid",
      "The secret key file does not belong to the registry database; restore both from one backup",
    );
}

function noteTimeZone(db: SqlConnection, zone: string, logger: Logger): void {
  const known = readSetting(db, "timeZone");
  if (known === zone) return;
  if (known !== null)
    logger.warn({ before: known, now: zone }, "the park's time zone changed; kept daily figures follow the old one");
  db.transaction(() => writeSetting(db, "timeZone", zone));
}

/** Looks now and then, and when told to. */
function watchOtherWriters(db: SqlConnection, onCommit: () => void): { look(): void; stop(): void } {
  let seen = db.dataVersion();
  const look = (): void => {
    const now = db.dataVersion();
    if (now !== seen) onCommit();
    seen = now;
  };
  const timer = setInterval(look, lookForOthersMs);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
