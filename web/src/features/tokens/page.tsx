import type { TokenBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { useSecond } from "../../live/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { NoRight } from "../../ui/no-right.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { CreateDialog } from "./create-dialog.tsx";
import classes from "./page.module.css";
import { tokensQuery, type MadeToken } from "./queries.ts";
import { knownScope, scopeKeys } from "./scope-words.ts";
import { MadeDialog, RevokeDialog } from "./token-dialogs.tsx";

type Open =
  | { readonly what: "new" }
  | { readonly what: "made"; readonly made: MadeToken }
  | { readonly what: "revoke"; readonly token: TokenBody };

/** `/ops/tokens`: which programs use the platform, what each may do, and since when none came with it. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const mayManage = useRight("tokens.manage");
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  if (!mayManage) return <NoRight title={t("tokens.title")} hint={t("tokens.deniedHint")} />;
  return (
    <>
      <PageHead
        title={t("tokens.title")}
        lead={t("tokens.lead")}
        mark={me.demo && <DemoMark />}
        actions={
          <Button look="primary" onClick={() => setOpen({ what: "new" })}>
            {t("tokens.add")}
          </Button>
        }
      />
      <Tokens onRevoke={(token) => setOpen({ what: "revoke", token })} />
      {open?.what === "new" && <CreateDialog onClose={close} onMade={(made) => setOpen({ what: "made", made })} />}
      {open?.what === "made" && <MadeDialog made={open.made} onClose={close} />}
      {open?.what === "revoke" && <RevokeDialog token={open.token} onClose={close} />}
    </>
  );
}

function Tokens({ onRevoke }: { onRevoke: (token: TokenBody) => void }): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(tokensQuery());
  const columns = useColumns(onRevoke);
  return (
    <Panel title={t("tokens.title")} isFlush>
      <Loaded query={query} lines={4}>
        {(tokens) =>
          tokens.length === 0 ? (
            <Empty title={t("tokens.none")} hint={t("tokens.noneHint")} />
          ) : (
            <DataTable label={t("tokens.title")} columns={columns} rows={tokens} keyOf={({ id }) => id} isCards />
          )
        }
      </Loaded>
    </Panel>
  );
}

function useColumns(onRevoke: (token: TokenBody) => void): readonly Column<TokenBody>[] {
  const { t } = useTranslation();
  const { format, me } = usePark();
  const { enterpriseName } = useCatalog();
  const now = useSecond();
  const moment = (iso: string): ReactNode => (
    <time dateTime={iso} title={format.full(Date.parse(iso))}>
      {format.moment(Date.parse(iso), now)}
    </time>
  );
  return [
    {
      key: "name",
      head: t("tokens.name"),
      cell: ({ name, enterpriseId }) => (
        <>
          <b className={classes.name}>{name}</b>
          <small className={classes.sub}>
            {enterpriseId === null ? t("tokens.wholePark") : enterpriseName(enterpriseId)}
          </small>
        </>
      ),
    },
    { key: "may", head: t("tokens.may"), cell: ({ scopes }) => <ScopeNames scopes={scopes} /> },
    { key: "validity", head: t("tokens.validity"), cell: (token) => <Validity token={token} now={now} /> },
    {
      key: "used",
      head: t("tokens.used"),
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t("tokens.neverUsed") : moment(lastUsedAt)),
    },
    {
      key: "madeBy",
      head: t("tokens.madeBy"),
      cell: ({ createdBy, createdAt }) => (
        <>
          {createdBy === me.id ? t("tokens.me") : createdBy}
          <small className={classes.sub}>{moment(createdAt)}</small>
        </>
      ),
    },
    {
      key: "actions",
      isAction: true,
      head: <span className="visually-hidden">{t("tokens.actions")}</span>,
      cell: (token) => (
        <span className={classes.actions}>
          <Button isSmall aria-label={t("tokens.revokeOf", { name: token.name })} onClick={() => onRevoke(token)}>
            {t("tokens.revoke")}
          </Button>
        </span>
      ),
    },
  ];
}

function ScopeNames({ scopes }: { scopes: readonly string[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <ul className={classes.may}>
      {scopes.map((name) => {
        const scope = knownScope(name);
        return (
          <li key={name} title={scope && t(`tokens.scope.${scopeKeys[scope]}.may`)}>
            {scope === undefined ? name : t(`tokens.scope.${scopeKeys[scope]}.name`)}
          </li>
        );
      })}
    </ul>
  );
}

const glyphs = { active: "●", expired: "⊘", disabled: "⊘" } as const;
/** From here on somebody should make the next one. */
const soonMs = 14 * 86_400_000;

function Validity({ token: { state, expiresAt }, now }: { token: TokenBody; now: number }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const end = expiresAt === null ? Infinity : Date.parse(expiresAt);
  return (
    <>
      <span className={classes.state} data-state={state}>
        {glyphs[state]} {t(`tokens.state.${state}`)}
      </span>
      <small className={classes.sub}>
        {/* The last day it holds: its end is the midnight after it. */}
        {expiresAt === null ? t("tokens.forEver") : t("tokens.until", { day: format.time.dayOf(end - 1) })}
      </small>
      {state === "active" && end - now < soonMs && (
        <small className={classes.soon}>▲ {t("tokens.soon", { n: Math.ceil((end - now) / 86_400_000) })}</small>
      )}
    </>
  );
}
