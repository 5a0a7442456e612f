import type { UserBody, oneTimePasswordBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { z } from "zod";
import { deleteJson, patchJson, postJson } from "../../lib/api-client.ts";
import { missing } from "../../lib/format.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Refusal } from "../../ui/refusal.tsx";
import { toast } from "../../ui/toast.tsx";
import { isComplete, MembershipFields, toBody, type Membership } from "./membership-fields.tsx";
import { OneTimePassword } from "./one-time-password.tsx";
import classes from "./page.module.css";

type Reset = z.infer<typeof oneTimePasswordBody>;
const acts = ["signOut", "reset", "remove"] as const;
type Act = (typeof acts)[number];

interface PersonProps {
  readonly person: UserBody;
  readonly onClose: () => void;
}

/** Everything that can be done with a person; what cannot be taken back asks once more. */
export function EditDialog({ person, onClose }: PersonProps): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const [act, setAct] = useState<Act | null>(null);
  const who = person.name ?? person.username;
  if (act !== null) return <ActDialog act={act} person={person} onBack={() => setAct(null)} onClose={onClose} />;
  const isSelf = person.id === me.id;
  return (
    <Dialog title={who} shape="drawer" onClose={onClose}>
      <div className={classes.stack}>
        <Facts person={person} />
        <EditForm person={person} isSelf={isSelf} onClose={onClose} />
        {isSelf ? (
          <p className={classes.note}>{t("users.selfHint")}</p>
        ) : (
          <section className={classes.acts} aria-label={t("users.account")}>
            <h3>{t("users.account")}</h3>
            {acts.map((one) => (
              <div key={one} className={classes.act}>
                <p>{t(`users.act.${one}Hint`)}</p>
                <Button isSmall onClick={() => setAct(one)}>
                  {t(`users.act.${one}`)}
                </Button>
              </div>
            ))}
          </section>
        )}
      </div>
    </Dialog>
  );
}

function Facts({ person }: { person: UserBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const mayReadAudit = useRight("audit.read");
  const when = (at: string | null): string => (at === null ? missing : format.full(Date.parse(at)));
  return (
    <>
      <dl className={classes.facts}>
        {(
          [
            ["users.username", person.username],
            ["users.lastSignIn", when(person.lastSignInAt)],
            ["users.lastSeen", when(person.lastSeenAt)],
            ["users.passwordSince", when(person.passwordChangedAt)],
          ] as const
        ).map(([label, value]) => (
          <div key={label}>
            <dt>{t(label)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {mayReadAudit && (
        <p className={classes.links}>
          <Link to={`/ops/audit?actor=${encodeURIComponent(person.id)}`}>{t("users.didWhat")}</Link>
          <Link to={`/ops/audit?object=${encodeURIComponent(person.id)}`}>{t("users.doneTo")}</Link>
        </p>
      )}
    </>
  );
}

function EditForm({ person, isSelf, onClose }: PersonProps & { isSelf: boolean }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(person.name ?? "");
  const before: Membership = { role: person.role, enterpriseIds: person.enterpriseIds ?? [] };
  const [membership, setMembership] = useState(before);
  const { mutate, error, isPending } = useMutation({
    mutationFn: (body: object) => patchJson<UserBody>(`/users/${encodeURIComponent(person.id)}`, body),
    onSuccess: async (saved) => {
      toast(t("users.saved", { who: saved.name ?? saved.username }));
      onClose();
      await client.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const isSame = JSON.stringify(toBody(membership)) === JSON.stringify(toBody(before));
  const newName = name.trim() === "" ? null : name.trim();
  const body = { ...(newName !== person.name && { name: newName }), ...(!isSame && toBody(membership)) };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    mutate(body);
  };
  return (
    <form className={classes.stack} onSubmit={submit}>
      <Field
        label={t("users.fullName")}
        maxLength={200}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <MembershipFields value={membership} isDisabled={isSelf} onChange={setMembership} />
      {!isSame && <p className={classes.note}>{t("users.endsSessions")}</p>}
      <Refusal reason={error} />
      <div className={classes.save}>
        <Button
          type="submit"
          look="primary"
          disabled={isPending || Object.keys(body).length === 0 || !isComplete(membership)}
        >
          {t("users.save")}
        </Button>
      </div>
    </form>
  );
}

/** Asks, does it, and for a new password shows it this once. */
function ActDialog({ act, person, onBack, onClose }: PersonProps & { act: Act; onBack: () => void }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const who = person.name ?? person.username;
  const path = `/users/${encodeURIComponent(person.id)}`;
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async (): Promise<Reset | null> => {
      if (act === "reset") return postJson<Reset>(`${path}/reset-password`, {});
      await deleteJson(act === "remove" ? path : `${path}/sessions`);
      return null;
    },
    onSuccess: async (made) => {
      if (made === null) {
        toast(t(`users.act.${act}Done`, { who }));
        onClose();
      }
      await client.invalidateQueries({ queryKey: ["users"] });
    },
    gcTime: 0,
  });
  if (data) {
    const title = t("users.act.resetDone", { who });
    return (
      <OneTimePassword title={title} username={person.username} password={data.oneTimePassword} onClose={onClose} />
    );
  }
  return (
    <ConfirmDialog
      title={t(`users.act.${act}Title`, { who })}
      confirm={t(`users.act.${act}`)}
      isPending={isPending}
      refusal={error}
      onConfirm={() => mutate()}
      onClose={onBack}
    >
      <p>{t(`users.act.${act}Hint`)}</p>
    </ConfirmDialog>
  );
}
