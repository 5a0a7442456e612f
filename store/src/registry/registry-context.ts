import type { AuditContext, Clock, Logger, Principal } from "@smart-park/core";
import type { Touched } from "./change-notices.ts";
import type { SecretKey } from "./secret-key.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** What every query file works with. */
export interface RegistryContext {
  readonly db: SqlConnection;
  readonly key: SecretKey;
  readonly clock: Clock;
  readonly logger: Logger;
  /** One transaction; what `work` notes in `touched` is announced only after it is durable. */
  readonly write: <T>(work: (touched: Touched) => T) => T;
}

/** One write in hand: what its parts need of it. */
export interface Writing {
  readonly db: SqlConnection;
  readonly touched: Touched;
  readonly principal: Principal;
  readonly audit: AuditContext;
}
