import { isViewPath } from "@smart-park/core";
import type { SavedViewBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { Button } from "../ui/button.tsx";
import buttons from "../ui/button.module.css";
import { Icon } from "../ui/icons.tsx";
import { savedViewsQuery } from "./queries.ts";
import { ViewDialog } from "./view-dialog.tsx";
import classes from "./views-menu.module.css";

/** The address as it can be saved: what a browser leaves as it is and we do not take is encoded. */
const usePath = (): string => {
  const { pathname, search } = useLocation();
  const query = new URLSearchParams(search).toString();
  return query === "" ? pathname : `${pathname}?${query}`;
};

/** Saved views by name, one's own first; each is a link. */
export function ViewsMenu(): ReactNode {
  const { t } = useTranslation();
  const path = usePath();
  const box = useRef<HTMLDetailsElement>(null);
  const { data: views = [] } = useQuery(savedViewsQuery());
  const [edit, setEdit] = useState<SavedViewBody | "new" | null>(null);
  const open = (what: SavedViewBody | "new"): void => {
    if (box.current) box.current.open = false;
    setEdit(what);
  };
  const group = (isOwn: boolean): ReactNode => (
    <Group
      title={isOwn ? t("views.own") : t("views.shared")}
      views={views.filter((view) => view.isOwn === isOwn)}
      current={path}
      onEdit={open}
    />
  );
  return (
    <>
      <details
        ref={box}
        className={classes.menu}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !event.currentTarget.open) return;
          event.currentTarget.open = false;
          event.currentTarget.querySelector("summary")?.focus();
        }}
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest("a")) event.currentTarget.open = false;
        }}
      >
        <summary className={`${buttons.button} ${buttons.quiet} ${buttons.small}`}>
          <Icon name="bookmark" size={15} />
          {t("views.title")}
          <Icon name="down" size={13} />
        </summary>
        {/* Takes the focus of a press between its lines, so that the menu stays open. */}
        <div className={classes.sheet} tabIndex={-1}>
          {isViewPath(path) && (
            <button type="button" className={classes.save} onClick={() => open("new")}>
              <Icon name="bookmark" size={16} />
              {t("views.save")}
            </button>
          )}
          {views.length === 0 && <p className={classes.none}>{t("views.none")}</p>}
          {group(true)}
          {group(false)}
        </div>
      </details>
      {edit !== null && <ViewDialog view={edit === "new" ? null : edit} path={path} onClose={() => setEdit(null)} />}
    </>
  );
}

interface GroupProps {
  readonly title: string;
  readonly views: readonly SavedViewBody[];
  readonly current: string;
  readonly onEdit: (view: SavedViewBody) => void;
}

function Group({ title, views, current, onEdit }: GroupProps): ReactNode {
  const { t, i18n } = useTranslation();
  if (views.length === 0) return null;
  const sorted = views.toSorted((a, b) => a.name.localeCompare(b.name, i18n.language));
  return (
    <section>
      <h2 className={classes.group}>{title}</h2>
      <ul className={classes.list}>
        {sorted.map((view) => (
          <li key={view.id}>
            <Link to={view.path} aria-current={view.path === current ? "page" : undefined}>
              <span>{view.name}</span>
              {view.isOwn && view.isShared && <small>{t("views.isShared")}</small>}
              {!view.isOwn && <small>{t("views.sharedBy", { name: view.owner })}</small>}
            </Link>
            {view.mayChange && (
              <Button
                look="quiet"
                isSmall
                icon="pencil"
                aria-label={t("views.editOne", { name: view.name })}
                onClick={() => onEdit(view)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
