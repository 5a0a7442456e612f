import type { ErrorCode } from "@smart-park/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isApiError } from "../lib/api-client.ts";
import { classNames } from "../lib/class-names.ts";
import { useLanguage } from "../lib/park.ts";
import { Button } from "./button.tsx";
import classes from "./panel.module.css";

interface PanelProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  /** Content reaches the border: tables, lists. */
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}

export function Panel({ title, aside, actions, isFlush = false, children }: PanelProps): ReactNode {
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.head}>
        <h2>{title}</h2>
        {aside && <div className={classes.aside}>{aside}</div>}
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      <div className={classNames(classes.body, isFlush && classes.flush)}>{children}</div>
    </section>
  );
}

/** Says why nothing is here and what to do. */
export function Empty({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }): ReactNode {
  return (
    <div className={classes.notice}>
      <span className={classes.glyph} aria-hidden="true">
        ○
      </span>
      <strong>{title}</strong>
      {hint && <p>{hint}</p>}
      {action}
    </div>
  );
}

/** Lines in place of content; shows only after 150 ms, so a fast answer does not flicker. */
export function Skeleton({ lines = 5 }: { lines?: number }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.skeleton} role="status" aria-label={t("app.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!isApiError(error)) return t("error.generic");
    if (error.status === 0) return t("error.network");
    if (error.status === 403) return t("error.denied");
    if (error.status === 404) return t("error.notFound");
    if (error.status === 422 && error.code !== "invalid") return t("error.tooMany");
    if (error.code === "store_unavailable") return t("refusal.store_unavailable");
    return error.status >= 500 ? t("error.server") : error.message;
  };
}

/** Codes that somebody can meet by what they enter, and which the pages have words for; those of `errorCatalogue`. */
const refusals = [
  ...([
    "bad_request",
    "unauthenticated",
    "account_disabled",
    "password_change_required",
    "forbidden",
    "not_found",
    "conflict",
  ] as const),
  ...(["too_large", "uri_too_long", "unsupported_media_type", "unprocessable", "rate_limited"] as const),
  ...(["store_unavailable", "edge_unavailable"] as const),
] satisfies readonly ErrorCode[];

/** Codes whose English words name what was wrong. */
const detailed: ReadonlySet<string> = new Set<ErrorCode>([
  ...(["bad_request", "forbidden", "conflict", "too_large", "unsupported_media_type", "unprocessable"] as const),
]);

export interface RefusalWords {
  /** In the reader's language. */
  readonly text: string;
  /** The server's own words, in English, where they name values and `text` does not; else null. */
  readonly detail: string | null;
}

/** Why the server did not take what was sent. */
export function useRefusalWords(): (error: unknown) => RefusalWords {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const language = useLanguage();
  return (error) => {
    const code = isApiError(error) ? refusals.find((one) => one === error.code) : undefined;
    if (!isApiError(error) || code === undefined) return { text: errorText(error), detail: null };
    const detail = detailed.has(code) ? error.detail : null;
    if (detail !== null && language === "en") return { text: detail, detail: null };
    const wait = error.retryAfterS !== null && code === "rate_limited";
    return { text: wait ? t("refusal.waitFor", { n: error.retryAfterS }) : t(`refusal.${code}`), detail };
  };
}

/** The same in one line, for a toast: there is nothing to open, so the server's words stand behind. */
export function useRefusalText(): (error: unknown) => string {
  const refusalWords = useRefusalWords();
  return (error) => {
    const { text, detail } = refusalWords(error);
    return detail === null ? text : `${text} (${detail})`;
  };
}

/** What failed, where to look it up, and another try. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }): ReactNode {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const requestId = isApiError(error) ? error.requestId : null;
  return (
    <div className={classes.notice} role="alert">
      <span className={classes.glyph} aria-hidden="true">
        ✕
      </span>
      <strong>{textOf(error)}</strong>
      {requestId && <span className={classes.request}>{t("error.request", { id: requestId })}</span>}
      {onRetry && (
        <Button isSmall onClick={onRetry}>
          {t("action.retry")}
        </Button>
      )}
    </div>
  );
}

interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** The states every panel has: loading, failed with a retry, and the content. Known data stays while a refetch fails. */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: QueryLike<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton {...(lines === undefined ? {} : { lines })} />;
}
