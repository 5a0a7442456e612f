import { regulatedKinds, type RegulatedKind } from "@smart-park/core";
import type { RegulatedBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ChangeHistory } from "../../figures/change-history.tsx";
import classes from "../../figures/figures.module.css";
import { dayBeside } from "../../figures/quota-media.ts";
import { RemoveEntry } from "../../figures/remove-entry.tsx";
import { classNames } from "../../lib/class-names.ts";
import { missing, unitLabelIn } from "../../lib/format.ts";
import { useLanguage, usePark, useRight } from "../../lib/park.ts";
import { regulatedQuery } from "../../lib/queries.ts";
import { useAddress } from "../../lib/use-address.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { ExportLinks } from "../../ui/export-links.tsx";
import { SearchField, Select } from "../../ui/field.tsx";
import { ReferenceMark } from "../../ui/marks.tsx";
import { FilterBar, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { ConfirmForm } from "./confirm-form.tsx";
import { isEnteredKind, toRegulatedRequest } from "./regulated-draft.ts";
import { VersionForm } from "./version-form.tsx";
import { useValueText } from "./value-text.ts";

const states = ["all", "reference", "own"] as const;

type Act =
  { readonly is: "new" } | { readonly is: "next" | "edit" | "confirm" | "remove"; readonly version: RegulatedBody };

/** Prices, factors and tables that a regulator may change: by version, with source, and whether somebody compared it. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const kind = address.oneOf("kind", ["all", ...regulatedKinds] as const, "all");
  const state = address.oneOf("state", states, "all");
  const words = (address.get("q") ?? "").toLowerCase();
  const query = useQuery(regulatedQuery());
  const mayWrite = useRight("tariffs.write");
  const [act, setAct] = useState<Act | null>(null);
  const shown = (query.data ?? [])
    .filter((one) => kind === "all" || one.kind === kind)
    .filter((one) => state === "all" || (state === "own" ? !one.builtIn : one.label === "reference"))
    .filter(({ name, subject, source }) => `${name} ${subject} ${source}`.toLowerCase().includes(words))
    .sort(byKindAndDay);
  return (
    <div className={classes.page}>
      <PageHead title={t("regulated.title")} lead={t("regulated.lead")} isPrintable />
      <FilterBar>
        <SearchField
          label={t("regulated.search")}
          value={address.get("q") ?? ""}
          onSearch={(q) => address.change({ q: q === "" ? null : q })}
        />
        <Select
          label={t("regulated.kindHead")}
          value={kind}
          options={(["all", ...regulatedKinds] as const).map((value) => ({
            value,
            label: value === "all" ? t("regulated.all") : t(`regulated.kind.${value}`),
          }))}
          onChange={(value) => address.change({ kind: value === "all" ? null : value })}
        />
        <Select
          label={t("entry.status")}
          value={state}
          options={states.map((value) => ({ value, label: t(`regulated.state.${value}`) }))}
          onChange={(value) => address.change({ state: value === "all" ? null : value })}
        />
      </FilterBar>
      <Panel
        title={t("regulated.count", { count: shown.length })}
        isFlush
        actions={
          <>
            {mayWrite && (
              <Button isSmall onClick={() => setAct({ is: "new" })}>
                {t("regulated.add")}
              </Button>
            )}
            <ChangeHistory of="regulated" title={t("regulated.title")} />
            <ExportLinks of={{ path: "/regulated", query: { kind: kind === "all" ? undefined : kind } }} />
          </>
        }
      >
        <Loaded query={query}>
          {() =>
            shown.length === 0 ? (
              <Empty title={t("regulated.none")} hint={t("live.emptyHint")} />
            ) : (
              <Versions versions={shown} onAct={setAct} />
            )
          }
        </Loaded>
      </Panel>
      {act && <Acting act={act} all={query.data ?? []} onClose={() => setAct(null)} />}
    </div>
  );
}

const order = new Map<RegulatedKind, number>(regulatedKinds.map((kind, n) => [kind, n]));
const byKindAndDay = (a: RegulatedBody, b: RegulatedBody): number =>
  (order.get(a.kind) ?? 0) - (order.get(b.kind) ?? 0) ||
  a.subject.localeCompare(b.subject) ||
  (b.effectiveFrom ?? "").localeCompare(a.effectiveFrom ?? "");

function Acting({ act, all, onClose }: { act: Act; all: readonly RegulatedBody[]; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  switch (act.is) {
    case "new":
      return <VersionForm start={null} isNext all={all} onClose={onClose} />;
    case "next":
    case "edit":
      return <VersionForm start={act.version} isNext={act.is === "next"} all={all} onClose={onClose} />;
    case "confirm":
      return <ConfirmForm version={act.version} onClose={onClose} />;
    case "remove":
      return (
        <RemoveEntry
          title={t("regulated.remove")}
          path={`/regulated/${encodeURIComponent(act.version.id)}`}
          body={toRegulatedRequest(act.version)}
          onClose={onClose}
        >
          <p>
            {act.version.name} · {act.version.effectiveFrom ?? missing}
          </p>
          <p>{t("regulated.removeHint")}</p>
        </RemoveEntry>
      );
  }
}

function Versions({ versions, onAct }: { versions: readonly RegulatedBody[]; onAct: (act: Act) => void }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const valueText = useValueText();
  const [mayWrite, mayConfirm] = [useRight("tariffs.write"), useRight("regulated.confirm")];
  const acts: readonly Column<RegulatedBody>[] =
    mayWrite || mayConfirm
      ? [
          {
            key: "acts",
            head: <span className="visually-hidden">{t("comparison.change")}</span>,
            cell: (version) => <Acts version={version} mayWrite={mayWrite} mayConfirm={mayConfirm} onAct={onAct} />,
          },
        ]
      : [];
  return (
    <DataTable<RegulatedBody>
      label={t("regulated.title")}
      rows={versions}
      keyOf={({ id }) => id}
      columns={[
        {
          key: "name",
          head: t("live.name"),
          cell: ({ name, subject, kind }) => (
            <span className={classes.wrap}>
              {name}
              <br />
              <span className={classes.note}>
                {t(`regulated.kind.${kind}`)} · <code>{subject}</code>
              </span>
            </span>
          ),
        },
        {
          key: "value",
          head: t("inputs.value"),
          isMain: true,
          cell: (version) => (
            <span className={classes.wrap}>
              {valueText(version)} <span className={classes.note}>{unitText(version.unit)}</span>
            </span>
          ),
        },
        { key: "days", head: t("regulated.inForce"), cell: (version) => <Days version={version} /> },
        {
          key: "source",
          head: t("inputs.source"),
          cell: ({ source, documentNumber, note }) => (
            <span className={classNames(classes.wrap, classes.long)} title={note ?? undefined}>
              {source}
              {documentNumber !== null && (
                <>
                  <br />
                  <span className={classes.note}>{documentNumber}</span>
                </>
              )}
            </span>
          ),
        },
        { key: "status", head: t("entry.status"), cell: (version) => <Evidence version={version} /> },
        ...acts,
      ]}
    />
  );

  function unitText(unit: string): string {
    return unit === "-" ? "" : unitLabelIn(language, unit);
  }
}

function Days({ version }: { version: RegulatedBody }): ReactNode {
  const { t } = useTranslation();
  const { effectiveFrom, effectiveTo } = version;
  return (
    <span className={classes.day}>
      {effectiveFrom ?? t("regulated.always")} –<br />
      {effectiveTo === null ? t("regulated.on") : dayBeside(effectiveTo, -1)}
    </span>
  );
}

/** How far it was checked, and who compared it with which document. */
function Evidence({ version }: { version: RegulatedBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { status, confirmedBy, label, builtIn } = version;
  return (
    <span className={classes.wrap}>
      {t(`entry.statusName.${status}`)} {label === "reference" && <ReferenceMark label={label} />}
      {!builtIn && <span className={classes.note}> {t("regulated.ownMark")}</span>}
      {confirmedBy && (
        <>
          <br />
          <span className={classes.note}>
            ✓ {confirmedBy.by} · {format.full(Date.parse(confirmedBy.at)).slice(0, 10)} · {confirmedBy.documentNumber}
          </span>
        </>
      )}
    </span>
  );
}

interface ActsProps {
  readonly version: RegulatedBody;
  readonly mayWrite: boolean;
  readonly mayConfirm: boolean;
  readonly onAct: (act: Act) => void;
}

function Acts({ version, mayWrite, mayConfirm, onAct }: ActsProps): ReactNode {
  const { t } = useTranslation();
  const button = (is: Exclude<Act["is"], "new">, text: string): ReactNode => (
    <Button isSmall look="quiet" onClick={() => onAct({ is, version })}>
      {text}
    </Button>
  );
  const canEnter = mayWrite && isEnteredKind(version);
  return (
    <span className={classes.acts}>
      {mayConfirm && version.confirmedBy === null && button("confirm", t("regulated.confirm"))}
      {canEnter && button("next", t("regulated.next"))}
      {canEnter && !version.builtIn && button("edit", t("comparison.edit"))}
      {mayWrite && !version.builtIn && button("remove", t("entry.remove"))}
    </span>
  );
}
