import type { MeterBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../../lib/class-names.ts";
import { usePark } from "../../lib/park.ts";
import { messagesQuery, type MessageBody } from "../../lib/queries.ts";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import classes from "./page.module.css";

/** The meter's newest messages exactly as they came: where every figure begins. */
export function MessagesTab({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(messagesQuery(meter.id));
  return (
    <Panel title={t("meter.messages")} aside={t("meter.messagesHint")} isFlush>
      <Loaded query={query}>
        {(messages) =>
          messages.length === 0 ? (
            <Empty title={t("meter.noMessages")} hint={t("meter.noMessagesHint")} />
          ) : (
            messages.map((message) => <Message key={`${message.sequence} ${message.receivedAt}`} message={message} />)
          )
        }
      </Loaded>
    </Panel>
  );
}

/** JSON set out in lines; anything else as it came. */
function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}

const outcomes = ["decoded", "stored", "malformed", "quarantined", "rejected"] as const;

/** What became of a message, in words where there are some. */
function useOutcome(): (outcome: string) => string {
  const { t } = useTranslation();
  return (outcome) => {
    const known = outcomes.find((candidate) => candidate === outcome);
    return known ? t(`meter.outcomeName.${known}`) : outcome;
  };
}

function Message({ message }: { message: MessageBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const outcome = useOutcome()(message.outcome);
  const isFine = message.outcome === "decoded" || message.outcome === "stored";
  return (
    <details className={classes.message}>
      <summary>
        <span>{format.full(Date.parse(message.receivedAt))}</span>
        <span>{message.deviceId}</span>
        <span className={classNames(!isFine && classes.bad)}>{outcome}</span>
        <code>{message.payload}</code>
      </summary>
      <dl className={classes.rows}>
        <dt>{t("meter.topic")}</dt>
        <dd>
          <code>{message.topic}</code>
        </dd>
        <dt>{t("meter.source")}</dt>
        <dd>{message.source}</dd>
        <dt>{t("meter.outcome")}</dt>
        <dd>{outcome}</dd>
        <dt>{t("meter.sequence")}</dt>
        <dd>{message.sequence}</dd>
      </dl>
      <pre aria-label={t("meter.payload")}>{readable(message.payload)}</pre>
    </details>
  );
}
