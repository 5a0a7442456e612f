import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { nameIn, splitPoint, useLanguage } from "../../lib/park.ts";
import { alertsQuery, enterprisesQuery, metersQuery } from "../../lib/queries.ts";
import { savedViewsQuery } from "../../saved-views/queries.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { severityGlyph } from "../../ui/severity.tsx";
import { usePages } from "./menu.tsx";
import classes from "./palette.module.css";
import { switchTheme } from "./shortcuts.ts";

interface Entry {
  readonly id: string;
  readonly group: "pages" | "views" | "meters" | "enterprises" | "alerts" | "actions";
  readonly label: string;
  readonly side: string;
  /** What is searched, lower case. */
  readonly text: string;
  readonly run: () => void;
}

const shownPerGroup = 8;

function useEntries(): readonly Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const language = useLanguage();
  const pages = usePages();
  const { data: meters } = useQuery(metersQuery());
  const { data: enterprises } = useQuery(enterprisesQuery());
  const { data: views } = useQuery(savedViewsQuery());
  const { data: alerts } = useQuery(alertsQuery({ state: "active" }));
  return useMemo(() => {
    const go = (to: string) => () => void navigate(to);
    const toEnterprise = (id: string): string => (pages.includes("my") ? `/my?ent=${id}` : `/enterprises/${id}`);
    const entry = (
      group: Entry["group"],
      key: string,
      label: string,
      side: string,
      more: string,
      run: () => void,
    ): Entry => ({
      id: `${group}-${key}`,
      group,
      label,
      side,
      text: `${key} ${label} ${more}`.toLowerCase(),
      run,
    });
    return [
      ...pages.map((id) => entry("pages", id, t(`nav.${id}`), "", "", go(`/${id}`))),
      ...(views ?? []).map((v) => entry("views", v.id, v.name, v.isOwn ? "" : v.owner, "", go(v.path))),
      ...(enterprises ?? []).map((e) =>
        entry("enterprises", e.id, nameIn(language, e), e.id, `${e.name} ${e.nameEn ?? ""}`, go(toEnterprise(e.id))),
      ),
      ...(meters ?? []).map((m) =>
        entry("meters", m.id, nameIn(language, m), m.id, `${m.name} ${m.nameEn ?? ""}`, go(`/meters/${m.id}`)),
      ),
      ...(alerts?.items ?? []).map((a) =>
        entry(
          "alerts",
          a.id,
          `${severityGlyph[a.severity]} ${a.ruleName}`,
          splitPoint(a.point).meterId,
          a.point,
          go(`/alerts/${encodeURIComponent(a.id)}`),
        ),
      ),
      entry("actions", "theme", t("palette.switchTheme"), "d", "dark light", switchTheme),
    ];
  }, [alerts, enterprises, language, meters, navigate, pages, t, views]);
}

/** Entries that hold every word, at most eight of a group. */
export function matching(entries: readonly Entry[], query: string): readonly Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const counts = new Map<string, number>();
  return entries.filter((entry) => {
    if (!words.every((word) => entry.text.includes(word))) return false;
    const count = (counts.get(entry.group) ?? 0) + 1;
    counts.set(entry.group, count);
    return count <= shownPerGroup;
  });
}

/** Reaches every page, enterprise, meter and open alert by typing. */
export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const entries = useEntries();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => matching(entries, query), [entries, query]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen, found]);

  const run = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const press = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((chosen + step + found.length) % Math.max(1, found.length));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      run(found[chosen]);
    }
  };
  return (
    <Dialog title={t("palette.title")} shape="wide" onClose={onClose}>
      <input
        className={classes.input}
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[chosen] ? `${id}-${chosen}` : undefined}
        aria-label={t("palette.title")}
        placeholder={t("palette.placeholder")}
        data-autofocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={press}
      />
      <div ref={list} id={id} role="listbox" aria-label={t("palette.title")} className={classes.list}>
        {found.length === 0 && <p className={classes.group}>{t("palette.empty")}</p>}
        {found.map((entry, index) => (
          <div key={entry.id} role="presentation">
            {entry.group !== found[index - 1]?.group && <p className={classes.group}>{t(`palette.${entry.group}`)}</p>}
            <div
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              className={classes.option}
              onMouseMove={() => setChosen(index)}
              onClick={() => run(entry)}
            >
              <span>{entry.label}</span>
              <span className={classes.side}>{entry.side}</span>
            </div>
          </div>
        ))}
      </div>
    </Dialog>
  );
}
