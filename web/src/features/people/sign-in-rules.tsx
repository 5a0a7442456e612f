import type { ComplianceBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { missing } from "../../lib/format.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { Loaded, Panel } from "../../ui/panel.tsx";
import classes from "./page.module.css";
import { complianceQuery } from "./queries.ts";

type Rule = ComplianceBody["rules"][number];

/** The rules of sign-in and audit that are in force, each with what demands it. */
export function SignInRules(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(complianceQuery());
  return (
    <Loaded query={query}>
      {({ profile, rules }) => (
        <Panel title={t("users.tab.rules")} aside={t(`users.profile.${profile}`)} isFlush>
          <DataTable
            label={t("users.tab.rules")}
            rows={rules}
            keyOf={({ id }) => id}
            columns={[
              { key: "rule", head: t("users.ruleHead"), cell: ({ id }: Rule) => t(`users.rule.${id}`) },
              { key: "value", head: t("users.ruleValue"), cell: (rule: Rule) => <Value rule={rule} /> },
              { key: "demand", head: t("users.ruleDemand"), cell: (rule: Rule) => <Demand rule={rule} /> },
            ]}
          />
        </Panel>
      )}
    </Loaded>
  );
}

function Value({ rule: { id, value, unit } }: { rule: Rule }): ReactNode {
  const { t } = useTranslation();
  if (id === "auditKept") return t("users.forEver");
  if (id === "tls") return t(value === 1 ? "users.tlsOn" : "users.tlsOff");
  if (id === "lastSignIn") return t("users.told");
  return value === null || unit === null ? missing : t(`users.unit.${unit}`, { n: value });
}

function Demand({ rule: { demand } }: { rule: Rule }): ReactNode {
  const { t } = useTranslation();
  if (demand === null) return <span className={classes.note}>{t("users.ownRule")}</span>;
  return (
    <div className={classes.demand} lang="zh">
      {demand.text}
      <small>
        {demand.source} · {demand.effectiveFrom} · {t(`users.demandStatus.${demand.status}`)}
      </small>
    </div>
  );
}
