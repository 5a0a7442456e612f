import type { WaitingDeviceBody } from "@smart-park/core/wire";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { deleteJson, postJson } from "../../lib/api-client.ts";
import { missing } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { useAgeText } from "../../live/alerts/alert-fact.ts";
import { useSecond } from "../../live/hooks.ts";
import { MessageLine } from "../../live/raw-messages.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog, DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import { Field, FormSelect } from "../../ui/field.tsx";
import { Empty, Loaded, Panel, useRefusalText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { deviceAddress } from "./device-address.ts";
import classes from "./page.module.css";
import { tokensQuery, waitingDetailQuery, waitingQuery, type TokenBody, type WaitingDetail } from "./queries.ts";

/** Devices that came by themselves, and the tokens by which they may. */
export function WaitingPanels(): ReactNode {
  return (
    <div className={classes.stack}>
      <Waiting />
      <Tokens />
    </div>
  );
}

function Waiting(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(waitingQuery());
  const waiting = query.data?.filter(({ state }) => state === "waiting").length ?? 0;
  return (
    <Panel title={t("waiting.title", { count: waiting })} aside={t("waiting.lead")} isFlush>
      <Loaded query={query}>
        {(devices) =>
          devices.length === 0 ? (
            <Empty title={t("waiting.none")} hint={t("waiting.noneHint")} />
          ) : (
            <ul aria-label={t("waiting.list")}>
              {devices.map((device) => (
                <WaitingDevice key={device.id} device={device} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

const glyphs = { waiting: "…", approved: "✓", refused: "✕" } as const;

function WaitingDevice({ device }: { device: WaitingDeviceBody }): ReactNode {
  const { t } = useTranslation();
  const ageText = useAgeText();
  const now = useSecond();
  const [open, setOpen] = useState<"messages" | "refuse" | null>(null);
  const { id, state, lastAt, messages, kept } = device;
  const forget = useDeed(
    () => deleteJson(`/waiting-devices/${encodeURIComponent(id)}`),
    t("waiting.forgotten", { id }),
  );
  return (
    <li className={classes.waitingDevice}>
      <div>
        <b>{state === "approved" ? <Link to={deviceAddress(id)}>{id}</Link> : id}</b>
        <small>
          <span aria-hidden="true">{glyphs[state]}</span> {t(`waiting.state.${state}`)}
          {" · "}
          {t("waiting.last", { age: ageText(now - Date.parse(lastAt)) })}
          {" · "}
          {kept < messages ? t("waiting.messagesKept", { n: messages, kept }) : t("waiting.messages", { n: messages })}
        </small>
      </div>
      <span className={classes.bar}>
        {state === "waiting" && (
          <>
            <Button
              isSmall
              aria-expanded={open === "messages"}
              aria-label={t("waiting.showOf", { id })}
              onClick={() => setOpen(open === "messages" ? null : "messages")}
            >
              {t("waiting.show")}
            </Button>
            <ButtonLink
              isSmall
              look="primary"
              aria-label={t("waiting.approveOf", { id })}
              to={`/ops/devices/new?approve=${encodeURIComponent(id)}`}
            >
              {t("waiting.approve")}
            </ButtonLink>
            <Button isSmall aria-label={t("waiting.refuseOf", { id })} onClick={() => setOpen("refuse")}>
              {t("waiting.refuse")}
            </Button>
          </>
        )}
        {state !== "waiting" && (
          <Button isSmall disabled={forget.isPending} aria-label={t("waiting.forgetOf", { id })} onClick={forget.run}>
            {t("waiting.forget")}
          </Button>
        )}
      </span>
      {open === "messages" && <FirstMessages id={id} />}
      {open === "refuse" && <RefuseDialog device={device} onClose={() => setOpen(null)} />}
    </li>
  );
}

/** Something that is done to what waits, and the word when it is done. */
function useDeed(deed: () => Promise<unknown>, doneText: string): { run: () => void; isPending: boolean } {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const { mutate, isPending } = useMutation({
    mutationFn: deed,
    onSuccess: () => toast(doneText),
    onError: (error) => toast(t("error.action", { detail: refusalText(error) }), "failed"),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["waiting-devices"] });
      await client.invalidateQueries({ queryKey: ["onboarding-tokens"] });
    },
  });
  return { run: () => mutate(), isPending };
}

function FirstMessages({ id }: { id: string }): ReactNode {
  const query = useQuery(waitingDetailQuery(id));
  return (
    <div className={classes.firstMessages}>
      <Loaded query={query} lines={2}>
        {(detail) => <WaitingMessages detail={detail} />}
      </Loaded>
    </div>
  );
}

/** What a device said first; everything in it is a claim. */
export function WaitingMessages({ detail }: { detail: WaitingDetail }): ReactNode {
  const { t } = useTranslation();
  if (detail.first.length === 0) return <p className={classes.noMessages}>{t("waiting.noMessages")}</p>;
  return (
    <div>
      {detail.first.map(({ receivedAt, topic, payload }, index) => (
        <MessageLine
          key={index}
          receivedAt={receivedAt}
          sender={detail.id}
          outcome={topic}
          isFine
          payload={payload}
          facts={[[t("meter.topic"), <code key="topic">{topic}</code>]]}
        />
      ))}
    </div>
  );
}

function RefuseDialog({ device, onClose }: { device: WaitingDeviceBody; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const { id, kept } = device;
  const { run, isPending } = useDeed(
    () => postJson(`/waiting-devices/${encodeURIComponent(id)}/refuse`, {}).finally(onClose),
    t("waiting.refused", { id }),
  );
  return (
    <ConfirmDialog
      title={t("waiting.refuseTitle", { id })}
      confirm={t("waiting.refuse")}
      isPending={isPending}
      refusal={null}
      onConfirm={run}
      onClose={onClose}
    >
      <p>{t("waiting.refuseHint", { n: kept })}</p>
    </ConfirmDialog>
  );
}

function Tokens(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(tokensQuery());
  const [open, setOpen] = useState<TokenBody | "new" | null>(null);
  const close = (): void => setOpen(null);
  return (
    <Panel
      title={t("waiting.tokens")}
      aside={t("waiting.tokensHint")}
      actions={
        <Button isSmall onClick={() => setOpen("new")}>
          {t("waiting.newToken")}
        </Button>
      }
      isFlush
    >
      <Loaded query={query} lines={2}>
        {(tokens) =>
          tokens.length === 0 ? (
            <Empty title={t("waiting.noTokens")} hint={t("waiting.noTokensHint")} />
          ) : (
            <ul aria-label={t("waiting.tokens")}>
              {tokens.map((token) => (
                <Token key={token.id} token={token} onRemove={() => setOpen(token)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open === "new" && <TokenDialog onClose={close} />}
      {open !== null && open !== "new" && <RemoveTokenDialog token={open} onClose={close} />}
    </Panel>
  );
}

function Token({ token, onRemove }: { token: TokenBody; onRemove: () => void }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const now = useSecond();
  const { name, createdBy, expiresAt } = token;
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= now;
  const at = expiresAt === null ? missing : format.full(Date.parse(expiresAt)).slice(0, 16);
  const validity =
    expiresAt === null ? t("waiting.noEnd") : isOver ? t("waiting.ended", { at }) : t("waiting.until", { at });
  return (
    <li className={classes.waitingDevice}>
      <div>
        <b>{name}</b>
        <small>
          {t("waiting.by", { by: createdBy })} · {validity}
        </small>
      </div>
      <Button isSmall aria-label={t("waiting.removeTokenOf", { name })} onClick={onRemove}>
        {t("devices.remove")}
      </Button>
    </li>
  );
}

const validDays = ["1", "7", "30", "0"] as const;
const dayMs = 86_400_000;

/** Makes a token and shows it, this once, with how a device uses it. */
function TokenDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const now = useSecond();
  const [name, setName] = useState("");
  const [days, setDays] = useState<string>("7");
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () =>
      postJson<{ id: string; token: string }>("/onboarding-tokens", {
        name: name.trim(),
        ...(days === "0" ? {} : { expiresAt: now + Number(days) * dayMs }),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["onboarding-tokens"] }),
    gcTime: 0,
  });
  if (data)
    return (
      <Dialog title={t("waiting.tokenMade")} shape="wide" onClose={onClose}>
        <section className={classes.secret} aria-label={t("waiting.token")}>
          <p className={classes.warning}>▲ {t("waiting.tokenOnce")}</p>
          <div className={classes.line}>
            <span>{t("waiting.token")}</span>
            <code>{data.token}</code>
            <CopyButton text={data.token} label={t("devices.copyOf", { what: t("waiting.token") })} />
          </div>
        </section>
        <p className={classes.note}>{t("waiting.tokenUse")}</p>
        <DialogFoot>
          <Button look="primary" onClick={onClose}>
            {t("devices.noted")}
          </Button>
        </DialogFoot>
      </Dialog>
    );
  return (
    <Dialog title={t("waiting.newToken")} onClose={onClose}>
      <DialogForm
        confirm={t("waiting.makeToken")}
        isPending={isPending}
        isBlocked={name.trim() === ""}
        refusal={error}
        onConfirm={() => mutate()}
        onClose={onClose}
      >
        <Field
          label={t("waiting.tokenName")}
          hint={t("waiting.tokenNameHint")}
          required
          maxLength={200}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <FormSelect
          name="days"
          label={t("waiting.valid")}
          value={days}
          options={validDays.map((value) => ({ value, label: t(`waiting.validFor.${value}`) }))}
          onChange={setDays}
        />
      </DialogForm>
    </Dialog>
  );
}

function RemoveTokenDialog({ token, onClose }: { token: TokenBody; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const { id, name } = token;
  const { run, isPending } = useDeed(
    () => deleteJson(`/onboarding-tokens/${encodeURIComponent(id)}`).finally(onClose),
    t("waiting.tokenRemoved", { name }),
  );
  return (
    <ConfirmDialog
      title={t("waiting.removeTokenOf", { name })}
      confirm={t("devices.remove")}
      isPending={isPending}
      refusal={null}
      onConfirm={run}
      onClose={onClose}
    >
      <p>{t("waiting.removeTokenHint")}</p>
    </ConfirmDialog>
  );
}
