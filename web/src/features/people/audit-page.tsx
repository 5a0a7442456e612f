import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePark, useRight } from "../../lib/park.ts";
import { useAddress, type Address } from "../../lib/use-address.ts";
import { parseDay } from "../../lib/written-day.ts";
import { Button } from "../../ui/button.tsx";
import { Calendar, DayBox } from "../../ui/date-field.tsx";
import { ExportLinks } from "../../ui/export-links.tsx";
import { Select } from "../../ui/field.tsx";
import { NoRight } from "../../ui/no-right.tsx";
import { DemoMark, FilterBar, PageHead } from "../../ui/page.tsx";
import { Empty, Failed, Panel, Skeleton } from "../../ui/panel.tsx";
import { AuditLine } from "./audit-entry.tsx";
import { useAuditNames } from "./audit-names.ts";
import { actionKinds, plainActions, useAuditWords } from "./audit-words.ts";
import { ChainCheck } from "./chain-check.tsx";
import classes from "./page.module.css";
import { auditAsk, auditQuery, type Asked } from "./queries.ts";

const results = ["ok", "denied", "failed"] as const;
const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text);

/** `/ops/audit`: who did what, when, from where, and what it was before. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const client = useQueryClient();
  const mayRead = useRight("audit.read");
  if (!mayRead) return <NoRight title={t("audit.title")} />;
  return (
    <div className={classes.page}>
      <PageHead title={t("audit.title")} lead={t("audit.lead")} mark={me.demo && <DemoMark />} />
      <ChainCheck onDone={() => void client.invalidateQueries({ queryKey: ["audit"] })} />
      <Entries />
    </div>
  );
}

/** The question in the address, as the API takes it; days are the park's. */
function useAsked(address: Address): Asked {
  const { format } = usePark();
  const [from, to] = [address.get("from"), address.get("to")];
  const [actor, object, kind] = [address.get("actor"), address.get("object"), address.get("act")];
  const result = address.oneOf("result", ["", ...results], "");
  return useMemo(() => {
    const start = (day: string, plus: number): string => {
      const at = format.time.startOfLocalDay(day);
      return new Date(format.time.startOfDay(at, plus)).toISOString();
    };
    const isPlain = plainActions.some((one) => one === kind);
    return {
      actor: actor ?? undefined,
      object: object ?? undefined,
      // With a dot behind it: everything of that kind.
      action: kind === null ? undefined : isPlain ? kind : `${kind}.`,
      result: result === "" ? undefined : result,
      from: isDay(from) ? start(from, 0) : undefined,
      to: isDay(to) ? start(to, 1) : undefined,
    };
  }, [actor, object, kind, result, from, to, format]);
}

function Entries(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const asked = useAsked(address);
  const words = useAuditWords();
  const names = useAuditNames();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(auditQuery(asked));
  const items = data?.pages.flatMap((page) => page.items);
  const isFiltered = Object.values(asked).some((value) => value !== undefined);
  const clear = (): void =>
    address.change({ actor: null, object: null, act: null, result: null, from: null, to: null });
  return (
    <section className={classes.stack}>
      <Filters address={address} />
      <Panel title={t("audit.entries")} actions={<ExportLinks of={auditAsk(asked)} />} isFlush>
        {items === undefined ? (
          error === null ? (
            <Skeleton lines={8} />
          ) : (
            <Failed error={error} onRetry={() => void refetch()} />
          )
        ) : items.length === 0 ? (
          <Empty title={t("audit.empty")} action={isFiltered && <Button onClick={clear}>{t("action.clear")}</Button>} />
        ) : (
          <>
            <Heads />
            {items.map((entry) => (
              <AuditLine key={entry.id} entry={entry} words={words} names={names} />
            ))}
          </>
        )}
        {hasNextPage && (
          <div className={classes.rest}>
            <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t("audit.older")}
            </Button>
          </div>
        )}
      </Panel>
    </section>
  );
}

const heads = ["at", "who", "what", "object", "resultHead", "changes"] as const;

/** What stands below what; each entry opens by itself, so the list is no table. */
function Heads(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.entryHeads} aria-hidden="true">
      {heads.map((head) => (
        <span key={head}>{t(`audit.${head}`)}</span>
      ))}
    </div>
  );
}

function Filters({ address }: { address: Address }): ReactNode {
  const { t } = useTranslation();
  const set = (key: string) => (value: string) => address.change({ [key]: value === "" ? null : value });
  const all = { value: "", label: t("live.all") };
  return (
    <FilterBar>
      <Word label={t("audit.who")} value={address.get("actor") ?? ""} onChange={set("actor")} />
      <Word label={t("audit.object")} value={address.get("object") ?? ""} onChange={set("object")} />
      <Select
        label={t("audit.what")}
        value={address.oneOf("act", ["", ...plainActions, ...actionKinds], "")}
        options={[
          all,
          ...plainActions.map((value) => ({ value, label: t(`audit.plain.${value}`) })),
          ...actionKinds.map((value) => ({ value, label: t(`audit.kind.${value}`) })),
        ]}
        onChange={set("act")}
      />
      <Select
        label={t("audit.resultHead")}
        value={address.oneOf("result", ["", ...results], "")}
        options={[all, ...results.map((value) => ({ value, label: t(`audit.result.${value}`) }))]}
        onChange={set("result")}
      />
      <Day label={t("audit.from")} value={address.get("from")} onChange={set("from")} />
      <Day label={t("audit.to")} value={address.get("to")} onChange={set("to")} />
    </FilterBar>
  );
}

interface FilterProps<T> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: string) => void;
}

interface WordProps extends FilterProps<string> {
  readonly placeholder?: string;
  /** Puts beside the box what belongs to it. */
  readonly wrap?: (box: ReactNode) => ReactNode;
}

/** A name or an id; asked for when it is whole: by Enter, or when it is left. */
function Word({ label, value, placeholder, onChange, wrap = (box) => box }: WordProps): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const commit = (): void => {
    if (typed !== null && typed.trim() !== value) onChange(typed.trim());
    setTyped(null);
  };
  return (
    <span className={classes.filter}>
      <label htmlFor={id}>{label}</label>
      {wrap(
        <input
          id={id}
          // A day has its calendar where the browser would put the cross of a search.
          type={placeholder === undefined ? "search" : "text"}
          value={typed ?? value}
          placeholder={placeholder}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event: KeyboardEvent) => event.key === "Enter" && commit()}
        />,
      )}
    </span>
  );
}

/** A day of the park, typed in any usual way or taken from the calendar. */
const Day = ({ label, value, onChange }: FilterProps<string | null>): ReactNode => (
  <Word
    label={label}
    value={isDay(value) ? value : ""}
    placeholder="2026-11-20"
    onChange={(text) => onChange(parseDay(text) ?? "")}
    wrap={(box) => (
      <DayBox>
        {box}
        <Calendar day={isDay(value) ? value : null} onDay={onChange} />
      </DayBox>
    )}
  />
);
