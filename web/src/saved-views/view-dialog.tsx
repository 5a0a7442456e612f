import { savedViewLimits } from "@smart-park/core";
import type { SavedViewBody } from "@smart-park/core/wire";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRight } from "../lib/park.ts";
import { Button } from "../ui/button.tsx";
import { DialogForm } from "../ui/confirm-dialog.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { useRefusalText } from "../ui/panel.tsx";
import { toast } from "../ui/toast.tsx";
import { useViewChange, type ViewChange } from "./queries.ts";
import classes from "./view-dialog.module.css";

interface ViewDialogProps {
  /** null = a new one. */
  readonly view: SavedViewBody | null;
  /** The page as it stands. */
  readonly path: string;
  readonly onClose: () => void;
}

/** Names and shares a view; one that is there already can also be pointed at the page as it stands, or deleted. */
export function ViewDialog({ view, path, onClose }: ViewDialogProps): ReactNode {
  const { t } = useTranslation();
  const refusalText = useRefusalText();
  const mayShare = useRight("views.share");
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, setShared] = useState(view?.isShared ?? false);
  const [isReplaced, setReplaced] = useState(false);
  const { mutate, error, isPending } = useViewChange(onClose);
  // Outlives the dialog: undo is offered after it was closed.
  const later = useViewChange(() => undefined);
  const isSamePage = view !== null && view.path !== path && pageOf(view.path) === pageOf(path);

  const send = (change: ViewChange, done: string): void => mutate(change, { onSuccess: () => toast(done) });
  const save = (): void =>
    view === null
      ? send({ kind: "save", draft: { name, path, isShared } }, t("views.saved", { name }))
      : send(
          { kind: "change", id: view.id, draft: { name, isShared, ...(isReplaced && { path }) } },
          t("views.changed"),
        );
  const remove = (gone: SavedViewBody): void => {
    const draft = { name: gone.name, path: gone.path, isShared: gone.isShared };
    const run = (): void =>
      later.mutate({ kind: "save", draft }, { onError: (failed) => toast(refusalText(failed), "failed") });
    mutate(
      { kind: "delete", id: gone.id },
      {
        onSuccess: () =>
          toast(
            t("views.deleted", { name: gone.name }),
            "done",
            gone.isOwn ? { label: t("action.undo"), run } : undefined,
          ),
      },
    );
  };
  return (
    <Dialog title={view === null ? t("views.save") : t("views.edit")} onClose={onClose}>
      <DialogForm
        confirm={view === null ? t("views.saveDo") : t("views.change")}
        isPending={isPending}
        refusal={error}
        others={
          view !== null && (
            <Button icon="bin" disabled={isPending} onClick={() => remove(view)}>
              {t("views.delete")}
            </Button>
          )
        }
        onConfirm={save}
        onClose={onClose}
      >
        <Field
          label={t("views.name")}
          hint={view === null ? t("views.nameHint") : undefined}
          required
          maxLength={savedViewLimits.nameLength}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {isSamePage && (
          <label className={classes.check}>
            <input type="checkbox" checked={isReplaced} onChange={(event) => setReplaced(event.target.checked)} />
            {t("views.replace")}
          </label>
        )}
        {mayShare && (
          <div>
            <label className={classes.check}>
              <input type="checkbox" checked={isShared} onChange={(event) => setShared(event.target.checked)} />
              {t("views.share")}
            </label>
            <p className={classes.hint}>{t("views.shareHint")}</p>
          </div>
        )}
      </DialogForm>
    </Dialog>
  );
}

const pageOf = (path: string): string => path.split("?")[0] ?? "";
