import type { userCreated } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import { postJson } from "../../lib/api-client.ts";
import { textOf } from "../../lib/form-text.ts";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { isComplete, MembershipFields, toBody, useGivenRoles, type Membership } from "./membership-fields.tsx";
import { OneTimePassword } from "./one-time-password.tsx";
import classes from "./page.module.css";

type Created = z.infer<typeof userCreated>;

/** Makes a person, then shows the password that opens the account, this once. */
export function CreateDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const roles = useGivenRoles();
  const [membership, setMembership] = useState<Membership>({
    role: roles.includes("operator") ? "operator" : "enterpriseOperator",
    enterpriseIds: [],
  });
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (body: object) => postJson<Created>("/users", body),
    onSuccess: () => client.invalidateQueries({ queryKey: ["users"] }),
    // Nothing keeps a password longer than the dialog that shows it.
    gcTime: 0,
  });
  if (data?.oneTimePassword !== undefined)
    return (
      <OneTimePassword
        title={t("users.created", { who: data.name ?? data.username })}
        username={data.username}
        password={data.oneTimePassword}
        onClose={onClose}
      />
    );
  const create = (form: FormData): void => {
    const name = textOf(form, "fullName").trim();
    mutate({ username: textOf(form, "account").trim(), ...(name !== "" && { name }), ...toBody(membership) });
  };
  return (
    <Dialog title={t("users.new")} onClose={onClose}>
      <DialogForm
        confirm={t("users.create")}
        isPending={isPending}
        isBlocked={!isComplete(membership)}
        refusal={error}
        onConfirm={create}
        onClose={onClose}
      >
        <Field
          label={t("users.username")}
          name="account"
          hint={t("users.usernameHint")}
          pattern="[A-Za-z0-9_\-]{1,48}"
          title={t("users.usernameHint")}
          autoComplete="off"
          autoCapitalize="none"
          required
          data-autofocus
        />
        <Field label={t("users.fullName")} name="fullName" maxLength={200} autoComplete="off" />
        <MembershipFields value={membership} onChange={setMembership} />
        <p className={classes.note}>{t("users.passwordHint")}</p>
      </DialogForm>
    </Dialog>
  );
}
