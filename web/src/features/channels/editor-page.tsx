import { channelKinds, type ChannelKind } from "@smart-park/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { deleteJson, patchJson, postJson } from "../../lib/api-client.ts";
import { useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { channelAddress } from "./channel-address.ts";
import { draftOfChannel, draftOfKind, problemsOf, toPatch, toRequest, type ChannelDraft } from "./channel-draft.ts";
import { ChannelFields } from "./channel-fields.tsx";
import { ChannelTest } from "./channel-test.tsx";
import classes from "./page.module.css";
import { channelsQuery, type ChannelBody } from "./queries.ts";
import { useKindName } from "./use-kind-name.ts";

/** `/ops/channels/new`, of a kind that the address names, and `/ops/channels/id/:id`. */
export function Page(): ReactNode {
  const { id } = useParams();
  const query = useQuery(channelsQuery());
  const mayManage = useRight("channels.manage");
  return (
    <Loaded query={query} lines={8}>
      {(channels) => {
        if (id === undefined && mayManage) return <New others={channels.map((one) => one.id)} />;
        const channel = channels.find((one) => one.id === id);
        // Who does not manage channels is not told how they are set up.
        return channel?.settings ? (
          <Editor key={channel.id} saved={channel} first={draftOfChannel(channel)} />
        ) : (
          <Gone />
        );
      }}
    </Loaded>
  );
}

function Gone(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("channels.title")} />
      <Empty
        title={t("channels.notFound")}
        hint={t("error.notFound")}
        action={<ButtonLink to="/ops/channels">{t("channels.toList")}</ButtonLink>}
      />
    </>
  );
}

function New({ others }: { others: readonly string[] }): ReactNode {
  const kindName = useKindName();
  const kind = useAddress().oneOf("kind", ["", ...channelKinds], "");
  if (kind === "") return <Kinds />;
  return <Editor key={kind} first={draftOfKind(kind, kindName(kind))} saved={null} others={others} />;
}

/** The kinds that people here have most come first. */
const kindsInOrder: readonly ChannelKind[] = ["wecom", "dingtalk", "feishu", "email", "webhook", "mqtt"];

function Kinds(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PageHead
        title={t("channels.new")}
        actions={<ButtonLink to="/ops/channels">{t("channels.toList")}</ButtonLink>}
      />
      <Panel title={t("channels.choose")}>
        <ul className={classes.cards}>
          {kindsInOrder.map((kind) => (
            <li key={kind}>
              <Link className={classes.card} to={`/ops/channels/new?kind=${kind}`}>
                <strong>{t(`channels.kind.${kind}`)}</strong>
                <span>{t(`channels.about.${kind}`)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
    </>
  );
}

interface EditorProps {
  readonly first: ChannelDraft;
  readonly saved: ChannelBody | null;
  /** Ids that are taken. */
  readonly others?: readonly string[];
}

function Editor({ first, saved, others = [] }: EditorProps): ReactNode {
  const { t } = useTranslation();
  const kindName = useKindName();
  const [draft, setDraft] = useState(first);
  const { mutate, error, isPending } = useSaving(saved, others, setDraft);
  const [problem] = problemsOf(draft, saved?.secrets ?? []);
  const isChanged = saved === null || JSON.stringify(toPatch(draft)) !== JSON.stringify(toPatch(draftOfChannel(saved)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem === undefined) mutate(draft);
  };
  return (
    <>
      <PageHead
        title={saved === null ? t("channels.newOf", { kind: kindName(draft.kind) }) : saved.name}
        lead={saved === null ? t(`channels.about.${draft.kind}`) : kindName(draft.kind)}
        actions={
          <>
            {saved && <ChannelTest channel={saved} />}
            <ButtonLink to={saved === null ? "/ops/channels/new" : "/ops/channels"}>{t("channels.toList")}</ButtonLink>
            {saved && <Remove channel={saved} />}
          </>
        }
      />
      <div className={classes.editor}>
        <form className={classes.stack} aria-label={t("channels.form")} onSubmit={submit} noValidate autoComplete="off">
          <Panel title={t("channels.form")}>
            <ChannelFields
              draft={draft}
              saved={saved}
              onChange={(some) => setDraft((before) => ({ ...before, ...some }))}
            />
          </Panel>
          <SaveBar
            save={t("channels.save")}
            isDisabled={problem !== undefined || !isChanged || isPending}
            refusal={error}
            note={problem === undefined ? null : t(`channels.problem.${problem}`)}
          />
        </form>
        <Panel title={t("channels.where")}>
          <ol className={classes.help}>
            {t(`channels.help.${draft.kind}`)
              .split("\n")
              .map((step) => (
                <li key={step}>{step}</li>
              ))}
          </ol>
        </Panel>
      </div>
    </>
  );
}

/** Keeps the draft; a new channel then has a page of its own, where it is tested. */
function useSaving(saved: ChannelBody | null, others: readonly string[], onSaved: (draft: ChannelDraft) => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draft: ChannelDraft) =>
      saved
        ? patchJson<ChannelBody>(`/channels/${encodeURIComponent(saved.id)}`, toPatch(draft))
        : postJson<ChannelBody>("/channels", toRequest(draft, others)),
    onSuccess: async (channel) => {
      await client.invalidateQueries({ queryKey: ["channels"] });
      toast(t(saved ? "channels.saved" : "channels.created"));
      // What was typed of secrets is not kept any longer than it is needed.
      if (saved) onSaved(draftOfChannel(channel));
      else await navigate(channelAddress(channel.id), { replace: true });
    },
  });
}

function Remove({ channel: { id, name } }: { channel: ChannelBody }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setIsOpen] = useState(false);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => deleteJson(`/channels/${encodeURIComponent(id)}`),
    onSuccess: async () => {
      await navigate("/ops/channels");
      toast(t("channels.removed", { name }));
      await client.invalidateQueries({ queryKey: ["channels"] });
      await client.invalidateQueries({ queryKey: ["subscriptions"] });
    },
  });
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>{t("channels.remove")}</Button>
      {isOpen && (
        <ConfirmDialog
          title={t("channels.removeTitle", { name })}
          confirm={t("channels.remove")}
          isPending={isPending}
          refusal={error}
          onConfirm={() => mutate()}
          onClose={() => setIsOpen(false)}
        >
          <p>{t("channels.removeText")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
