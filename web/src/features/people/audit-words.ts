import { roles, type Right } from "@smart-park/core";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { missing } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import type { AuditEntry } from "./queries.ts";

/** What is acted on: the first part of an action. */
export const actionKinds = [
  ...(["user", "token", "enterprise", "meter", "device", "service", "rule", "maintenance", "watchTarget"] as const),
  ...(["quota", "tariffContract", "regulated", "settlementMeter", "virtualMeter", "registerChange"] as const),
  ...(["multipliers", "gasStates", "supplierBill", "activityInput", "month", "alert", "alerts", "command"] as const),
  ...(["channel", "subscription", "delivery", "onboardingToken", "waitingDevice", "readings", "audit"] as const),
  ...(["inspection", "annotation", "savedView", "wall", "mqtt", "hj212", "journal"] as const),
] as const;

/** What is done to it: the second part. */
const verbs = [
  ...(["create", "update", "put", "set", "delete", "move", "import", "credentials", "rotate", "endSessions"] as const),
  ...(["confirm", "close", "reopen", "acknowledged", "assigned", "comment", "photo", "shelved", "closed"] as const),
  ...(["recalculate", "send", "cancel", "test", "retry", "approve", "refuse", "forget", "verify"] as const),
  ...(["connect", "cut", "subscribe", "publish", "replaced"] as const),
  ...(["rectified", "accepted", "rejected", "renewLink", "revoke", "open", "restore"] as const),
] as const;

/** Actions that are one word. */
export const plainActions = ["login", "logout", "export"] as const;

const fields = [
  ...([
    "name",
    "nameEn",
    "role",
    "enterpriseIds",
    "enterpriseId",
    "isEnabled",
    "enabled",
    "mustChangePassword",
  ] as const),
  ...(["password", "id", "kind", "limit", "lowerLimit", "decimals", "title", "source", "status"] as const),
  ...(["effectiveFrom", "effectiveTo", "value", "unit", "from", "to", "medium", "multipliers", "multiplier"] as const),
  ...([
    "registerChanges",
    "gasStates",
    "points",
    "pointId",
    "meterId",
    "meterIds",
    "severity",
    "above",
    "below",
  ] as const),
  ...([
    "deadband",
    "onDelayS",
    "offDelayS",
    "forS",
    "note",
    "reason",
    "electricity",
    "billingDay",
    "demandMode",
  ] as const),
  ...(["waterPrice", "documentNumber", "place", "terms", "scopes", "expiresAt", "createdAt", "createdBy"] as const),
  ...(["secret", "secrets", "sessions", "format", "confirmedBy", "month", "amount", "yuan", "min", "max"] as const),
  ...(["text", "tag", "path", "isShared", "owner", "side", "deletedAt"] as const),
  ...([
    "intervalS",
    "parentId",
    "workshop",
    "purpose",
    "chain",
    "trade",
    "state",
    "version",
    "hash",
    "entries",
  ] as const),
] as const;

const known = <T extends string>(list: readonly T[], word: string): T | undefined => list.find((one) => one === word);

/** Words for what stands in the log in codes; what has none is shown as it is. */
export interface AuditWords {
  action(entry: Pick<AuditEntry, "action" | "result">): string;
  field(path: readonly string[]): string;
  value(field: string, value: unknown): string;
}

export function useAuditWords(): AuditWords {
  const { t, i18n } = useTranslation();
  const { format } = usePark();
  const { enterpriseName } = useCatalog();
  const action: AuditWords["action"] = ({ action: code, result }) => {
    // What was denied is a right of the table, when there are words for it.
    if (result === "denied" && i18n.exists(`users.right.${code}`)) return t(`users.right.${code as Right}`);
    const plain = known(plainActions, code);
    if (plain !== undefined) return t(`audit.plain.${plain}`);
    const [first = "", second = ""] = code.split(".");
    const [kind, verb] = [known(actionKinds, first), known(verbs, second)];
    if (kind === undefined) return code;
    return `${t(`audit.kind.${kind}`)} · ${verb === undefined ? second : t(`audit.verb.${verb}`)}`;
  };
  const word = (name: string): string => {
    const field = known(fields, name);
    return field === undefined ? name : t(`audit.field.${field}`);
  };
  const name = (field: string, text: string): string => {
    const role = field === "role" ? known(roles, text) : undefined;
    if (role !== undefined) return t(`role.${role}`);
    return field.startsWith("enterpriseId") ? enterpriseName(text) : text;
  };
  const value = (field: string, one: unknown): string => {
    if (typeof one === "string") return name(field, one);
    if (typeof one === "boolean") return one ? t("audit.yes") : t("audit.no");
    if (Array.isArray(one))
      return one.length === 0 ? t("audit.none") : one.map((item) => value(field, item)).join("，");
    if (typeof one === "number") return isInstant(field, one) ? format.full(one) : String(one);
    return one === null || one === undefined ? missing : JSON.stringify(one);
  };
  return { action, field: (path) => path.map(word).join(" › "), value };
}

/** Instants stand in the log as milliseconds; no limit or count of ours is as large. */
const isInstant = (field: string, value: number): boolean =>
  value > 946_684_800_000 && /(at|from|to|until)$/i.test(field);
