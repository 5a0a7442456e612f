import type { WallBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson, postJson } from "../../lib/api-client.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import { useRefusalText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import { wallPath } from "./queries.ts";

interface EndDialogProps {
  readonly wall: WallBody;
  readonly what: "revoke" | "remove";
  readonly onClose: () => void;
}

/** Asks before a screen goes dark, or leaves the list. */
export function EndDialog({ wall, what, onClose }: EndDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const { name } = wall;
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => {
      if (what === "remove") await deleteJson(wallPath(wall.id));
      else await postJson<WallBody>(`${wallPath(wall.id)}/revoke`, {});
    },
    onSuccess: () => {
      toast(what === "remove" ? t("walls.removed", { name }) : t("walls.revoked", { name }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["walls"] }),
  });
  return (
    <Dialog
      title={what === "remove" ? t("walls.removeTitle", { name }) : t("walls.revokeTitle", { name })}
      onClose={onClose}
    >
      <p>{what === "remove" ? t("walls.removeHint") : t("walls.revokeHint")}</p>
      {error !== null && (
        <p role="alert" className={classes.refused}>
          {refusalText(error)}
        </p>
      )}
      <DialogFoot>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button look="primary" disabled={isPending} onClick={() => mutate()}>
          {what === "remove" ? t("walls.remove") : t("walls.revoke")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}
