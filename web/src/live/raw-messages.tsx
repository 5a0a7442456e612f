import type { MessageBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { usePark } from "../lib/park.ts";
import classes from "./raw-messages.module.css";

interface MessageLineProps {
  readonly receivedAt: string;
  readonly sender: string;
  /** What became of it, in a few words. */
  readonly outcome: string;
  readonly isFine: boolean;
  readonly payload: string;
  readonly isOpen?: boolean;
  readonly facts: readonly (readonly [label: string, value: ReactNode])[];
}

/** One message on a line; opened it shows what is known of it and every byte. */
export function MessageLine(props: MessageLineProps): ReactNode {
  const { receivedAt, sender, outcome, isFine, payload, facts, isOpen = false } = props;
  const { t } = useTranslation();
  const { format } = usePark();
  return (
    <details className={classes.message} open={isOpen}>
      <summary>
        <span>{format.full(Date.parse(receivedAt))}</span>
        <span>{sender}</span>
        <span className={classNames(!isFine && classes.bad)}>{outcome}</span>
        <code>{payload}</code>
      </summary>
      <dl>
        {facts.map(([label, value]) => (
          <div key={label} style={{ display: "contents" }}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <pre aria-label={t("meter.payload")}>{readable(payload)}</pre>
    </details>
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

/** Messages exactly as they came, newest first. */
export function RawMessages({ messages }: { messages: readonly MessageBody[] }): ReactNode {
  return messages.map((message) => <Message key={`${message.sequence} ${message.receivedAt}`} message={message} />);
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
  const outcome = useOutcome()(message.outcome);
  return (
    <MessageLine
      receivedAt={message.receivedAt}
      sender={message.deviceId}
      outcome={outcome}
      isFine={message.outcome === "decoded" || message.outcome === "stored"}
      payload={message.payload}
      facts={[
        [t("meter.topic"), <code key="topic">{message.topic}</code>],
        [t("meter.source"), message.source],
        [t("meter.outcome"), outcome],
        [t("meter.sequence"), message.sequence],
      ]}
    />
  );
}
