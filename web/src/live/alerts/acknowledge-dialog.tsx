import { severities } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SeverityBadge, SeverityCount } from "../../ui/severity.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { useAcknowledgeAll } from "./alert-actions.ts";
import classes from "./alert-dialog.module.css";
import { AlertDialog } from "./alert-dialog.tsx";
import { useFact, useObjectName } from "./alert-fact.ts";

interface AcknowledgeDialogProps {
  /** Nothing is asked while there are none. */
  readonly alerts: readonly AlertBody[];
  readonly onClose: () => void;
}

/** Asks for a note and acknowledges; of several it says which. */
export function AcknowledgeDialog({ alerts, onClose }: AcknowledgeDialogProps): ReactNode {
  const [first, ...others] = alerts;
  if (first === undefined) return null;
  if (others.length === 0) return <AlertDialog alert={first} action="acknowledge" onClose={onClose} />;
  return <Several alerts={alerts} onClose={onClose} />;
}

/** So many are named; of more it is said how many of which severity there are. */
const mostNamed = 5;

function Several({ alerts, onClose }: AcknowledgeDialogProps): ReactNode {
  const { t } = useTranslation();
  const fact = useFact();
  const objectName = useObjectName();
  const acknowledgeAll = useAcknowledgeAll();
  const [note, setNote] = useState("");
  const count = alerts.length;
  const submit = (): void => {
    acknowledgeAll({ ids: alerts.map(({ id }) => id), note: note.trim() });
    onClose();
  };
  return (
    <Dialog title={t("alerts.acknowledgeAllTitle", { count })} onClose={onClose}>
      <DialogForm
        confirm={t("alerts.acknowledgeCount", { count })}
        isPending={false}
        refusal={null}
        onConfirm={submit}
        onClose={onClose}
      >
        <div className={classes.counts}>
          {severities.map((severity) => {
            const own = alerts.filter((alert) => alert.severity === severity).length;
            return own > 0 && <SeverityCount key={severity} severity={severity} count={own} />;
          })}
        </div>
        <ul className={classes.named}>
          {alerts.slice(0, mostNamed).map((alert) => (
            <li key={alert.id} className={classes.about}>
              <span>
                <SeverityBadge severity={alert.severity} /> {alert.ruleName}
                {alert.level === "warning" && ` (${t("alerts.warning")})`} · {t(`alerts.status.${alert.state}`)}
              </span>
              <small>
                {objectName(alert)} · {fact(alert)}
              </small>
            </li>
          ))}
        </ul>
        {count > mostNamed && <p className={classes.hint}>{t("alerts.andMore", { count: count - mostNamed })}</p>}
        <p className={classes.hint}>{t("alerts.acknowledgeHint")}</p>
        <TextArea
          label={t("alerts.noteOptional")}
          maxLength={1000}
          isRequired={false}
          placeholder={t("alerts.notePlaceholder")}
          value={note}
          onChange={setNote}
        />
      </DialogForm>
    </Dialog>
  );
}
