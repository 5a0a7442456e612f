import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { EndReason } from "./content-feed.ts";
import classes from "./full-words.module.css";
import { Stage } from "./stage.tsx";

const glyphs: Readonly<Record<EndReason, string>> = {
  ...{ revoked: "⊘", expired: "⊘", address: "⊘", usedLink: "⚿", noAccess: "⚿", forbidden: "⊘", unknown: "?" },
};

/** In full-screen words why nothing is shown, and what somebody can do about it. */
export function Over({ reason }: { reason: EndReason }): ReactNode {
  const { t } = useTranslation();
  return (
    <Words glyph={glyphs[reason]} title={t(`wall.over.${reason}.title`)} hint={t(`wall.over.${reason}.hint`)} isAlert />
  );
}

const patienceMs = 5000;

export function Opening(): ReactNode {
  const { t } = useTranslation();
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return <Words glyph="◌" title={t("wall.opening")} hint={isSlow ? t("wall.openingSlow") : ""} />;
}

interface WordsProps {
  readonly glyph: string;
  readonly title: string;
  readonly hint: string;
  readonly isAlert?: boolean;
}

function Words({ glyph, title, hint, isAlert = false }: WordsProps): ReactNode {
  return (
    <Stage>
      <main className={classes.words} role={isAlert ? "alert" : undefined}>
        <div className={classes.glyph} aria-hidden="true">
          {glyph}
        </div>
        <h1>{title}</h1>
        <p>{hint}</p>
      </main>
    </Stage>
  );
}
