import type { EnterpriseBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import classes from "../../figures/figures.module.css";
import { deleteJson, patchJson, postJson } from "../../lib/api-client.ts";
import { textOf } from "../../lib/form-text.ts";
import { ConfirmDialog, DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";

const pathOf = (id: string): string => `/enterprises/${encodeURIComponent(id)}`;

interface EnterpriseFormProps {
  /** null = a new one. */
  readonly known: EnterpriseBody | null;
  readonly onClose: () => void;
}

/** A resident enterprise: what it is called, in which chain it stands and what trade it is in. */
export function EnterpriseForm({ known, onClose }: EnterpriseFormProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string): string | null => textOf(form, name).trim() || null;
      const body = { name: text("name") ?? "", nameEn: text("nameEn"), chain: text("chain"), trade: text("trade") };
      return known === null
        ? postJson<EnterpriseBody>("/enterprises", { id: text("id") ?? "", ...body })
        : patchJson<EnterpriseBody>(pathOf(known.id), body);
    },
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["enterprises"] });
      await client.invalidateQueries({ queryKey: ["inputs"] });
      toast(t("inputs.saved"));
      onClose();
      // What comes next is entered there: contract, quotas, what no meter gives.
      if (known === null) await navigate(`/enterprises/${id}?tab=contracts`);
    },
  });
  return (
    <Dialog title={known ? t("enterprises.edit") : t("enterprises.add")} shape="wide" onClose={onClose}>
      <DialogForm
        confirm={t("inputs.save")}
        isPending={save.isPending}
        refusal={save.error}
        onConfirm={(form) => save.mutate(form)}
        onClose={onClose}
      >
        <div className={classes.form}>
          {known === null && (
            <Field
              name="id"
              label={t("meter.id")}
              hint={t("enterprises.idHint")}
              required
              pattern="[A-Za-z0-9_\-]{1,48}"
              title={t("enterprises.idHint")}
              autoComplete="off"
              autoCapitalize="none"
              data-autofocus
            />
          )}
          <Field
            name="name"
            label={t("live.name")}
            required
            maxLength={120}
            defaultValue={known?.name}
            data-autofocus={known !== null || undefined}
          />
          <Field name="nameEn" label={t("enterprises.nameEn")} maxLength={120} defaultValue={known?.nameEn ?? ""} />
          <Field
            name="chain"
            label={t("energy.grouping.chain")}
            hint={t("enterprises.chainHint")}
            maxLength={120}
            defaultValue={known?.chain ?? ""}
          />
          <Field
            name="trade"
            label={t("enterprises.trade")}
            hint={t("enterprises.tradeHint")}
            pattern="[A-T]?\d{2,4}"
            title={t("enterprises.tradeHint")}
            defaultValue={known?.trade ?? ""}
          />
        </div>
      </DialogForm>
    </Dialog>
  );
}

/** Only one that owns nothing any more goes; the server says what still stands in the way. */
export function RemoveEnterprise({ known, onClose }: { known: EnterpriseBody; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteJson(pathOf(known.id)),
    onSuccess: async () => {
      await navigate("/enterprises");
      await client.invalidateQueries({ queryKey: ["enterprises"] });
      toast(t("entry.removed"));
    },
  });
  return (
    <ConfirmDialog
      title={t("enterprises.remove")}
      confirm={t("entry.remove")}
      isPending={remove.isPending}
      refusal={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        {known.name} · {known.id}
      </p>
      <p>{t("enterprises.removeHint")}</p>
    </ConfirmDialog>
  );
}
