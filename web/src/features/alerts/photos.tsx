import { photoTypes, type PhotoType } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isApiError, postFile, toUrl } from "../../lib/api-client.ts";
import { usePark } from "../../lib/park.ts";
import type { AlertEventBody } from "../../lib/queries.ts";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { FileField } from "../../ui/file-field.tsx";
import { useErrorText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";

interface PhotoProps {
  readonly alert: Pick<AlertBody, "id">;
  readonly event: AlertEventBody;
  readonly photoId: string;
}

/** A photo beside its comment, small; enlarged when chosen. */
export function Photo({ alert, event, photoId }: PhotoProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const [isOpen, setIsOpen] = useState(false);
  const address = toUrl(`/alerts/${encodeURIComponent(alert.id)}/photos/${photoId}`, {});
  const name = t("alertDetail.photoOf", { by: event.by, at: format.full(Date.parse(event.at)) });
  return (
    <>
      <button
        type="button"
        className={classes.thumbnail}
        aria-label={t("alertDetail.openPhoto", { name })}
        onClick={() => setIsOpen(true)}
      >
        <img src={address} alt="" loading="lazy" />
      </button>
      {isOpen && (
        <Dialog title={name} shape="wide" onClose={() => setIsOpen(false)}>
          <img className={classes.photo} src={address} alt={event.note === "" ? name : event.note} />
          {event.note !== "" && <p>{event.note}</p>}
          <DialogFoot>
            <a href={address} download>
              {t("alertDetail.download")}
            </a>
          </DialogFoot>
        </Dialog>
      )}
    </>
  );
}

/** Takes a photo to the server, which judges it by its content. */
export function PhotoDialog({ alert, onClose }: { alert: Pick<AlertBody, "id">; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusal();
  const [file, setFile] = useState<File | null>(null);
  const [note, setNote] = useState("");
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: (photo: File) =>
      postFile(`/alerts/${encodeURIComponent(alert.id)}/photos`, { note: note.trim() }, typed(photo)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["alerts"] });
      toast(t("alertDetail.photoSaved"));
      onClose();
    },
  });
  return (
    <Dialog title={t("alertDetail.photoTitle")} onClose={onClose}>
      <DialogForm
        confirm={isPending ? t("alertDetail.uploading") : t("alertDetail.upload")}
        isPending={isPending}
        isBlocked={file === null}
        refusal={null}
        onConfirm={() => file && mutate(file)}
        onClose={onClose}
      >
        <FileField
          label={t("alertDetail.photoFile")}
          hint={t("alertDetail.photoHint")}
          error={error === null ? null : refusalText(error)}
          accept={photoTypes.join(",")}
          required
          data-autofocus
          onChoose={(chosen) => {
            reset();
            setFile(chosen);
          }}
        />
        <Field
          label={t("alertDetail.photoNote")}
          value={note}
          maxLength={1000}
          onChange={(event) => setNote(event.target.value)}
        />
      </DialogForm>
    </Dialog>
  );
}

/** A file without a type that is known is sent as one: the server looks at its bytes and says what it is not. */
const typed = (file: File): Blob =>
  photoTypes.includes(file.type as PhotoType) ? file : new Blob([file], { type: photoTypes[0] }); // only asks whether it is one

function useRefusal(): (error: unknown) => string {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (error) => {
    if (isApiError(error) && error.status === 413) return t("alertDetail.tooLarge");
    if (isApiError(error) && error.status === 415) return t("alertDetail.wrongType");
    return isApiError(error) && error.status === 422 ? error.message : errorText(error);
  };
}
