import { deliveryStates } from "@smart-park/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { postJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { Select } from "../../ui/field.tsx";
import { Icon } from "../../ui/icons.tsx";
import { FilterBar } from "../../ui/page.tsx";
import { Empty, Failed, Loaded, Panel, Skeleton } from "../../ui/panel.tsx";
import { Refusal } from "../../ui/refusal.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import { attemptsQuery, channelsQuery, deliveriesQuery, type AttemptBody, type DeliveryBody } from "./queries.ts";
import { useAnswerText } from "./use-answer-text.ts";

/** What went out, what waits and what nobody got, newest first. */
export function DeliveryLog(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const { data: channels = [] } = useQuery(channelsQuery());
  const state = address.oneOf("state", ["", ...deliveryStates], "");
  const channel = address.get("channel") ?? "";
  const set = (key: string) => (value: string) => address.change({ [key]: value === "" ? null : value });
  const all = { value: "", label: t("live.all") };
  // A channel that was deleted is still in its log.
  const isGone = channel !== "" && channels.every(({ id }) => id !== channel);
  return (
    <>
      <FilterBar>
        <Select
          label={t("live.state")}
          value={state}
          options={[all, ...deliveryStates.map((value) => ({ value, label: t(`deliveries.state.${value}`) }))]}
          onChange={set("state")}
        />
        <Select
          label={t("deliveries.channel")}
          value={channel}
          options={[
            all,
            ...channels.map(({ id, name }) => ({ value: id, label: name })),
            ...(isGone ? [{ value: channel, label: channel }] : []),
          ]}
          onChange={set("channel")}
        />
      </FilterBar>
      <Deliveries
        asked={{ ...(state === "" ? {} : { state }), ...(channel === "" ? {} : { channel }) }}
        onClear={() => address.change({ state: null, channel: null })}
      />
    </>
  );
}

interface DeliveriesProps {
  readonly asked: Parameters<typeof deliveriesQuery>[0];
  readonly onClear: () => void;
}

function Deliveries({ asked, onClear }: DeliveriesProps): ReactNode {
  const { t } = useTranslation();
  const query = useInfiniteQuery(deliveriesQuery(asked));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const items = data?.pages.flatMap((page) => page.items);
  const isFiltered = Object.keys(asked).length > 0;
  return (
    <Panel title={t("deliveries.title")} aside={t("deliveries.lead")} isFlush>
      {items === undefined ? (
        error === null ? (
          <Skeleton />
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )
      ) : items.length > 0 ? (
        <ul aria-label={t("deliveries.title")}>
          {items.map((delivery) => (
            <Delivery key={delivery.id} delivery={delivery} />
          ))}
        </ul>
      ) : isFiltered ? (
        <Empty title={t("deliveries.emptyFilter")} action={<Button onClick={onClear}>{t("action.clear")}</Button>} />
      ) : (
        <Empty title={t("deliveries.none")} hint={t("deliveries.noneHint")} />
      )}
      {hasNextPage && (
        <div className={classes.rest}>
          <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("deliveries.more")}
          </Button>
        </div>
      )}
    </Panel>
  );
}

const glyphs = { waiting: "…", sent: "✓", failed: "✕", dead: "⚠", cancelled: "–" } as const;

/** Opened it tells all that is known of it, and asks for its tries only then. */
function Delivery({ delivery }: { delivery: DeliveryBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const answerText = useAnswerText();
  const channelName = useChannelName();
  const [isOpen, setIsOpen] = useState(false);
  const { kind, state, channelId, address, createdAt, detail, waitsFor } = delivery;
  // What waits says what for; an answer of before stands among its tries.
  const outcome = state === "waiting" ? t(`deliveries.waitsFor.${waitsFor}`) : answerText(detail);
  return (
    <li>
      <details className={classes.delivery} open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>
          <Icon name="right" size={15} />
          <span className={classes.when}>{format.full(Date.parse(createdAt))}</span>
          <span className={classes.kind}>{t(`deliveries.kind.${kind}`)}</span>
          <span className={classes.receiver}>
            {channelName(channelId)}
            {address !== "" && <small>{address}</small>}
          </span>
          <b
            className={classNames(classes.stateOf, classes[state])}
            title={state === "dead" ? t("deliveries.stateHint.dead") : undefined}
          >
            <span aria-hidden="true">{glyphs[state]}</span> {t(`deliveries.state.${state}`)}
          </b>
          <span className={classes.outcome}>{outcome}</span>
        </summary>
        {isOpen && <Opened delivery={delivery} />}
      </details>
    </li>
  );
}

function useChannelName(): (id: string) => string {
  const { data: channels = [] } = useQuery(channelsQuery());
  return (id) => channels.find((one) => one.id === id)?.name ?? id;
}

function Opened({ delivery }: { delivery: DeliveryBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { enterpriseName } = useCatalog();
  const channelName = useChannelName();
  const mayManage = useRight("channels.manage");
  const query = useQuery(attemptsQuery(delivery));
  const { alertId, enterpriseId, askedBy, state, nextAt, key, createdAt } = delivery;
  const facts: (readonly [label: string, value: ReactNode])[] = [
    ...(alertId === null
      ? []
      : [
          [
            t("deliveries.alert"),
            <Link key="alert" to={`/alerts/${encodeURIComponent(alertId)}`}>
              {t("deliveries.openAlert")}
            </Link>,
          ] as const,
        ]),
    ...(enterpriseId === null || enterpriseId === ""
      ? []
      : [[t("deliveries.enterprise"), enterpriseName(enterpriseId)] as const]),
    ...(askedBy === null ? [] : [[t("deliveries.askedBy"), askedBy] as const]),
    ...(state === "waiting" ? [[t("deliveries.nextAt"), format.full(Date.parse(nextAt))] as const] : []),
    [t("deliveries.key"), <code key="key">{key}</code>],
  ];
  const label = t("deliveries.attemptsOf", {
    channel: channelName(delivery.channelId),
    at: format.full(Date.parse(createdAt)),
  });
  return (
    <div className={classes.opened}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Loaded query={query} lines={2}>
        {(attempts) =>
          attempts.length === 0 ? (
            <p className={classes.note}>{t("deliveries.noAttempts")}</p>
          ) : (
            <Attempts label={label} attempts={attempts} />
          )
        }
      </Loaded>
      {state === "dead" && mayManage && <Retry delivery={delivery} />}
    </div>
  );
}

function Attempts({ label, attempts }: { label: string; attempts: readonly AttemptBody[] }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const answerText = useAnswerText();
  return (
    <DataTable
      label={label}
      rows={attempts}
      keyOf={(_, index) => String(index)}
      maxHeight={260}
      columns={[
        { key: "at", head: t("deliveries.attemptAt"), cell: ({ at }) => format.full(Date.parse(at)) },
        {
          key: "answer",
          head: t("deliveries.attemptAnswer"),
          cell: ({ ok, detail }) => (
            <span className={classes.answerCell} title={detail}>
              <span aria-hidden="true">{ok ? "✓" : "✕"}</span> {answerText(detail)}
            </span>
          ),
        },
        {
          key: "took",
          head: t("deliveries.attemptTook"),
          isNumber: true,
          cell: ({ tookMs }) => Math.round(tookMs),
        },
      ]}
    />
  );
}

function Retry({ delivery }: { delivery: DeliveryBody }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => postJson<DeliveryBody>(`/deliveries/${delivery.id}/retry`, {}),
    onSuccess: () => toast(t("deliveries.retried")),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["deliveries"] });
      await client.invalidateQueries({ queryKey: ["channels"] });
    },
  });
  return (
    <div className={classes.retry}>
      <Refusal reason={error} />
      <Button isSmall disabled={isPending} onClick={() => mutate()}>
        {t("deliveries.retry")}
      </Button>
    </div>
  );
}
