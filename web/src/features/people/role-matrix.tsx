import type { Right } from "@smart-park/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DataTable } from "../../ui/data-table.tsx";
import { Loaded, Panel } from "../../ui/panel.tsx";
import classes from "./page.module.css";
import { rolesQuery } from "./queries.ts";

/** Which role may do what, from the table that the server decides by. */
export function RoleMatrix(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(rolesQuery());
  return (
    <Loaded query={query} lines={8}>
      {({ rights, roles }) => (
        <Panel title={t("users.tab.roles")} aside={t("users.matrixLead")} isFlush>
          <DataTable
            label={t("users.tab.roles")}
            rows={rights}
            keyOf={(right) => right}
            columns={[
              { key: "right", head: t("users.rightHead"), cell: (right: Right) => t(`users.right.${right}`) },
              ...roles.map((one) => ({
                key: one.role,
                head: t(`role.${one.role}`),
                cell: (right: Right) => <May may={one.rights.includes(right)} />,
              })),
            ]}
          />
        </Panel>
      )}
    </Loaded>
  );
}

function May({ may }: { may: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <span
      className={may ? classes.may : classes.mayNot}
      role="img"
      aria-label={may ? t("users.may") : t("users.mayNot")}
    >
      {may ? "✓" : "–"}
    </span>
  );
}
