import { maxShelveHours } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePark } from "../../lib/park.ts";
import { alertAssigneesQuery } from "../../lib/queries.ts";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormSelect, Segments } from "../../ui/field.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { useLive } from "../live-context.ts";
import { closeCodes, useAlertAction, type AlertAction, type CloseCode } from "./alert-actions.ts";
import { useObjectName } from "./alert-fact.ts";
import classes from "./alert-dialog.module.css";

export type DialogAction = "acknowledge" | "assign" | "comment" | "shelve" | "close";

interface AlertDialogProps {
  readonly alert: AlertBody;
  readonly action: DialogAction;
  readonly onClose: () => void;
}

const shelveHours = ["1", "4", "8", "24", "72", "168"] as const;
type ShelveHours = (typeof shelveHours)[number];

/** Asks for what an action needs (note, time, reason, finding) and does it. */
export function AlertDialog({ alert, action, onClose }: AlertDialogProps): ReactNode {
  const { t } = useTranslation();
  const { clock } = useLive();
  const { format, me } = usePark();
  const objectName = useObjectName();
  const act = useAlertAction();
  const [note, setNote] = useState("");
  const [hours, setHours] = useState<ShelveHours>("1");
  const [assignee, setAssignee] = useState(alert.assignee ?? me.username);
  const [code, setCode] = useState<CloseCode>("real");
  const title = {
    acknowledge: t("alerts.acknowledgeTitle"),
    assign: t("alerts.assignTitle"),
    comment: t("alerts.commentTitle"),
    shelve: t("alerts.shelveTitle"),
    close: t("alerts.closeTitle"),
  }[action];
  const submitLabel = {
    acknowledge: t("alerts.acknowledge"),
    assign: t("alerts.assign"),
    comment: t("alerts.comment"),
    shelve: t("alerts.shelve"),
    close: t("alerts.closeAlert"),
  }[action];
  const order = (): AlertAction => {
    if (action === "shelve") {
      const until = format.time.toIso(Math.round(clock.now() / 1000) * 1000 + Number(hours) * 3_600_000);
      return { action, body: { until, reason: note.trim() } };
    }
    if (action === "assign") return { action, body: { assignee: assignee === "" ? null : assignee } };
    if (action === "close") return { action, body: { code, note: note.trim() } };
    return { action, body: { note: note.trim() } };
  };
  const submit = (): void => {
    act({ id: alert.id, act: order() });
    onClose();
  };
  const needsText = action === "comment" || action === "shelve";
  return (
    <Dialog title={title} onClose={onClose}>
      <DialogForm confirm={submitLabel} isPending={false} refusal={null} onConfirm={submit} onClose={onClose}>
        <div className={classes.about}>
          <span>
            <SeverityBadge severity={alert.severity} /> {alert.ruleName}
          </span>
          <small>{objectName(alert)}</small>
        </div>
        {action === "acknowledge" && <p className={classes.hint}>{t("alerts.acknowledgeHint")}</p>}
        {action === "shelve" && (
          <div className={classes.field}>
            <span>{t("alerts.until")}</span>
            <Segments
              label={t("alerts.until")}
              value={hours}
              options={shelveHours
                .filter((value) => Number(value) <= maxShelveHours[alert.severity])
                .map((value) => ({ value, label: t(`alerts.shelveFor.${value}`) }))}
              onChange={setHours}
            />
            <span>
              {t(`alerts.shelveLimit.${maxShelveHours[alert.severity]}`)}
              {t("alerts.shelveHint")}
            </span>
          </div>
        )}
        {action === "close" && (
          <div className={classes.field}>
            <span>{t("alerts.code")}</span>
            <Segments
              label={t("alerts.code")}
              value={code}
              options={closeCodes.map((value) => ({ value, label: t(`alerts.closeCode.${value}`) }))}
              onChange={setCode}
            />
          </div>
        )}
        {action === "assign" ? (
          <Assignee alert={alert} value={assignee} onChange={setAssignee} />
        ) : (
          <TextArea
            label={action === "shelve" ? t("alerts.reason") : needsText ? t("alerts.note") : t("alerts.noteOptional")}
            maxLength={1000}
            isRequired={needsText}
            placeholder={action === "acknowledge" ? t("alerts.notePlaceholder") : undefined}
            value={note}
            onChange={setNote}
          />
        )}
      </DialogForm>
    </Dialog>
  );
}

interface AssigneeProps {
  readonly alert: AlertBody;
  /** The user name; "" = nobody. */
  readonly value: string;
  readonly onChange: (username: string) => void;
}

/** Those whom it can be given to, by name; who has it stays in the list, also when shut out meanwhile. */
function Assignee({ alert, value, onChange }: AssigneeProps): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const { data: people = [] } = useQuery(alertAssigneesQuery(alert.id));
  const known = [
    ...people,
    ...(value === "" || people.some(({ id }) => id === value) ? [] : [{ id: value, name: null }]),
  ];
  const nameOf = ({ id, name }: { id: string; name: string | null }): string =>
    `${name === null ? id : `${name} · ${id}`}${id === me.username ? ` ${t("alerts.myself")}` : ""}`;
  return (
    <FormSelect
      name="assignee"
      label={t("alerts.assignee")}
      value={value}
      options={[
        { value: "", label: t("alerts.nobody") },
        ...known.map((person) => ({ value: person.id, label: nameOf(person) })),
      ]}
      onChange={onChange}
    />
  );
}
