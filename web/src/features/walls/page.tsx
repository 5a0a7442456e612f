import type { WallBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePark, useRight } from "../../lib/park.ts";
import { useAgeText } from "../../live/alerts/alert-fact.ts";
import { useSecond } from "../../live/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { NoRight } from "../../ui/no-right.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { EndDialog } from "./end-dialog.tsx";
import { LinkDialog, NewLinkDialog } from "./link-dialogs.tsx";
import classes from "./page.module.css";
import { wallsQuery, type WallLink } from "./queries.ts";
import { WallDialog } from "./wall-dialog.tsx";

type Open =
  | { readonly what: "new" }
  | { readonly what: "edit" | "link" | "revoke" | "remove"; readonly wall: WallBody }
  | { readonly what: "shown"; readonly link: WallLink };

/** `/ops/walls`: which screens show the park, since when they were seen, and who may not any more. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const mayManage = useRight("walls.manage");
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const show = (link: WallLink): void => setOpen({ what: "shown", link });
  if (!mayManage) return <NoRight title={t("walls.title")} hint={t("walls.deniedHint")} />;
  return (
    <>
      <PageHead
        title={t("walls.title")}
        lead={t("walls.lead")}
        mark={me.demo && <DemoMark />}
        actions={
          <Button look="primary" onClick={() => setOpen({ what: "new" })}>
            {t("walls.add")}
          </Button>
        }
      />
      <Walls onOpen={setOpen} />
      {open?.what === "new" && <WallDialog wall={null} onClose={close} onMade={show} />}
      {open?.what === "edit" && <WallDialog wall={open.wall} onClose={close} onMade={show} />}
      {open?.what === "link" && <NewLinkDialog wall={open.wall} onClose={close} onMade={show} />}
      {open?.what === "shown" && <LinkDialog link={open.link} onClose={close} />}
      {(open?.what === "revoke" || open?.what === "remove") && (
        <EndDialog wall={open.wall} what={open.what} onClose={close} />
      )}
    </>
  );
}

function Walls({ onOpen }: { onOpen: (open: Open) => void }): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(wallsQuery());
  const columns = useColumns(onOpen);
  return (
    <Panel title={t("walls.title")} isFlush>
      <Loaded query={query} lines={4}>
        {(walls) =>
          walls.length === 0 ? (
            <Empty title={t("walls.none")} hint={t("walls.noneHint")} />
          ) : (
            <DataTable label={t("walls.title")} columns={columns} rows={walls} keyOf={({ id }) => id} isCards />
          )
        }
      </Loaded>
    </Panel>
  );
}

const glyphs = { waiting: "◌", open: "●", revoked: "⊘", expired: "⊘" } as const;

function useColumns(onOpen: (open: Open) => void): readonly Column<WallBody>[] {
  const { t } = useTranslation();
  const { format } = usePark();
  // The last day it is let in: its end is the midnight after it.
  const day = (iso: string): string => format.full(Date.parse(iso) - 1).slice(0, 10);
  return [
    {
      key: "name",
      head: t("walls.name"),
      cell: (wall) => (
        <>
          <b>{wall.name}</b>
          <small className={classes.sub}>
            <a href={`/wall/${encodeURIComponent(wall.id)}`} target="_blank" rel="noreferrer">
              /wall/{wall.id}
            </a>
          </small>
        </>
      ),
    },
    {
      key: "state",
      head: t("walls.access"),
      cell: (wall) => (
        <>
          <span className={classes.state} data-state={wall.state}>
            {glyphs[wall.state]} {t(`walls.state.${wall.state}`)}
          </span>
          <small className={classes.sub}>{t("walls.until", { day: day(wall.expiresAt) })}</small>
        </>
      ),
    },
    { key: "seen", head: t("walls.seen"), cell: (wall) => <Seen wall={wall} /> },
    {
      key: "shows",
      head: t("walls.shows"),
      cell: ({ scenes, sceneS, showEnterprises, showPeople, networks }) => (
        <>
          {scenes.map((scene) => t(`wall.scene.${scene}`)).join(" · ")}
          <small className={classes.sub}>
            {[
              t("walls.everyS", { n: sceneS }),
              showEnterprises ? t("walls.withEnterprises") : t("walls.withoutEnterprises"),
              ...(showPeople ? [t("walls.withPeople")] : []),
              ...(networks.length > 0 ? [networks.join(", ")] : []),
            ].join(" · ")}
          </small>
        </>
      ),
    },
    {
      key: "actions",
      isAction: true,
      head: <span className="visually-hidden">{t("walls.actions")}</span>,
      cell: (wall) => (
        <span className={classes.actions}>
          <Button
            isSmall
            aria-label={t("walls.editOf", { name: wall.name })}
            onClick={() => onOpen({ what: "edit", wall })}
          >
            {t("walls.edit")}
          </Button>
          <Button
            isSmall
            aria-label={t("walls.newLinkOf", { name: wall.name })}
            onClick={() => onOpen({ what: "link", wall })}
          >
            {t("walls.newLink")}
          </Button>
          {wall.state === "open" || wall.state === "waiting" ? (
            <Button
              isSmall
              aria-label={t("walls.revokeOf", { name: wall.name })}
              onClick={() => onOpen({ what: "revoke", wall })}
            >
              {t("walls.revoke")}
            </Button>
          ) : (
            <Button
              isSmall
              aria-label={t("walls.removeOf", { name: wall.name })}
              onClick={() => onOpen({ what: "remove", wall })}
            >
              {t("walls.remove")}
            </Button>
          )}
        </span>
      ),
    },
  ];
}

/** A screen asks every 20 s and is noted once a minute; one that is silent for longer hangs dark, or shows old figures. */
const silentMs = 150_000;

function Seen({ wall }: { wall: WallBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const ageText = useAgeText();
  const now = useSecond();
  if (wall.lastSeenAt === null) return t("walls.never");
  const at = Date.parse(wall.lastSeenAt);
  const isSilent = wall.state === "open" && now - at > silentMs;
  const version = wall.isCurrentBuild === null ? null : wall.isCurrentBuild ? t("walls.current") : t("walls.outdated");
  return (
    <>
      <span title={format.full(at)}>
        {isSilent && "▲ "}
        {now - at < silentMs ? t("walls.now") : t("age.ago", { age: ageText(now - at) })}
      </span>
      <small className={classes.sub}>
        {[wall.lastAddress, version].filter(Boolean).join(" · ")}
        {wall.lastBuild && <code> {wall.lastBuild}</code>}
      </small>
    </>
  );
}
