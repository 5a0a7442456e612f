import { languages } from "@smart-park/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { Field, FormSelect, Segments } from "../../ui/field.tsx";
import { NumberInput } from "../../ui/number-fields.tsx";
import { isUnusualHost, securities, usualHosts, type ChannelDraft } from "./channel-draft.ts";
import classes from "./page.module.css";
import type { ChannelBody } from "./queries.ts";

interface ChannelFieldsProps {
  readonly draft: ChannelDraft;
  readonly saved: ChannelBody | null;
  readonly onChange: (some: Partial<ChannelDraft>) => void;
}

/** What every channel has, and what its kind needs. */
export function ChannelFields(props: ChannelFieldsProps): ReactNode {
  const { draft, saved, onChange } = props;
  const { t } = useTranslation();
  const { enterprises, enterpriseName } = useCatalog();
  return (
    <div className={classes.stack}>
      <Field
        label={t("channels.name")}
        hint={t("channels.nameHint")}
        required
        maxLength={200}
        value={draft.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      {draft.kind === "email" && <MailFields {...props} />}
      {draft.kind === "mqtt" && <BeaconFields {...props} />}
      {draft.kind !== "email" && draft.kind !== "mqtt" && <HookFields {...props} />}
      {saved === null ? (
        <div className={classes.labelled}>
          <FormSelect
            name="owner"
            label={t("channels.owner")}
            value={draft.enterpriseId}
            options={[
              { value: "", label: t("channels.park") },
              ...enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) })),
            ]}
            onChange={(enterpriseId) => onChange({ enterpriseId })}
          />
          <p className={classes.note}>{t("channels.ownerHint")}</p>
        </div>
      ) : (
        <Field
          label={t("channels.owner")}
          hint={t("channels.ownerFixed")}
          readOnly
          value={draft.enterpriseId === "" ? t("channels.park") : enterpriseName(draft.enterpriseId)}
        />
      )}
      <div className={classes.labelled}>
        <span className={classes.note}>{t("channels.language")}</span>
        <Segments
          label={t("channels.language")}
          value={draft.language}
          options={languages.map((value) => ({ value, label: t(`channels.languageOf.${value}`) }))}
          onChange={(language) => onChange({ language })}
        />
      </div>
    </div>
  );
}

/** The address holds the right to post, so it is never shown again. */
function HookFields({ draft, saved, onChange }: ChannelFieldsProps): ReactNode {
  const { t } = useTranslation();
  const { kind, url, signingKey } = draft;
  const keptHost = saved?.secrets.includes("url") ? String(saved.settings?.["host"] ?? "") : null;
  const keptHint = keptHost === null ? undefined : t("channels.keptHost", { host: keptHost });
  const isKeyKept = saved?.secrets.includes("signingKey") === true;
  return (
    <>
      <Field
        label={t("channels.url")}
        hint={
          isUnusualHost(draft) ? t("channels.unusualHost", { host: `https://${usualHosts[kind] ?? ""}` }) : keptHint
        }
        required={keptHost === null}
        inputMode="url"
        spellCheck={false}
        maxLength={2000}
        placeholder={keptHost === null ? "https://" : ""}
        value={url}
        onChange={(event) => onChange({ url: event.target.value })}
      />
      {kind !== "wecom" && (
        <Field
          label={t(kind === "webhook" ? "channels.signingKey" : "channels.signingKeyOptional")}
          hint={isKeyKept ? t("channels.kept") : undefined}
          required={kind === "webhook" && !isKeyKept}
          type="password"
          autoComplete="new-password"
          maxLength={256}
          value={signingKey}
          onChange={(event) => onChange({ signingKey: event.target.value })}
        />
      )}
    </>
  );
}

function MailFields({ draft, saved, onChange }: ChannelFieldsProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.fields}>
        <Field
          label={t("channels.host")}
          required
          spellCheck={false}
          placeholder="smtp.example.com"
          maxLength={253}
          value={draft.host}
          onChange={(event) => onChange({ host: event.target.value })}
        />
        <NumberInput label={t("channels.port")} value={draft.port} onChange={(port) => onChange({ port })} />
      </div>
      <div className={classes.labelled}>
        <span className={classes.note}>{t("channels.security")}</span>
        <Segments
          label={t("channels.security")}
          value={draft.security}
          options={securities.map((value) => ({ value, label: t(`channels.securityOf.${value}`) }))}
          onChange={(security) => onChange({ security })}
        />
      </div>
      <Field
        label={t("channels.from")}
        type="email"
        required
        placeholder="park@example.com"
        maxLength={254}
        value={draft.from}
        onChange={(event) => onChange({ from: event.target.value })}
      />
      <div className={classes.fields}>
        <Field
          label={t("channels.username")}
          spellCheck={false}
          autoComplete="off"
          maxLength={254}
          value={draft.username}
          onChange={(event) => onChange({ username: event.target.value })}
        />
        <Field
          label={t("channels.password")}
          hint={saved?.secrets.includes("password") ? t("channels.kept") : undefined}
          type="password"
          autoComplete="new-password"
          maxLength={256}
          value={draft.password}
          onChange={(event) => onChange({ password: event.target.value })}
        />
      </div>
    </>
  );
}

function BeaconFields({ draft, onChange }: ChannelFieldsProps): ReactNode {
  const { t } = useTranslation();
  const { meters, meterName } = useCatalog();
  return (
    <FormSelect
      name="meter"
      label={t("channels.meter")}
      value={draft.meterId}
      options={[
        { value: "", label: t("channels.pick") },
        ...meters.map(({ id }) => ({ value: id, label: `${meterName(id)} · ${id}` })),
      ]}
      onChange={(meterId) => onChange({ meterId })}
    />
  );
}
