import type { WallBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson, postJson } from "../../lib/api-client.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { toast } from "../../ui/toast.tsx";
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
  const isRemoved = what === "remove";
  return (
    <ConfirmDialog
      title={isRemoved ? t("walls.removeTitle", { name }) : t("walls.revokeTitle", { name })}
      confirm={isRemoved ? t("walls.remove") : t("walls.revoke")}
      isPending={isPending}
      refusal={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <p>{isRemoved ? t("walls.removeHint") : t("walls.revokeHint")}</p>
    </ConfirmDialog>
  );
}
