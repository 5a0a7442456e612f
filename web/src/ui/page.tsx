import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { setPageTitle } from "../lib/page-title.ts";
import { Button } from "./button.tsx";
import classes from "./page.module.css";

/** Says that what stands here was made up. */
export function DemoMark(): ReactNode {
  const { t } = useTranslation();
  return (
    <span className={classes.demo} title={t("app.demoHint")}>
      {t("app.demo")}
    </span>
  );
}

interface PageHeadProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly mark?: ReactNode;
  readonly actions?: ReactNode;
  /** Offers the page on paper, or as a PDF by the same dialog. */
  readonly isPrintable?: boolean;
}

/** The one H1 of a page; also names the browser tab. */
export function PageHead({ title, lead, mark, actions, isPrintable = false }: PageHeadProps): ReactNode {
  const { t } = useTranslation();
  useEffect(() => setPageTitle(title), [title]);
  return (
    <header className={classes.head}>
      <h1>{title}</h1>
      {mark}
      {lead && <div className={classes.lead}>{lead}</div>}
      {(actions || isPrintable) && (
        <div className={classes.actions}>
          {actions}
          {isPrintable && (
            <Button look="quiet" isSmall icon="print" onClick={() => window.print()}>
              {t("action.print")}
            </Button>
          )}
        </div>
      )}
    </header>
  );
}

export interface TabItem {
  readonly id: string;
  readonly label: string;
  readonly to: string;
  readonly count?: number;
}

/** Tabs are links: each has its own address. */
export function TabLinks({
  label,
  items,
  current,
}: {
  label: string;
  items: readonly TabItem[];
  current: string;
}): ReactNode {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {items.map((item) => (
        <Link
          key={item.id}
          to={item.to}
          replace
          preventScrollReset
          aria-current={item.id === current ? "page" : undefined}
        >
          {item.label}
          {item.count !== undefined && <span className={classes.count}>{item.count}</span>}
        </Link>
      ))}
    </nav>
  );
}

export const FilterBar = ({ children }: { children: ReactNode }): ReactNode => (
  <div className={classes.bar}>{children}</div>
);
