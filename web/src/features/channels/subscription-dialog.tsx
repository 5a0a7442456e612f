import { roles, severities } from "@smart-park/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { patchJson, postJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { Chip, Chips } from "../../ui/chip.tsx";
import { ClockField } from "../../ui/clock-field.tsx";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Checks, Field, FormSelect, Segments } from "../../ui/field.tsx";
import { NumberInput } from "../../ui/number-fields.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import { peopleQuery, type ChannelBody, type SubscriptionBody } from "./queries.ts";
import {
  draftOfSubscription,
  newSubscription,
  owners,
  problemsOf,
  toPatch,
  toRequest,
  type SubscriptionDraft,
} from "./subscription-draft.ts";

interface SubscriptionDialogProps {
  readonly channels: readonly ChannelBody[];
  readonly saved?: SubscriptionBody;
  readonly onClose: () => void;
}

/** Asks who is told of what, by which channel, and when. */
export function SubscriptionDialog({ channels, saved, onClose }: SubscriptionDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me } = usePark();
  const usable = channels.filter(({ enabled, id }) => enabled || id === saved?.channelId);
  const [draft, setDraft] = useState<SubscriptionDraft>(() =>
    saved ? draftOfSubscription(saved, me.username) : newSubscription(usable[0]?.id ?? ""),
  );
  const change = (some: Partial<SubscriptionDraft>): void => setDraft((before) => ({ ...before, ...some }));
  const isMail = channels.find(({ id }) => id === draft.channelId)?.kind === "email";
  const [problem] = problemsOf(draft, isMail);
  const [hasTried, setHasTried] = useState(false);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      saved
        ? patchJson<SubscriptionBody>(`/subscriptions/${saved.id}`, toPatch(draft, isMail))
        : postJson<SubscriptionBody>("/subscriptions", toRequest(draft, isMail)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["subscriptions"] });
      toast(t("subscriptions.saved"));
      onClose();
    },
  });
  const confirm = (): void => {
    setHasTried(true);
    if (problem === undefined) mutate();
  };
  return (
    <Dialog title={t(saved ? "subscriptions.editTitle" : "subscriptions.addTitle")} shape="wide" onClose={onClose}>
      <DialogForm
        confirm={t("subscriptions.save")}
        isPending={isPending}
        refusal={hasTried && problem !== undefined ? t(`subscriptions.problem.${problem}`) : error}
        onConfirm={confirm}
        onClose={onClose}
      >
        {!saved && <Owner draft={draft} onChange={change} />}
        <div className={classes.fields}>
          <FormSelect
            name="channel"
            label={t("subscriptions.channel")}
            value={draft.channelId}
            options={usable.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(channelId) => change({ channelId })}
          />
          {isMail && (
            <Field
              label={t("subscriptions.address")}
              inputMode="email"
              autoComplete="email"
              maxLength={254}
              value={draft.address}
              onChange={(event) => change({ address: event.target.value })}
            />
          )}
        </div>
        <Checks
          label={t("subscriptions.severities")}
          values={[...draft.severities]}
          options={severities.map((value) => ({ value, label: `${value} ${t(`severity.${value}`)}` }))}
          onChange={(chosen) => change({ severities: chosen })}
        />
        <Enterprises draft={draft} onChange={change} />
        <When draft={draft} onChange={change} />
      </DialogForm>
    </Dialog>
  );
}

interface PartProps {
  readonly draft: SubscriptionDraft;
  readonly onChange: (some: Partial<SubscriptionDraft>) => void;
}

/** For oneself; for others by who manages subscriptions. */
function Owner({ draft, onChange }: PartProps): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const mayManage = useRight("subscriptions.manage");
  const mayList = useRight("users.manage");
  const { data: people = [] } = useQuery(peopleQuery(mayManage && mayList));
  if (!mayManage) return null;
  const { owner, userId, role } = draft;
  return (
    <>
      <div className={classes.labelled}>
        <span className={classes.note}>{t("subscriptions.forWhom")}</span>
        <Segments
          label={t("subscriptions.forWhom")}
          value={owner}
          options={owners.map((value) => ({ value, label: t(`subscriptions.owner.${value}`) }))}
          onChange={(value) => onChange({ owner: value })}
        />
        {owner === "role" && <span className={classes.note}>{t("subscriptions.roleHint")}</span>}
      </div>
      {owner === "person" && (
        <FormSelect
          name="person"
          label={t("subscriptions.person")}
          value={userId}
          options={[
            { value: "", label: t("channels.pick") },
            ...people
              .filter(({ id }) => id !== me.username)
              .map(({ id, name }) => ({ value: id, label: name === null ? id : `${name} · ${id}` })),
          ]}
          onChange={(value) => onChange({ userId: value })}
        />
      )}
      {owner === "role" && (
        <FormSelect
          name="role"
          label={t("subscriptions.role")}
          value={role}
          options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
          onChange={(value) => onChange({ role: roles.find((one) => one === value) ?? role })}
        />
      )}
    </>
  );
}

function Enterprises({ draft, onChange }: PartProps): ReactNode {
  const { t } = useTranslation();
  const { enterprises, enterpriseName } = useCatalog();
  const { enterpriseIds } = draft;
  const left = enterprises.filter(({ id }) => !enterpriseIds.includes(id));
  return (
    <div className={classes.labelled}>
      <span className={classes.note}>{t("subscriptions.enterprises")}</span>
      <Chips>
        {enterpriseIds.length === 0 && <Chip text={t("subscriptions.allVisible")} />}
        {enterpriseIds.map((id) => (
          <Chip
            key={id}
            text={enterpriseName(id)}
            removeLabel={t("subscriptions.dropEnterprise", { name: enterpriseName(id) })}
            onRemove={() => onChange({ enterpriseIds: enterpriseIds.filter((one) => one !== id) })}
          />
        ))}
        {left.length > 0 && (
          <select
            className={classes.adder}
            aria-label={t("subscriptions.addEnterprise")}
            value=""
            onChange={(event) => onChange({ enterpriseIds: [...enterpriseIds, event.target.value] })}
          >
            <option value="">{t("subscriptions.addEnterprise")}</option>
            {left.map(({ id }) => (
              <option key={id} value={id}>
                {enterpriseName(id)}
              </option>
            ))}
          </select>
        )}
      </Chips>
    </div>
  );
}

const usualNight = { from: "22:00", to: "07:00" };
const usualWaitMinutes = 15;

/** At once or when nobody acted, not at night, and whether the end is told too. */
function When({ draft, onChange }: PartProps): ReactNode {
  const { t } = useTranslation();
  const { quietHours, wantsCleared, escalateAfterMinutes } = draft;
  return (
    <>
      <Flag
        label={t("subscriptions.cleared")}
        isOn={wantsCleared}
        onChange={(isOn) => onChange({ wantsCleared: isOn })}
      />
      <Flag
        label={t("subscriptions.quiet")}
        hint={t("subscriptions.quietHint")}
        isOn={quietHours !== null}
        onChange={(isOn) => onChange({ quietHours: isOn ? usualNight : null })}
      >
        {quietHours && (
          <div className={classes.fields}>
            {(["from", "to"] as const).map((end) => (
              <ClockField
                key={end}
                label={t(end === "from" ? "subscriptions.quietFrom" : "subscriptions.quietTo")}
                defaultValue={quietHours[end]}
                onClock={(clock) => onChange({ quietHours: { ...quietHours, [end]: clock } })}
              />
            ))}
          </div>
        )}
      </Flag>
      <Flag
        label={t("subscriptions.escalation")}
        hint={t("subscriptions.escalationHint")}
        isOn={escalateAfterMinutes !== null}
        onChange={(isOn) => onChange({ escalateAfterMinutes: isOn ? usualWaitMinutes : null })}
      >
        {escalateAfterMinutes !== null && (
          <div className={classes.fields}>
            <NumberInput
              label={t("subscriptions.escalationMinutes")}
              value={Number.isNaN(escalateAfterMinutes) ? null : escalateAfterMinutes}
              onChange={(minutes) => onChange({ escalateAfterMinutes: minutes ?? Number.NaN })}
            />
          </div>
        )}
      </Flag>
    </>
  );
}

interface FlagProps {
  readonly label: string;
  readonly hint?: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children?: ReactNode;
}

const Flag = ({ label, hint, isOn, onChange, children }: FlagProps): ReactNode => (
  <div className={classes.labelled}>
    <label className={classes.flag}>
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
    {hint !== undefined && <span className={classes.note}>{hint}</span>}
    {children}
  </div>
);
