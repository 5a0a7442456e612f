import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson, patchJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useAgeText } from "../../live/alerts/alert-fact.ts";
import { useSecond } from "../../live/hooks.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Segments } from "../../ui/field.tsx";
import { FilterBar, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel, useRefusalText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import { usePointName } from "./point-picker.tsx";
import { windowsQuery, type WindowBody } from "./queries.ts";
import { WindowDialog } from "./window-dialog.tsx";

const states = ["open", "ended", "all"] as const;
const mostNames = 3;

/** Work on meters and standstills: what keeps alerts quiet, and until when. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const mayAct = useRight("alerts.act");
  const query = useQuery(windowsQuery());
  const now = useSecond();
  const [isOpen, setIsOpen] = useState(false);
  const state = address.oneOf("state", states, "open");
  const isEnded = ({ to }: WindowBody): boolean => Date.parse(to) <= now;
  return (
    <>
      <PageHead
        title={t("windows.title")}
        lead={t("windows.lead")}
        actions={
          <>
            <ButtonLink to="/alerts?state=suppressed">{t("windows.suppressed")}</ButtonLink>
            {mayAct && (
              <Button look="primary" onClick={() => setIsOpen(true)}>
                {t("windows.add")}
              </Button>
            )}
          </>
        }
      />
      <FilterBar>
        <Segments
          label={t("windows.show")}
          value={state}
          options={states.map((value) => ({ value, label: t(`windows.state.${value}`) }))}
          onChange={(chosen) => address.change({ state: chosen === "open" ? null : chosen })}
        />
      </FilterBar>
      <Panel title={t(`windows.state.${state}`)} isFlush>
        <Loaded query={query}>
          {(all) => {
            const shown = all.filter((window) => state === "all" || isEnded(window) === (state === "ended"));
            if (shown.length === 0) return <Empty title={t("windows.none")} hint={t("windows.noneHint")} />;
            return (
              <ul aria-label={t("windows.title")}>
                {shown.map((window) => (
                  <Row key={window.id} window={window} mayAct={mayAct} />
                ))}
              </ul>
            );
          }}
        </Loaded>
      </Panel>
      {isOpen && <WindowDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}

function useScopeText(): (scope: WindowBody["scope"]) => string {
  const { t } = useTranslation();
  const { enterpriseName, meterName } = useCatalog();
  const pointName = usePointName();
  return ({ enterpriseIds, meterIds, points }) => {
    const names = [...enterpriseIds.map(enterpriseName), ...meterIds.map(meterName), ...points.map(pointName)];
    const shown = names.slice(0, mostNames).join(t("rules.listComma"));
    return names.length <= mostNames ? shown : t("windows.more", { names: shown, n: names.length });
  };
}

const glyphs = { maintenance: "🔧", stopped: "■" } as const;

function Row({ window, mayAct }: { window: WindowBody; mayAct: boolean }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const scopeText = useScopeText();
  const ageText = useAgeText();
  const now = useSecond();
  const [from, to, createdAt] = [window.from, window.to, window.createdAt].map((iso) => Date.parse(iso)) as [
    number,
    number,
    number,
  ]; // three in, three out
  const phase = now < from ? "later" : now < to ? "now" : "ended";
  const left = ageText(phase === "later" ? from - now : to - now);
  return (
    <li className={classNames(classes.window, phase === "ended" && classes.ended)}>
      <span className={classes.windowKind}>
        <span aria-hidden="true">{glyphs[window.kind]}</span>
        {t(`windows.kindOf.${window.kind}`)}
      </span>
      <div>
        <b>{scopeText(window.scope)}</b>
        {window.reason}
      </div>
      <div>
        {format.full(from).slice(0, 16)} – {format.full(to).slice(0, 16)}
        <br />
        <small>
          {phase === "ended" ? t("windows.phase.ended") : t(`windows.phase.${phase}`, { age: left })}
          {" · "}
          {t("windows.by", { by: window.createdBy, at: format.full(createdAt).slice(0, 16) })}
        </small>
      </div>
      <span className={classes.windowActions}>
        {mayAct && phase !== "ended" && <End window={window} isBegun={phase === "now"} />}
      </span>
    </li>
  );
}

/** Ends what holds, with what still stands announced; takes back what has not begun. */
function End({ window, isBegun }: { window: WindowBody; isBegun: boolean }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { format, now } = usePark();
  const refusalText = useRefusalText();
  const path = `/maintenance-windows/${encodeURIComponent(window.id)}`;
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      if (isBegun) await patchJson<WindowBody>(path, { to: format.time.toIso(now()) });
      else await deleteJson(path);
    },
    onSuccess: () => toast(isBegun ? t("windows.ended") : t("windows.dropped")),
    onError: (error) => toast(t("error.action", { detail: refusalText(error) }), "failed"),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["windows"] });
      await client.invalidateQueries({ queryKey: ["alerts"] });
    },
  });
  return (
    <Button
      isSmall
      disabled={isPending}
      aria-label={t(isBegun ? "windows.endOf" : "windows.dropOf", { reason: window.reason })}
      onClick={() => mutate()}
    >
      {isBegun ? t("windows.end") : t("windows.drop")}
    </Button>
  );
}
