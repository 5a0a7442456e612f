import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { postJson } from "../../lib/api-client.ts";
import { classNames } from "../../lib/class-names.ts";
import { Button } from "../../ui/button.tsx";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { logAddress } from "./channel-address.ts";
import classes from "./page.module.css";
import type { ChannelBody, ChannelTestBody } from "./queries.ts";
import { useAnswerText } from "./use-answer-text.ts";

interface ChannelTestProps {
  readonly channel: Pick<ChannelBody, "id" | "name" | "kind">;
  readonly isSmall?: boolean;
}

/** Sends a test message and says what became of it. A mail goes to a mailbox that is named, all others at once. */
export function ChannelTest({ channel, isSmall = false }: ChannelTestProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const [address, setAddress] = useState("");
  const isMail = channel.kind === "email";
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: () =>
      postJson<ChannelTestBody>(
        `/channels/${encodeURIComponent(channel.id)}/test`,
        isMail ? { address: address.trim() } : {},
      ),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["channels"] });
      await client.invalidateQueries({ queryKey: ["deliveries"] });
    },
  });
  const open = (): void => {
    reset();
    setIsOpen(true);
    if (!isMail) mutate();
  };
  const close = (): void => setIsOpen(false);
  return (
    <>
      <Button isSmall={isSmall} aria-label={t("channels.testOf", { name: channel.name })} onClick={open}>
        {t("channels.test")}
      </Button>
      {isOpen && (
        <Dialog title={t("channels.testOf", { name: channel.name })} onClose={close}>
          <DialogForm
            confirm={t(data ? "channels.testAgain" : "channels.testSend")}
            cancel={t("action.close")}
            isPending={isPending}
            isBlocked={isMail && address.trim() === ""}
            refusal={error}
            onConfirm={() => mutate()}
            onClose={close}
          >
            <p>{t("channels.testHint")}</p>
            {isMail && (
              <Field
                label={t("channels.testAddress")}
                type="email"
                required
                maxLength={254}
                data-autofocus
                value={address}
                onChange={(event) => setAddress(event.target.value)}
              />
            )}
            <div aria-live="polite">
              {isPending ? (
                <p className={classes.note}>{t("channels.testing")}</p>
              ) : (
                data && <Answer answer={data} channelId={channel.id} />
              )}
            </div>
          </DialogForm>
        </Dialog>
      )}
    </>
  );
}

function Answer({ answer, channelId }: { answer: ChannelTestBody; channelId: string }): ReactNode {
  const { t } = useTranslation();
  const answerText = useAnswerText();
  const { ok, detail, tookMs } = answer;
  return (
    <div className={classNames(classes.answer, ok ? classes.isGood : classes.isBad)}>
      <strong>
        <span aria-hidden="true">{ok ? "✓" : "✕"}</span> {t(ok ? "channels.testOk" : "channels.testFailed")}
      </strong>
      <p title={detail}>{answerText(detail)}</p>
      <p className={classes.note}>
        {t("channels.testTook", { ms: tookMs })} · <Link to={logAddress(channelId)}>{t("channels.toLog")}</Link>
      </p>
      {ok && <p className={classes.note}>{t("channels.testLooks")}</p>}
    </div>
  );
}
