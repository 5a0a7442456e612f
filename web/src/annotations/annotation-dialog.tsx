import { annotationLimits, annotationTags, isEnterpriseRole } from "@smart-park/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePark } from "../lib/park.ts";
import { parseOwnTime, toOwnTime } from "../lib/time-range.ts";
import { DialogForm } from "../ui/confirm-dialog.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, FormSelect } from "../ui/field.tsx";
import { TextArea } from "../ui/text-area.tsx";
import classes from "./annotation-list.module.css";
import { useSaveAnnotation, type AnnotationDraft } from "./changes.ts";
import type { ChartPlace } from "./queries.ts";
import type { AnnotationEdit } from "./use-annotations.ts";

interface AnnotationDialogProps {
  readonly place: ChartPlace;
  readonly edit: AnnotationEdit;
  readonly onClose: () => void;
}

/** Writes an annotation or changes one: when, what about, and in words. */
export function AnnotationDialog({ place, edit: { before, range }, onClose }: AnnotationDialogProps): ReactNode {
  const { t } = useTranslation();
  const {
    format: { time },
    now,
  } = usePark();
  // As it stands in the boxes when they open: what is not touched keeps its seconds.
  const [first] = useState({
    from: toOwnTime(range.from, time),
    to: range.from === range.to ? "" : toOwnTime(range.to, time),
  });
  const [from, setFrom] = useState(first.from);
  const [to, setTo] = useState(first.to);
  const [tag, setTag] = useState<string>(before?.tag ?? "maintenance");
  const [text, setText] = useState(before?.text ?? "");
  const [wrong, setWrong] = useState<"from" | "to" | "order" | null>(null);
  const { mutate, error, isPending } = useSaveAnnotation(place, before, onClose);

  const send = (): void => {
    const at = now();
    const start = from === first.from && before ? range.from : parseOwnTime(from, at, time);
    const end = to.trim() === "" ? start : to === first.to && before ? range.to : parseOwnTime(to, at, time);
    const problem = start === null ? "from" : end === null ? "to" : start > end ? "order" : null;
    setWrong(problem);
    if (start === null || end === null || problem !== null) return;
    const chosen = annotationTags.find((one) => one === tag) ?? "other";
    const draft: AnnotationDraft = { from: time.toIso(start), to: time.toIso(end), tag: chosen, text };
    mutate(draft);
  };
  return (
    <Dialog title={before === null ? t("annotations.add") : t("annotations.edit")} onClose={onClose}>
      <DialogForm
        confirm={t("annotations.save")}
        isPending={isPending}
        refusal={error}
        onConfirm={send}
        onClose={onClose}
      >
        <div className={classes.fields}>
          <Field
            label={t("range.from")}
            required
            value={from}
            error={wrong === "from" ? t("annotations.badTime") : null}
            onChange={(event) => setFrom(event.target.value)}
          />
          <Field
            label={t("range.to")}
            value={to}
            hint={t("annotations.momentHint")}
            error={wrong === "to" ? t("annotations.badTime") : wrong === "order" ? t("annotations.badOrder") : null}
            onChange={(event) => setTo(event.target.value)}
          />
        </div>
        <FormSelect
          name="tag"
          label={t("annotations.tagHead")}
          value={tag}
          options={annotationTags.map((value) => ({ value, label: t(`annotations.tag.${value}`) }))}
          onChange={setTag}
        />
        <TextArea
          label={t("annotations.text")}
          maxLength={annotationLimits.textLength}
          isRequired
          value={text}
          onChange={setText}
        />
        <Audience place={place} />
      </DialogForm>
    </Dialog>
  );
}

/** Who will read it, said before it is written. */
function Audience({ place }: { place: ChartPlace }): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const isWholePark = place.enterprise === undefined && place.meter === undefined;
  const who = isEnterpriseRole(me.role) ? "own" : isWholePark ? "park" : "enterprise";
  return <p className={classes.more}>{t(`annotations.audience.${who}`)}</p>;
}
