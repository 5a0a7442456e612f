import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { usePark } from "../../lib/park.ts";
import { differencesOf, type Difference } from "../../lib/audit-difference.ts";
import type { AuditNames, Named } from "./audit-names.ts";
import type { AuditWords } from "./audit-words.ts";
import classes from "./page.module.css";
import type { AuditEntry } from "./queries.ts";

/** So many changes are named on the line itself. */
const mostInLine = 2;
const results = ["ok", "denied", "failed"] as const;

/** One entry on a line; opened it shows every field before and after. */
export function AuditLine({
  entry,
  words,
  names,
}: {
  entry: AuditEntry;
  words: AuditWords;
  names: AuditNames;
}): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const differences =
    differencesOf(entry.detail)?.map((one) =>
      // What an alert is closed with stands in its note.
      entry.action === "alert.closed" && one.path[0] === "note" ? { ...one, path: ["conclusion"] } : one,
    ) ?? null;
  const unit = names.unit(entry);
  const result = results.find((one) => one === entry.result) ?? "failed";
  return (
    <details className={classes.entry}>
      <summary>
        <span className={classes.when}>{format.full(Date.parse(entry.at))}</span>
        <span className={classes.actor}>
          {entry.actor === "" ? t("audit.nobody") : <NameAndId of={names.actor(entry)} />}
        </span>
        <span className={classes.what}>{words.action(entry)}</span>
        <span className={classes.object}>
          <NameAndId of={names.object(entry)} />
        </span>
        <span className={classNames(classes.result, result !== "ok" && classes.bad)}>
          {result === "ok" ? "✓" : "✕"} {t(`audit.result.${result}`)}
        </span>
        <span className={classes.brief}>
          <Brief detail={entry.detail} differences={differences} words={words} unit={unit} />
        </span>
      </summary>
      <div className={classes.inside}>
        {differences === null ? (
          <pre>{entry.detail}</pre>
        ) : (
          differences.length > 0 && <Differences differences={differences} words={words} unit={unit} />
        )}
        <Facts entry={entry} />
      </div>
    </details>
  );
}

/** The name first, and what the log calls it beneath. */
const NameAndId = ({ of: { name, id } }: { of: Named }): ReactNode => (
  <>
    {name}
    {id !== null && <small>{id}</small>}
  </>
);

interface BriefProps {
  readonly detail: string;
  readonly differences: readonly Difference[] | null;
  readonly words: AuditWords;
  readonly unit: string;
}

function Brief({ detail, differences, words, unit }: BriefProps): ReactNode {
  const { t } = useTranslation();
  if (differences === null) return detail;
  // Of something new there is nothing before.
  const isNew = differences.every(({ kind, before }) => kind === "changed" && before === null);
  const shown = differences.slice(0, mostInLine).map((one) => {
    const field = words.field(one.path);
    const name = one.path.at(-1) ?? "";
    if (one.kind === "secret") return `${field} ${t("audit.secret")}`;
    if (one.kind === "changed" && !isNew)
      return `${field} ${words.value(name, one.before, unit)} → ${words.value(name, one.after, unit)}`;
    return `${field} ${words.value(name, one.after, unit)}`;
  });
  const more = differences.length - shown.length;
  return [...shown, ...(more > 0 ? [t("audit.moreFields", { n: more })] : [])].join(t("audit.semicolon"));
}

function Differences({
  differences,
  words,
  unit,
}: Omit<BriefProps, "detail" | "differences"> & { differences: readonly Difference[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <table className={classes.differences}>
      <thead>
        <tr>
          <th scope="col">{t("audit.fieldHead")}</th>
          <th scope="col">{t("audit.before")}</th>
          <th scope="col">{t("audit.after")}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ path, kind, before, after }) => {
          const name = path.at(-1) ?? "";
          return (
            <tr key={path.join(".")}>
              <th scope="row">{words.field(path)}</th>
              {kind === "secret" ? (
                <td colSpan={2}>{t("audit.secretHint")}</td>
              ) : (
                <>
                  <td className={classes.old}>
                    {kind === "list"
                      ? t("audit.removedItems", { items: words.value(name, before, unit) })
                      : words.value(name, before, unit)}
                  </td>
                  <td className={classes.now}>
                    {kind === "list"
                      ? t("audit.addedItems", { items: words.value(name, after, unit) })
                      : words.value(name, after, unit)}
                  </td>
                </>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Facts({ entry }: { entry: AuditEntry }): ReactNode {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t("audit.number"), entry.id],
    [t("audit.address"), entry.address],
    ...(entry.enterpriseId === null ? [] : [[t("audit.enterprise"), enterpriseName(entry.enterpriseId)] as const]),
    [t("audit.code"), <code key="code">{entry.action}</code>],
    [t("audit.hash"), <code key="hash">{entry.hash}</code>],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
