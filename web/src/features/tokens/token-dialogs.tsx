import type { TokenBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson } from "../../lib/api-client.ts";
import { usePark } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import { SecretBox } from "../../ui/secret-box.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import type { MadeToken } from "./queries.ts";

/** The token itself, this once. */
export function MadeDialog({ made, onClose }: { made: MadeToken; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog title={t("tokens.made", { name: made.name })} shape="wide" onClose={onClose}>
      <div className={classes.made}>
        <p className={classes.warning}>▲ {t("tokens.once")}</p>
        <SecretBox text={made.token} label={t("tokens.secret")} copyLabel={t("tokens.copy")} />
        <p>{t("tokens.onceHint")}</p>
      </div>
      <DialogFoot>
        <Button look="primary" onClick={onClose}>
          {t("tokens.noted")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}

/** Asks before a program is shut out. */
export function RevokeDialog({ token, onClose }: { token: TokenBody; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const client = useQueryClient();
  const { id, name, lastUsedAt } = token;
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => deleteJson(`/tokens/${encodeURIComponent(id)}`),
    onSuccess: () => {
      toast(t("tokens.revoked", { name }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["tokens"] }),
  });
  const used = lastUsedAt === null ? t("tokens.neverUsed") : format.full(Date.parse(lastUsedAt));
  return (
    <ConfirmDialog
      title={t("tokens.revokeTitle", { name })}
      confirm={t("tokens.revoke")}
      isPending={isPending}
      refusal={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <p>{t("tokens.revokeHint")}</p>
      <p>{t("tokens.usedLast", { at: used })}</p>
    </ConfirmDialog>
  );
}
