import { severities, type AlertStorm } from "@smart-park/core";
import { useDeferredValue, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { usePark } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { SeverityBadge, SeverityCount } from "../../ui/severity.tsx";
import { useSecond } from "../hooks.ts";
import { AcknowledgeButton, AlertRow, type OnAcknowledge } from "./alert-row.tsx";
import classes from "./alert-row.module.css";
import type { Listed, ListedGroup } from "./listed-alerts.ts";

interface AlertListProps {
  readonly groups: readonly ListedGroup[];
  /** The same function from render to render. */
  readonly onAcknowledge?: OnAcknowledge;
  /** Leaves times out: for a narrow panel. */
  readonly isNarrow?: boolean;
  readonly label: string;
}

export function AlertList({ groups, onAcknowledge, isNarrow = false, label }: AlertListProps): ReactNode {
  return (
    <ul className={classNames(classes.list, isNarrow && classes.narrow)} aria-label={label}>
      {groups.map((group) =>
        group.kind === "fold" ? (
          <AlertRow key={group.fold.lead.id} fold={group.fold} onAcknowledge={onAcknowledge} />
        ) : (
          <StormRow key={keyOf(group.storm)} storm={group.storm} onAcknowledge={onAcknowledge} />
        ),
      )}
    </ul>
  );
}

/** Storms of one cause are told apart by when they began, roughly: that moves a little when its first alert is closed. */
const keyOf = ({ cause, from }: AlertStorm<Listed>): string =>
  `${cause.kind} ${cause.id} ${Math.floor(from / 600_000)}`;

interface StormRowProps {
  readonly storm: AlertStorm<Listed>;
  readonly onAcknowledge: OnAcknowledge | undefined;
}

const rowsAtOnce = 50;

/** Many alerts of one cause in a short time, as one row that opens. */
function StormRow({ storm, onAcknowledge }: StormRowProps): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  // The row says at once that it is open; dozens of rows follow in a moment that other keys may interrupt.
  const hasRows = useDeferredValue(isOpen) && isOpen;
  const [most, setMost] = useState(rowsAtOnce);
  const alerts = storm.folds.flatMap(({ lead, others }) => [lead, ...others]);
  const open = alerts.filter(({ isSettled }) => !isSettled).map(({ body }) => body);
  const [worst] = storm.folds;
  const causeText = useCauseText(storm);
  const enterprises = new Set(alerts.map(({ enterpriseId }) => enterpriseId)).size;
  const left = storm.folds.length - most;
  if (worst === undefined) return null;
  return (
    <li className={classNames(classes.row, classes.storm)}>
      <SeverityBadge severity={worst.lead.severity} />
      <div className={classes.what}>
        <button
          type="button"
          className={classNames(classes.title, classes.opener)}
          aria-expanded={isOpen}
          data-row
          onClick={() => setIsOpen(!isOpen)}
        >
          <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span> {t("alerts.storm")} · {causeText}
        </button>
        <div className={classes.facts}>
          <span className={classes.value}>{t("alerts.count", { count: alerts.length })}</span>
          {severities.map((severity) => {
            const count = alerts.filter((alert) => alert.severity === severity).length;
            return count > 0 && <SeverityCount key={severity} severity={severity} count={count} />;
          })}
          {storm.cause.kind === "rule" && enterprises > 1 && (
            <span>{t("alerts.stormEnterprises", { count: enterprises })}</span>
          )}
          <span>{t("alerts.stormOpen", { n: open.length })}</span>
        </div>
      </div>
      <Span storm={storm} />
      {onAcknowledge && open.length > 0 ? <AcknowledgeButton alerts={open} onAcknowledge={onAcknowledge} /> : <span />}
      {hasRows && (
        <div className={classes.stormRows}>
          <ul aria-label={causeText}>
            {storm.folds.slice(0, most).map((fold) => (
              <AlertRow key={fold.lead.id} fold={fold} onAcknowledge={onAcknowledge} />
            ))}
          </ul>
          {left > 0 && (
            <Button isSmall onClick={() => setMost(most + rowsAtOnce)}>
              {t("alerts.showMore", { count: Math.min(left, rowsAtOnce), left })}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function useCauseText({ cause, folds }: AlertStorm<Listed>): string {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  switch (cause.kind) {
    case "gateway":
      return t("alerts.stormCause.gateway", { name: cause.id });
    case "enterprise":
      return t("alerts.stormCause.enterprise", { name: enterpriseName(cause.id) });
    case "rule":
      return t("alerts.stormCause.rule", { name: folds[0]?.lead.body.ruleName ?? cause.id });
  }
}

function Span({ storm: { from, to } }: { storm: AlertStorm<Listed> }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const now = useSecond();
  return (
    <div className={classes.when}>
      <b title={format.full(from)}>
        {format.moment(from, now)} – {format.minute(to)}
      </b>
      {t("alerts.stormRaised")}
    </div>
  );
}
