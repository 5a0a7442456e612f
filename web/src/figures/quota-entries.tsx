import type { QuotaBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmt } from "../lib/format.ts";
import { useRight } from "../lib/park.ts";
import { quotasQuery } from "../lib/queries.ts";
import { Button } from "../ui/button.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { ExportLinks } from "../ui/export-links.tsx";
import { Empty, Loaded, Panel } from "../ui/panel.tsx";
import { ChangeHistory } from "./change-history.tsx";
import classes from "./figures.module.css";
import { QuotaForm } from "./quota-form.tsx";
import { dayBeside, useMediumName } from "./quota-media.ts";
import { RemoveEntry } from "./remove-entry.tsx";

interface QuotaEntriesProps {
  /** null = of the park as a whole. */
  readonly enterprise: string | null;
}

/** Quotas as they were entered, each with its period, its source and how far it was checked; who may, changes them. */
export function QuotaEntries({ enterprise }: QuotaEntriesProps): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(quotasQuery());
  const mayWrite = useRight("tariffs.write");
  const [form, setForm] = useState<{ readonly known: QuotaBody | null } | null>(null);
  const [gone, setGone] = useState<QuotaBody | null>(null);
  const mediumName = useMediumName();
  return (
    <Panel
      title={enterprise === null ? t("quotas.ofPark") : t("quotas.title")}
      aside={t("quotas.hint")}
      isFlush
      actions={
        <>
          {mayWrite && (
            <Button isSmall onClick={() => setForm({ known: null })}>
              {t("quotas.add")}
            </Button>
          )}
          <ChangeHistory of="quota" {...(enterprise !== null && { enterprise })} title={t("quotas.title")} />
          {enterprise !== null && <ExportLinks of={{ path: "/quotas", query: { enterprise } }} />}
        </>
      }
    >
      <Loaded query={query}>
        {(all) => (
          <QuotaTable
            quotas={all.filter(({ enterpriseId }) => enterpriseId === enterprise)}
            {...(mayWrite && { onEdit: (known: QuotaBody) => setForm({ known }), onRemove: setGone })}
          />
        )}
      </Loaded>
      {form && (
        <QuotaForm enterprise={enterprise} known={form.known} others={query.data ?? []} onClose={() => setForm(null)} />
      )}
      {gone && (
        <RemoveEntry
          title={t("quotas.remove")}
          path={`/quotas/${encodeURIComponent(gone.id)}`}
          body={withoutId(gone)}
          onClose={() => setGone(null)}
        >
          <p>
            {mediumName(gone.medium)} · {gone.from} – {dayBeside(gone.to, -1)} · {fmt(gone.value, gone.unit)}
          </p>
          <p>{t("quotas.removeHint")}</p>
        </RemoveEntry>
      )}
    </Panel>
  );
}

const withoutId = ({ id: _, ...body }: QuotaBody): object => body;

interface QuotaTableProps {
  readonly quotas: readonly QuotaBody[];
  readonly onEdit?: (quota: QuotaBody) => void;
  readonly onRemove?: (quota: QuotaBody) => void;
}

function QuotaTable({ quotas, onEdit, onRemove }: QuotaTableProps): ReactNode {
  const { t } = useTranslation();
  const mediumName = useMediumName();
  if (quotas.length === 0) return <Empty title={t("quota.none")} hint={t("quota.noneHint")} />;
  const acts: readonly Column<QuotaBody>[] =
    onEdit && onRemove
      ? [
          {
            key: "acts",
            head: <span className="visually-hidden">{t("comparison.change")}</span>,
            cell: (quota) => (
              <span className={classes.acts}>
                <Button isSmall look="quiet" onClick={() => onEdit(quota)}>
                  {t("comparison.edit")}
                </Button>
                <Button isSmall look="quiet" onClick={() => onRemove(quota)}>
                  {t("entry.remove")}
                </Button>
              </span>
            ),
          },
        ]
      : [];
  return (
    <DataTable<QuotaBody>
      label={t("quotas.title")}
      rows={[...quotas].sort((a, b) => b.from.localeCompare(a.from) || a.medium.localeCompare(b.medium))}
      keyOf={({ id }) => id}
      columns={[
        { key: "medium", head: t("quotas.medium"), cell: ({ medium }) => mediumName(medium) },
        { key: "value", head: t("quotas.value"), isNumber: true, isMain: true, cell: (q) => fmt(q.value, q.unit) },
        { key: "from", head: t("quotas.from"), cell: ({ from }) => from },
        { key: "to", head: t("quotas.lastDay"), cell: ({ to }) => dayBeside(to, -1) },
        {
          key: "source",
          head: t("inputs.source"),
          cell: ({ source }) => <span className={classes.wrap}>{source}</span>,
        },
        { key: "status", head: t("entry.status"), cell: ({ status }) => t(`entry.statusName.${status}`) },
        ...acts,
      ]}
    />
  );
}
