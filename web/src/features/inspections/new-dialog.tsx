import { inspectionTopics, type InspectionTopic } from "@smart-park/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark } from "../../lib/park.ts";
import { parseOwnTime, toOwnTime } from "../../lib/time-range.ts";
import { useSecond } from "../../live/hooks.ts";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { DateField } from "../../ui/date-field.tsx";
import { Field, FormSelect } from "../../ui/field.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import classes from "./page.module.css";
import { useAdding } from "./queries.ts";

const dayMs = 86_400_000;
const usualDays = 15;

/** Records a finding: where, what, and by when it must be put right. */
export function NewInspectionDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const { enterprises, meters, enterpriseName, meterName } = useCatalog();
  const { time } = usePark().format;
  const now = useSecond();
  const [enterpriseId, setEnterpriseId] = useState(enterprises[0]?.id ?? "");
  const [meterId, setMeterId] = useState("");
  const [topic, setTopic] = useState<string>("outlet" satisfies InspectionTopic);
  const [at, setAt] = useState(() => toOwnTime(now, time));
  const [finding, setFinding] = useState("");
  const [needsAction, setNeedsAction] = useState(true);
  const [dueOn, setDueOn] = useState(() => time.dayOf(now + usualDays * dayMs));
  const [isBadTime, setIsBadTime] = useState(false);
  const { add, error, isPending } = useAdding("/inspections", { saved: t("inspections.saved"), onDone: onClose });
  const own = meters.filter((meter) => meter.enterpriseId === enterpriseId);

  const send = (): void => {
    const found = parseOwnTime(at, now, time);
    setIsBadTime(found === null);
    if (found === null) return;
    const about = { enterpriseId, meterId: meterId === "" ? null : meterId, topic, finding };
    add({ ...about, at: time.toIso(found), dueOn: needsAction ? dueOn : null });
  };
  return (
    <Dialog title={t("inspections.add")} shape="wide" onClose={onClose}>
      <DialogForm
        confirm={t("inspections.save")}
        isPending={isPending}
        isBlocked={enterpriseId === ""}
        refusal={error}
        onConfirm={send}
        onClose={onClose}
      >
        <div className={classes.fields}>
          <FormSelect
            name="enterprise"
            label={t("inspections.enterprise")}
            value={enterpriseId}
            options={enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) }))}
            onChange={(chosen) => {
              setEnterpriseId(chosen);
              setMeterId("");
            }}
          />
          <FormSelect
            name="meter"
            label={t("inspections.meter")}
            value={meterId}
            options={[
              { value: "", label: t("inspections.noMeter") },
              ...own.map(({ id }) => ({ value: id, label: meterName(id) })),
            ]}
            onChange={setMeterId}
          />
          <FormSelect
            name="topic"
            label={t("inspections.topicHead")}
            value={topic}
            options={inspectionTopics.map((value) => ({ value, label: t(`inspections.topic.${value}`) }))}
            onChange={setTopic}
          />
          <Field
            label={t("inspections.at")}
            required
            value={at}
            error={isBadTime ? t("inspections.badTime") : null}
            onChange={(event) => setAt(event.target.value)}
          />
        </div>
        <TextArea maxLength={4000} label={t("inspections.finding")} isRequired value={finding} onChange={setFinding} />
        <div className={classes.due}>
          <label>
            <input type="checkbox" checked={needsAction} onChange={(event) => setNeedsAction(event.target.checked)} />
            {t("inspections.needsAction")}
          </label>
          {needsAction && <DateField label={t("inspections.due")} required defaultValue={dueOn} onDay={setDueOn} />}
        </div>
      </DialogForm>
    </Dialog>
  );
}
