import type { Registry } from "@smart-park/core";
import { auditWrite, changes } from "./audit-log.ts";
import { requireFreeCredential } from "./devices.ts";
import type { RegistryContext } from "./registry-context.ts";
import { found, requireWholePark } from "./scope.ts";

type ServiceQueries = Pick<Registry, "services" | "createService" | "deleteService">;

/** Internal subscribers (a bridge, a recorder): they belong to the park, so others neither see nor change them. */
export function serviceQueries({ db, key, write }: RegistryContext): ServiceQueries {
  return {
    services: (principal) =>
      principal.scope === "all" ? db.all(db.query.selectFrom("service").select("id").orderBy("id")) : [],

    createService: (principal, id, secret, audit) =>
      write(() => {
        requireWholePark(principal);
        const secret_hash = key.hash(secret);
        requireFreeCredential(db, { id, secretHash: secret_hash });
        db.run(db.query.insertInto("service").values({ id, secret_hash }));
        const detail = changes({}, { id });
        auditWrite(db, audit, { action: "service.create", object: id, enterpriseId: null, detail });
      }),

    deleteService: (principal, id, audit) =>
      write(() => {
        const removed = principal.scope === "all" ? db.run(db.query.deleteFrom("service").where("id", "=", id)) : 0;
        found(removed === 1 ? id : null);
        const detail = changes({ id }, {});
        auditWrite(db, audit, { action: "service.delete", object: id, enterpriseId: null, detail });
      }),
  };
}
