import type { WallBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { postJson } from "../../lib/api-client.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import { SecretBox } from "../../ui/secret-box.tsx";
import classes from "./page.module.css";
import { wallPath, type WallLink } from "./queries.ts";

/** The link, this once: nothing keeps it longer than this dialog. */
export function LinkDialog({ link, onClose }: { link: WallLink; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const url = `${location.origin}${link.path}`;
  return (
    <Dialog title={t("walls.linkTitle", { id: link.id })} shape="wide" onClose={onClose}>
      <div className={classes.link}>
        <p>{t("walls.linkHint")}</p>
        <SecretBox text={url} label={t("walls.linkTitle", { id: link.id })} copyLabel={t("walls.copyLink")} />
        <p>{t("walls.linkOnce")}</p>
      </div>
      <DialogFoot>
        <Button look="primary" onClick={onClose}>
          {t("walls.noted")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}

interface NewLinkDialogProps {
  readonly wall: WallBody;
  readonly onClose: () => void;
  readonly onMade: (link: WallLink) => void;
}

/** Asks first: what shows the screen now goes dark. */
export function NewLinkDialog({ wall, onClose, onMade }: NewLinkDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => postJson<WallLink>(`${wallPath(wall.id)}/link`, {}),
    gcTime: 0,
    onSuccess: async (link) => {
      onMade(link);
      await client.invalidateQueries({ queryKey: ["walls"] });
    },
  });
  return (
    <ConfirmDialog
      title={t("walls.newLinkTitle", { name: wall.name })}
      confirm={t("walls.newLink")}
      isPending={isPending}
      refusal={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <p>{wall.state === "open" ? t("walls.newLinkEnds") : t("walls.newLinkHint")}</p>
    </ConfirmDialog>
  );
}
