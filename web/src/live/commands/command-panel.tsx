import type { CommandBody } from "@smart-park/core/wire";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { postJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { Empty, Loaded, Panel, useRefusalText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { useSecond } from "../hooks.ts";
import classes from "./commands.module.css";
import { commandsChanged, commandsQuery, type CommandsOf } from "./queries.ts";
import { SendDialog, type CommandTarget } from "./send-dialog.tsx";

interface CommandPanelProps {
  readonly of: CommandsOf;
  /** What may be commanded from here; none = `blocked` says why. */
  readonly targets: readonly CommandTarget[];
  readonly blocked: string | null;
}

/** Commands with what became of each, as it happens; whoever may gives another, or takes one back that still waits. */
export function CommandPanel({ of, targets, blocked }: CommandPanelProps): ReactNode {
  const { t } = useTranslation();
  const maySend = useRight("commands.send");
  const [isSending, setIsSending] = useState(false);
  const query = useInfiniteQuery(commandsQuery(of));
  const columns = useColumns(maySend);
  return (
    <Panel
      title={t("commands.title")}
      aside={maySend && blocked !== null ? blocked : t("commands.lead")}
      actions={
        maySend &&
        blocked === null && (
          <Button isSmall onClick={() => setIsSending(true)}>
            {t("commands.send")}
          </Button>
        )
      }
      isFlush
    >
      <Loaded query={query} lines={3}>
        {({ pages }) => {
          const commands = pages.flatMap(({ items }) => items);
          if (commands.length === 0)
            return (
              <Empty title={t("commands.none")} hint={maySend ? t("commands.noneHint") : t("commands.readOnly")} />
            );
          return <DataTable label={t("commands.title")} columns={columns} rows={commands} keyOf={({ id }) => id} />;
        }}
      </Loaded>
      {query.hasNextPage && (
        <div className={classes.rest}>
          <Button isSmall disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("commands.older")}
          </Button>
        </div>
      )}
      {isSending && <SendDialog targets={targets} onClose={() => setIsSending(false)} />}
    </Panel>
  );
}

const glyphs: Readonly<Record<CommandBody["state"], string>> = {
  accepted: "◌",
  sent: "→",
  delivered: "◔",
  executed: "✓",
  failed: "✕",
  expired: "⊘",
  cancelled: "⊘",
};

function useColumns(maySend: boolean): readonly Column<CommandBody>[] {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  const moment = useMoment();
  return [
    {
      key: "command",
      head: t("commands.command"),
      cell: ({ command, params, meterId }) => (
        <>
          <b>{command}</b>
          {Object.keys(params).length > 0 && <code className={classes.params}>{JSON.stringify(params)}</code>}
          <small className={classes.sub}>{meterName(meterId)}</small>
        </>
      ),
    },
    {
      key: "state",
      head: t("commands.stateHead"),
      cell: ({ state, answer }) => (
        <>
          <span className={classes.state} data-state={state}>
            {glyphs[state]} {t(`commands.state.${state}`)}
          </span>
          {answer !== null && answer.detail !== "" && <small className={classes.sub}>{answer.detail}</small>}
          {answer?.result != null && <code className={classes.params}>{JSON.stringify(answer.result)}</code>}
        </>
      ),
    },
    { key: "steps", head: t("commands.steps"), cell: (command) => <Steps command={command} /> },
    { key: "expires", head: t("commands.expires"), cell: ({ expiresAt }) => moment(expiresAt) },
    {
      key: "by",
      head: t("commands.by"),
      cell: ({ createdBy, createdAt }) => (
        <>
          {createdBy}
          <small className={classes.sub}>{moment(createdAt)}</small>
        </>
      ),
    },
    ...(maySend
      ? [
          {
            key: "actions",
            head: <span className="visually-hidden">{t("commands.actions")}</span>,
            cell: (command: CommandBody) => command.state === "accepted" && <CancelButton command={command} />,
          },
        ]
      : []),
  ];
}

function useMoment(): (iso: string) => ReactNode {
  const { format } = usePark();
  const now = useSecond();
  return (iso) => (
    <time dateTime={iso} title={format.full(Date.parse(iso))} className={classes.moment}>
      {format.moment(Date.parse(iso), now)}
    </time>
  );
}

/** When it went out, arrived and ended. */
function Steps({ command: { sentAt, deliveredAt, endedAt } }: { command: CommandBody }): ReactNode {
  const { t } = useTranslation();
  const moment = useMoment();
  const steps = [
    [t("commands.step.sent"), sentAt],
    [t("commands.step.delivered"), deliveredAt],
    [t("commands.step.ended"), endedAt],
  ] as const;
  if (sentAt === null && endedAt === null) return "—";
  return steps.map(
    ([name, at]) =>
      at !== null && (
        <span key={name} className={classes.step}>
          {name} {moment(at)}
        </span>
      ),
  );
}

/** Takes back what no device was given yet. */
function CancelButton({ command: { id, command } }: { command: CommandBody }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const { mutate, isPending } = useMutation({
    mutationFn: () => postJson<CommandBody>(`/commands/${encodeURIComponent(id)}/cancel`, {}),
    onSuccess: () => toast(t("commands.cancelled", { command })),
    onError: (error) => toast(refusalText(error), "failed"),
    onSettled: () => commandsChanged(client),
  });
  return (
    <Button isSmall disabled={isPending} aria-label={t("commands.cancelOf", { command })} onClick={() => mutate()}>
      {t("commands.cancel")}
    </Button>
  );
}
