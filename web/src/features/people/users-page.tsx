import { isEnterpriseRole, roles, type Role } from "@smart-park/core";
import type { UserBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { patchJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useSecond } from "../../live/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ExportLinks } from "../../ui/export-links.tsx";
import { SearchField, Select } from "../../ui/field.tsx";
import { NoRight } from "../../ui/no-right.tsx";
import { DemoMark, FilterBar, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { SavedSwitch } from "../../ui/saved-switch.tsx";
import { CreateDialog } from "./create-dialog.tsx";
import { EditDialog } from "./edit-dialog.tsx";
import classes from "./page.module.css";
import { usersAsk, usersQuery, type Asked } from "./queries.ts";
import { RoleMatrix } from "./role-matrix.tsx";
import { SignInRules } from "./sign-in-rules.tsx";

const tabs = ["people", "roles", "rules"] as const;
const states = ["enabled", "disabled"] as const;

/** `/ops/users`: who may sign in, as what, and what that means. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const address = useAddress();
  const mayManage = useRight("users.manage");
  const [isCreating, setIsCreating] = useState(false);
  const tab = address.oneOf("tab", tabs, "people");
  if (!mayManage) return <NoRight title={t("users.title")} />;
  return (
    <>
      <PageHead
        title={t("users.title")}
        lead={t("users.lead")}
        mark={me.demo && <DemoMark />}
        actions={
          <Button look="primary" onClick={() => setIsCreating(true)}>
            {t("users.new")}
          </Button>
        }
      />
      <TabLinks
        label={t("users.title")}
        current={tab}
        items={tabs.map((id) => ({
          id,
          label: t(`users.tab.${id}`),
          to: id === "people" ? "/ops/users" : `/ops/users?tab=${id}`,
        }))}
      />
      {tab === "people" && <People />}
      {tab === "roles" && <RoleMatrix />}
      {tab === "rules" && <SignInRules />}
      {isCreating && <CreateDialog onClose={() => setIsCreating(false)} />}
    </>
  );
}

/** The question in the address, as the API takes it. */
function useAsked(): Asked {
  const address = useAddress();
  const state = address.oneOf("state", ["", ...states], "");
  const q = address.get("q")?.trim();
  return {
    q: q === "" ? undefined : q,
    role: roles.find((role) => role === address.get("role")),
    enterprise: address.get("ent") ?? undefined,
    enabled: state === "" ? undefined : String(state === "enabled"),
  };
}

function People(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const asked = useAsked();
  const query = useQuery({ ...usersQuery(asked), placeholderData: (before) => before });
  const editedId = address.get("user");
  const edited = query.data?.find(({ id }) => id === editedId);
  const isFiltered = Object.values(asked).some((value) => value !== undefined);
  const clear = (): void => address.change({ q: null, role: null, ent: null, state: null });
  return (
    <>
      <Filters />
      <Loaded query={query} lines={8}>
        {(people) => (
          <Panel
            title={t("users.count", { count: people.length })}
            actions={<ExportLinks of={usersAsk(asked)} />}
            isFlush
          >
            {people.length === 0 ? (
              <Empty
                title={t("users.empty")}
                action={isFiltered && <Button onClick={clear}>{t("action.clear")}</Button>}
              />
            ) : (
              <div role="table" aria-label={t("users.title")}>
                <div role="row" className={classNames(classes.row, classes.tableHead)}>
                  {(["name", "role", "enterprises", "seen", "access", "manage"] as const).map((head) => (
                    <span key={head} role="columnheader">
                      {head === "manage" ? (
                        <span className="visually-hidden">{t("users.manage")}</span>
                      ) : (
                        t(`users.${head}`)
                      )}
                    </span>
                  ))}
                </div>
                {people.map((person) => (
                  <Row key={person.id} person={person} onEdit={() => address.change({ user: person.id })} />
                ))}
              </div>
            )}
          </Panel>
        )}
      </Loaded>
      {edited && <EditDialog key={edited.id} person={edited} onClose={() => address.change({ user: null })} />}
    </>
  );
}

function Filters(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const { enterprises, enterpriseName } = useCatalog();
  const set = (key: string) => (value: string) => address.change({ [key]: value === "" ? null : value });
  const all = { value: "", label: t("live.all") };
  const roleOptions: readonly { value: Role | ""; label: string }[] = [
    all as { value: ""; label: string },
    ...roles.map((value) => ({ value, label: t(`role.${value}`) })),
  ];
  return (
    <FilterBar>
      <SearchField label={t("users.search")} value={address.get("q") ?? ""} onSearch={set("q")} />
      <Select
        label={t("users.role")}
        value={address.oneOf("role", ["", ...roles], "")}
        options={roleOptions}
        onChange={set("role")}
      />
      <Select
        label={t("users.enterprise")}
        value={address.get("ent") ?? ""}
        options={[all, ...enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) }))]}
        onChange={set("ent")}
      />
      <Select
        label={t("users.access")}
        value={address.oneOf("state", ["", ...states], "")}
        options={[all, ...states.map((value) => ({ value, label: t(`users.${value}`) }))]}
        onChange={set("state")}
      />
    </FilterBar>
  );
}

function Row({ person, onEdit }: { person: UserBody; onEdit: () => void }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { enterpriseName } = useCatalog();
  const now = useSecond();
  const { id, username, name, role, enterpriseIds, enabled, lastSeenAt, lockedUntil, mustChangePassword } = person;
  const [first, ...others] = enterpriseIds ?? [];
  const until = lockedUntil === null ? 0 : Date.parse(lockedUntil);
  return (
    <div role="row" className={classNames(classes.row, !enabled && classes.isOff)}>
      <span role="cell" className={classes.who}>
        <b>{name ?? username}</b>
        {name !== null && <small>{username}</small>}
      </span>
      <span role="cell" className={classes.roleCell}>
        {t(`role.${role}`)}
      </span>
      <span role="cell" className={classes.owners} title={enterpriseIds?.map(enterpriseName).join("、")}>
        {isEnterpriseRole(role)
          ? first !== undefined &&
            enterpriseName(first) + (others.length > 0 ? t("users.more", { n: others.length }) : "")
          : t("users.wholePark")}
      </span>
      <span role="cell" className={classes.seen}>
        {lastSeenAt === null ? (
          t("users.never")
        ) : (
          <time dateTime={lastSeenAt} title={format.full(Date.parse(lastSeenAt))}>
            {format.moment(Date.parse(lastSeenAt), now)}
          </time>
        )}
        {until > now && <small className={classes.alarming}>▲ {t("users.locked", { at: format.minute(until) })}</small>}
        {mustChangePassword && <small>{t("users.mustChange")}</small>}
      </span>
      <span role="cell">
        <EnabledSwitch person={person} />
      </span>
      <span role="cell">
        <Button isSmall aria-label={t("users.editOf", { who: name ?? id })} onClick={onEdit}>
          {t("users.edit")}
        </Button>
      </span>
    </div>
  );
}

/** Lets somebody in, or after a question shuts them out: that ends what they have open, and enabling does not bring it back. */
function EnabledSwitch({ person }: { person: UserBody }): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const who = person.name ?? person.id;
  return (
    <SavedSwitch
      label={t("users.switch", { who })}
      isOn={person.enabled}
      text={person.enabled ? t("users.enabled") : t("users.disabled")}
      mayChange={person.id !== me.id}
      save={(enabled) => patchJson<UserBody>(`/users/${encodeURIComponent(person.id)}`, { enabled })}
      doneText={(enabled) => (enabled ? t("users.switchedOn", { who }) : t("users.switchedOff", { who }))}
      askBeforeOff={{
        title: t("users.disableTitle", { who }),
        text: t("users.disableHint"),
        confirm: t("users.disable"),
      }}
      queryKey="users"
    />
  );
}
