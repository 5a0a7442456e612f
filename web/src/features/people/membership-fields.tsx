import { isEnterpriseRole, roles, type Role } from "@smart-park/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark } from "../../lib/park.ts";
import { Checks, FormSelect, SearchField } from "../../ui/field.tsx";
import classes from "./page.module.css";

/** What somebody is, and for which enterprises. */
export interface Membership {
  readonly role: Role;
  readonly enterpriseIds: readonly string[];
}

/** A list this long is searched, not read. */
const fewEnterprises = 8;

/** Roles that the signed-in person may give: the API refuses any other. */
export function useGivenRoles(): readonly Role[] {
  const { me } = usePark();
  return me.role === "parkAdmin" ? roles : roles.filter((role) => isEnterpriseRole(role) && role !== "steward");
}

/** An enterprise role names its enterprises, a role of the park has none. */
export const isComplete = ({ role, enterpriseIds }: Membership): boolean =>
  !isEnterpriseRole(role) || enterpriseIds.length > 0;

/** As the API takes it. */
export const toBody = ({ role, enterpriseIds }: Membership) =>
  isEnterpriseRole(role) ? { role, enterpriseIds } : { role };

interface MembershipFieldsProps {
  readonly value: Membership;
  readonly isDisabled?: boolean;
  readonly onChange: (value: Membership) => void;
}

export function MembershipFields({ value, isDisabled = false, onChange }: MembershipFieldsProps): ReactNode {
  const { t } = useTranslation();
  const { enterprises, enterpriseName } = useCatalog();
  const [q, setQ] = useState("");
  const given = useGivenRoles();
  const { role, enterpriseIds } = value;
  const words = q.trim().toLowerCase();
  const shown = enterprises.filter(
    ({ id }) => enterpriseIds.includes(id) || `${id} ${enterpriseName(id)}`.toLowerCase().includes(words),
  );
  return (
    <fieldset className={classes.stack} disabled={isDisabled}>
      <legend className="visually-hidden">{t("users.role")}</legend>
      <FormSelect
        name="role"
        label={t("users.role")}
        value={role}
        options={given.map((one) => ({ value: one, label: t(`role.${one}`) }))}
        onChange={(chosen) => {
          const next = given.find((one) => one === chosen);
          if (next) onChange({ ...value, role: next });
        }}
      />
      <p className={classes.note}>{t(`users.roleHint.${role}`)}</p>
      {isEnterpriseRole(role) && (
        <div className={classes.choice}>
          {enterprises.length > fewEnterprises && (
            <SearchField label={t("users.findEnterprise")} value={q} onSearch={setQ} />
          )}
          <Checks
            label={t("users.enterprises")}
            values={enterpriseIds}
            options={shown.map(({ id }) => ({ value: id, label: enterpriseName(id) }))}
            // Those that the search hides stay as they are.
            onChange={(chosen) => onChange({ ...value, enterpriseIds: chosen })}
          />
        </div>
      )}
    </fieldset>
  );
}
