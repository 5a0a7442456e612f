import { roles, type MeterKind, type Right } from "@smart-park/core";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { fmtEntered, missing, unitLabel } from "../../lib/format.ts";
import { splitPoint, usePark } from "../../lib/park.ts";
import { closeCodes } from "../../live/alerts/alert-actions.ts";
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
  ...(["confirm", "close", "reopen", "acknowledged", "unacknowledged", "assigned", "comment"] as const),
  ...(["photo", "shelved", "closed"] as const),
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
  ...(["declaredKw", "capacityKva", "referenceOxygen", "warnAbove", "warnBelow", "abovePercent", "afterS"] as const),
  ...([
    "first",
    "last",
    "point",
    "item",
    "period",
    "enterprise",
    "day",
    "start",
    "end",
    "startIndex",
    "endIndex",
  ] as const),
  ...(["text", "tag", "path", "isShared", "owner", "side", "deletedAt"] as const),
  ...(["acknowledged", "by", "at", "assignee", "shelvedUntil", "conclusion", "added"] as const),
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
  /** A value as people read it; `unit` is that of the entry's own figures. */
  value(field: string, value: unknown, unit?: string): string;
}

export function useAuditWords(): AuditWords {
  const { t, i18n } = useTranslation();
  const { format } = usePark();
  const { enterpriseName, meterName, pointOf } = useCatalog();
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
  const isThere = (key: CodeKey): boolean => i18n.exists(key);
  /** `real` or `real: words`, as an alert is closed. */
  const conclusion = (text: string): string => {
    const [said = ""] = text.split(":", 1);
    const code = known(closeCodes, said);
    return code === undefined ? text : t(`alerts.closeCode.${code}`) + text.slice(code.length);
  };
  const name = (field: string, text: string): string => {
    const role = field === "role" ? known(roles, text) : undefined;
    if (role !== undefined) return t(`role.${role}`);
    if (field === "conclusion") return conclusion(text);
    const key = (codes.get(field) ?? []).map((group) => `${group}.${text}` as CodeKey).find(isThere);
    if (key !== undefined) return t(key);
    if (field.startsWith("enterpriseId")) return enterpriseName(text);
    if (meterFields.has(field)) return meterName(text);
    const quantity = pointFields.has(field) ? pointOf(text)?.quantity : undefined;
    return quantity === undefined ? text : `${meterName(splitPoint(text).meterId)} ${t(`quantity.${quantity}`)}`;
  };
  const number = (field: string, one: number, unit: string): string => {
    if (isInstant(field, one)) return one === 0 ? t("audit.always") : format.full(one);
    const own = figures.has(field) ? unit : (unitsByField.get(field) ?? "");
    const text = ordinals.has(field) ? String(one) : fmtEntered(one);
    return own === "" ? text : `${text} ${unitLabel(own)}`;
  };
  const value = (field: string, one: unknown, unit = ""): string => {
    if (typeof one === "string") return name(field, one);
    if (typeof one === "boolean") return one ? t("audit.yes") : t("audit.no");
    if (typeof one === "number") return number(field, one, unit);
    if (one === null || one === undefined) return missing;
    const list = t("audit.comma");
    if (Array.isArray(one))
      return one.length === 0 ? t("audit.none") : one.map((item) => value(field, item, unit)).join(list);
    const told = Object.entries(one).filter(([, part]) => part !== null);
    return `(${told.map(([key, part]) => `${word(key)} ${value(key, part, unit)}`).join(list)})`;
  };
  return { action, field: (path) => path.map(word).join(" › "), value };
}

/** Fields that are in the unit of what the entry is about, and those whose name says it. */
const figures: ReadonlySet<string> = new Set(["limit", "lowerLimit", "value", "amount", "above", "below", "deadband"]);
const unitsByField: ReadonlyMap<string, string> = new Map([
  ["declaredKw", "kW"],
  ["capacityKva", "kVA"],
  ["abovePercent", "%"],
  ["tolerancePercent", "%"],
  ["referenceOxygen", "%"],
]);

/** Numbers that count nothing: never grouped. */
const ordinals: ReadonlySet<string> = new Set(["year", "version", "port", "id", "number"]);

/** Where the words of a field's codes stand; no two groups of a field share a code. */
const codes: ReadonlyMap<string, readonly string[]> = new Map([
  ["kind", ["kind", "rules.kind", "channels.kind"]],
  ["medium", ["quota.medium"]],
  ["status", ["alerts.status", "entry.statusName"]],
  ["state", ["alerts.status", "walls.state"]],
  ["severity", ["severity"]],
]);
type CodeKey = `kind.${MeterKind}`; // stands for them all: only a key that exists is translated

const meterFields: ReadonlySet<string> = new Set(["meterId", "meterIds", "parentId"]);
const pointFields: ReadonlySet<string> = new Set(["point", "pointId", "points"]);

const sinceEver: ReadonlySet<string> = new Set(["effectiveFrom"]);

/** Instants stand in the log as milliseconds; no limit or count of ours is as large. */
const isInstant = (field: string, value: number): boolean =>
  (value > 946_684_800_000 && /(at|from|to|until|first|last)$/i.test(field)) || (value === 0 && sinceEver.has(field));
