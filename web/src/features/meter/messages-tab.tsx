import type { MeterBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { messagesQuery } from "../../lib/queries.ts";
import { RawMessages } from "../../live/raw-messages.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";

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
            <RawMessages messages={messages} />
          )
        }
      </Loaded>
    </Panel>
  );
}
