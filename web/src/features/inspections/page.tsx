import type { InspectionBody } from "@smart-park/core/wire";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { Button } from "../../ui/button.tsx";
import { ExportLinks } from "../../ui/export-links.tsx";
import { Segments, Select } from "../../ui/field.tsx";
import { FilterBar, PageHead } from "../../ui/page.tsx";
import { Empty, Failed, Panel, Skeleton } from "../../ui/panel.tsx";
import { NewInspectionDialog } from "./new-dialog.tsx";
import classes from "./page.module.css";
import { inspectionFilters, inspectionsAsk, inspectionsQuery } from "./queries.ts";
import { StepDialog, type StepAction } from "./step-dialog.tsx";

/** What stewards and the park found at enterprises, and how it was put right. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const { enterprises, enterpriseName } = useCatalog();
  const mayWrite = useRight("inspections.write");
  const [isAdding, setIsAdding] = useState(false);
  const state = address.oneOf("state", inspectionFilters, "");
  const enterprise = address.oneOf("enterprise", ["", ...enterprises.map(({ id }) => id)], "");
  const ask = inspectionsAsk(state, enterprise);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    inspectionsQuery(ask),
  );
  const items = data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHead
        title={t("inspections.title")}
        lead={t("inspections.lead")}
        actions={
          <>
            <ExportLinks of={ask} />
            {mayWrite && (
              <Button look="primary" onClick={() => setIsAdding(true)}>
                {t("inspections.add")}
              </Button>
            )}
          </>
        }
      />
      <FilterBar>
        <Segments
          label={t("inspections.stateHead")}
          value={state}
          options={inspectionFilters.map((value) => ({ value, label: t(`inspections.filter.${value || "all"}`) }))}
          onChange={(chosen) => address.change({ state: chosen === "" ? null : chosen })}
        />
        {enterprises.length > 1 && (
          <Select
            label={t("inspections.enterprise")}
            value={enterprise}
            options={[
              { value: "", label: t("live.all") },
              ...enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) })),
            ]}
            onChange={(chosen) => address.change({ enterprise: chosen === "" ? null : chosen })}
          />
        )}
      </FilterBar>
      <Panel title={t(`inspections.filter.${state || "all"}`)} isFlush>
        {items === undefined ? (
          error === null ? (
            <Skeleton />
          ) : (
            <Failed error={error} onRetry={() => void refetch()} />
          )
        ) : items.length === 0 ? (
          <Empty
            title={state === "" ? t("inspections.none") : t("inspections.noneFiltered")}
            hint={mayWrite ? t("inspections.noneHint") : t("inspections.noneRead")}
          />
        ) : (
          <ul aria-label={t("inspections.title")}>
            {items.map((inspection) => (
              <Record key={inspection.id} inspection={inspection} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <div className={classes.rest}>
            <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t("inspections.more")}
            </Button>
          </div>
        )}
      </Panel>
      {isAdding && <NewInspectionDialog onClose={() => setIsAdding(false)} />}
    </>
  );
}

const glyphs = { noted: "○", open: "▲", rectified: "◐", closed: "✓" } as const;

function Record({ inspection }: { inspection: InspectionBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { enterpriseName, meterName } = useCatalog();
  const { enterpriseId, meterId, topic, finding, dueOn, state, isOverdue, createdBy, at, steps } = inspection;
  const day = (iso: string): string => format.full(Date.parse(iso)).slice(0, 16);
  return (
    <li className={classes.record}>
      <span className={classes.state} data-state={isOverdue ? "overdue" : state}>
        <span aria-hidden="true">{glyphs[state]}</span> {t(`inspections.filter.${isOverdue ? "overdue" : state}`)}
      </span>
      <div className={classes.what}>
        <b>{finding}</b>
        <small>
          {t(`inspections.topic.${topic}`)} · {enterpriseName(enterpriseId)}
          {meterId !== null && (
            <>
              {" · "}
              <Link to={`/meters/${encodeURIComponent(meterId)}`}>{meterName(meterId)}</Link>
            </>
          )}
          {" · "}
          {t("inspections.foundBy", { by: createdBy, at: day(at) })}
          {dueOn !== null && ` · ${t("inspections.dueOn", { day: dueOn })}`}
        </small>
        {steps.length > 0 && (
          <ol className={classes.steps} aria-label={t("inspections.steps")}>
            {steps.map((step) => (
              <li key={step.at + step.kind}>
                <b>{t(`inspections.step.${step.kind}`)}</b> {step.note}
                <small>{t("inspections.stepBy", { by: step.by, at: day(step.at) })}</small>
              </li>
            ))}
          </ol>
        )}
      </div>
      <Actions inspection={inspection} />
    </li>
  );
}

/** What the person may do next about it. */
function Actions({ inspection }: { inspection: InspectionBody }): ReactNode {
  const { t } = useTranslation();
  const mayRectify = useRight("inspections.rectify");
  const mayReview = useRight("inspections.write");
  const [action, setAction] = useState<StepAction | null>(null);
  const possible: StepAction[] =
    inspection.state === "open" && mayRectify
      ? ["rectify"]
      : inspection.state === "rectified" && mayReview
        ? ["accept", "reject"]
        : [];
  return (
    <span className={classes.actions}>
      {possible.map((one) => (
        <Button
          key={one}
          isSmall
          aria-label={t(`inspections.actionOf.${one}`, { finding: inspection.finding })}
          onClick={() => setAction(one)}
        >
          {t(`inspections.action.${one}`)}
        </Button>
      ))}
      {action !== null && <StepDialog inspection={inspection} action={action} onClose={() => setAction(null)} />}
    </span>
  );
}
