import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { actorOf } from "../../lib/actor.ts";
import { differencesOf } from "../../lib/audit-difference.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { useRight } from "../../lib/park.ts";
import { watchTargetsQuery } from "../../lib/queries.ts";
import { usersQuery, type AuditEntry } from "./queries.ts";

/** Whom or what an id of the log means; without a name the id stands alone. */
export interface Named {
  readonly name: string;
  /** The id, and by which token, in small print. */
  readonly id: string | null;
}

export interface AuditNames {
  actor(entry: AuditEntry): Named;
  object(entry: AuditEntry): Named;
  /** Of the figures that an entry tells; empty where it is not known. */
  unit(entry: AuditEntry): string;
}

/** Kinds of actions whose object is one of these; the same id may be a meter's and an enterprise's. */
const ofMeter: ReadonlySet<string> = new Set(["meter", "multipliers", "gasStates", "registerChange", "readings"]);
const ofEnterprise: ReadonlySet<string> = new Set(["enterprise", "tariffContract", "month", "quota"]);
const ofUser: ReadonlySet<string> = new Set(["user", "login", "logout"]);

/** Names as far as the reader may see them: of people only who manages them. */
export function useAuditNames(): AuditNames {
  const { t } = useTranslation();
  const { meter, meterName, enterprise, enterpriseName } = useCatalog();
  const { data: people = [] } = useQuery({ ...usersQuery({}), enabled: useRight("users.manage") });
  const { data: targets = [] } = useQuery(watchTargetsQuery());
  const named = (id: string, name: string | null | undefined): Named =>
    name == null || name === id ? { name: id, id: null } : { name, id };
  const person = (id: string): string | null => people.find(({ username }) => username === id)?.name ?? null;
  return {
    actor: ({ actor }) => {
      const { username, token } = actorOf(actor);
      const name = person(username);
      const beneath = [name === null ? [] : [username], token === null ? [] : [t("audit.byToken", { token })]];
      return { name: name ?? username, id: beneath.flat().join(" · ") || null };
    },
    object: ({ action, object, enterpriseId }) => {
      const [kind = ""] = action.split(".", 1);
      if (ofMeter.has(kind) && meter(object)) return named(object, meterName(object));
      if (ofEnterprise.has(kind) && enterprise(object)) return named(object, enterpriseName(object));
      if (ofUser.has(kind)) return named(object, person(object));
      if (kind === "watchTarget") return named(object, targets.find(({ id }) => id === object)?.title);
      // Dates and numbers of a firm's contracts and months begin with the firm.
      const owner = ofEnterprise.has(kind) && enterpriseId !== null ? enterpriseName(enterpriseId) : null;
      return named(object, owner);
    },
    unit: ({ action, object, detail }) => {
      const told = differencesOf(detail)?.find(({ path }) => path.at(-1) === "unit")?.after;
      if (typeof told === "string") return told;
      return action.startsWith("watchTarget.") ? (targets.find(({ id }) => id === object)?.unit ?? "") : "";
    },
  };
}
