import { toTopic } from "@smart-park/core/topics";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { download, toCsv } from "../../lib/csv.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { Credentials } from "./connection.tsx";
import classes from "./page.module.css";

interface IssuedCredentials extends Credentials {
  readonly enterpriseId: string;
  readonly meterIds: readonly string[];
}

const topicsOf = ({ enterpriseId, meterIds }: IssuedCredentials): string[] =>
  meterIds.map((meterId) => toTopic(enterpriseId, meterId, "telemetry"));

/** Thousands of rows make a page slow; nobody copies them one by one. */
const mostRows = 500;

/** Credentials that nobody can ask for again: until they are saved the browser asks before it leaves. */
export function CredentialList({ credentials }: { credentials: readonly IssuedCredentials[] }): ReactNode {
  const { t } = useTranslation();
  const [isSaved, setIsSaved] = useState(false);
  useEffect(() => {
    if (isSaved) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isSaved]);
  const save = (format: "csv" | "json"): void => {
    const name = `${t("devices.credentials")}.${format}`;
    if (format === "csv") {
      const heads = (["username", "password", "enterprise", "topic"] as const).map((key) => t(`devices.${key}`));
      const rows = credentials.map((one) => [one.username, one.password, one.enterpriseId, topicsOf(one).join("\n")]);
      download(name, toCsv([heads, ...rows]));
    } else {
      const items = credentials.map((one) => ({
        ...{ clientId: one.username, username: one.username, password: one.password, topics: topicsOf(one) },
      }));
      download(name, JSON.stringify(items, null, 2), "application/json");
    }
    setIsSaved(true);
  };
  return (
    <Panel
      title={t("devices.credentials")}
      aside={t("deviceImport.issuedCount", { n: credentials.length })}
      actions={(["csv", "json"] as const).map((format) => (
        <Button
          key={format}
          look={format === "csv" ? "primary" : "plain"}
          isSmall
          icon="download"
          onClick={() => save(format)}
        >
          {t("deviceImport.saveSecrets", { format: format.toUpperCase() })}
        </Button>
      ))}
    >
      <div className={classes.stack}>
        {isSaved ? (
          <p className={classes.good} role="status">
            ✓ {t("deviceImport.saved")}
          </p>
        ) : (
          <p className={classes.warning}>▲ {t("deviceImport.once")}</p>
        )}
        <DataTable
          label={t("devices.credentials")}
          maxHeight={360}
          rows={credentials.slice(0, mostRows)}
          keyOf={({ username }) => username}
          columns={[
            { key: "username", head: t("devices.username"), cell: ({ username }) => <code>{username}</code> },
            { key: "password", head: t("devices.password"), cell: ({ password }) => <code>{password}</code> },
            { key: "meters", head: t("devices.meters"), cell: ({ meterIds }) => meterIds.join(", ") },
          ]}
        />
        {credentials.length > mostRows && (
          <p className={classes.note}>{t("deviceImport.firstSecrets", { n: mostRows })}</p>
        )}
      </div>
    </Panel>
  );
}
