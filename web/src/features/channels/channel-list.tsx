import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { patchJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { useRight } from "../../lib/park.ts";
import { useAgeText } from "../../live/alerts/alert-fact.ts";
import { useSecond } from "../../live/hooks.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { SavedSwitch } from "../../ui/saved-switch.tsx";
import { channelAddress, logAddress } from "./channel-address.ts";
import { ChannelTest } from "./channel-test.tsx";
import classes from "./page.module.css";
import { channelsQuery, type ChannelBody } from "./queries.ts";
import { useAnswerText } from "./use-answer-text.ts";
import { useKindName } from "./use-kind-name.ts";

/** The ways out, and how each fares. */
export function ChannelList(): ReactNode {
  const query = useQuery(channelsQuery());
  const mayManage = useRight("channels.manage");
  return (
    <Loaded query={query} lines={6}>
      {(channels) => (channels.length === 0 ? <NoChannels /> : <Channels channels={channels} mayManage={mayManage} />)}
    </Loaded>
  );
}

function NoChannels(): ReactNode {
  const { t } = useTranslation();
  const mayManage = useRight("channels.manage");
  return (
    <Panel title={t("channels.tab.channels")} isFlush>
      <Empty
        title={t("channels.none")}
        hint={t(mayManage ? "channels.noneHint" : "channels.noneReadOnly")}
        action={
          mayManage && (
            <ButtonLink to="/ops/channels/new" look="primary">
              {t("channels.new")}
            </ButtonLink>
          )
        }
      />
    </Panel>
  );
}

interface ChannelsProps {
  readonly channels: readonly ChannelBody[];
  readonly mayManage: boolean;
}

function Channels({ channels, mayManage }: ChannelsProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Panel title={t("channels.count", { count: channels.length })} isFlush>
      <div role="table" aria-label={t("channels.tab.channels")}>
        <div role="row" className={classNames(classes.row, classes.tableHead)}>
          {(["nameHead", "owner", "health", "state"] as const).map((head) => (
            <span key={head} role="columnheader">
              {t(`channels.${head}`)}
            </span>
          ))}
          <span role="columnheader">
            <span className="visually-hidden">{t("channels.test")}</span>
          </span>
        </div>
        {channels.map((channel) => (
          <Row key={channel.id} channel={channel} mayManage={mayManage} />
        ))}
      </div>
    </Panel>
  );
}

function Row({ channel, mayManage }: { channel: ChannelBody; mayManage: boolean }): ReactNode {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  const kindName = useKindName();
  const { id, name, kind, enterpriseId, language, enabled, settings, health } = channel;
  const host = settings?.["host"] ?? settings?.["meterId"];
  return (
    <div role="row" className={classNames(classes.row, !enabled && classes.isOff)}>
      <span role="cell" className={classes.what}>
        {mayManage ? <Link to={channelAddress(id)}>{name}</Link> : <b>{name}</b>}
        <small>{[kindName(kind), ...(host ? [host] : []), t(`channels.languageOf.${language}`)].join(" · ")}</small>
      </span>
      <span role="cell" className={classes.owner}>
        {enterpriseId === null ? t("channels.park") : enterpriseName(enterpriseId)}
      </span>
      <span role="cell" className={classes.health}>
        {health && <Health id={id} health={health} />}
      </span>
      <span role="cell">
        <SavedSwitch
          label={t("channels.switch", { name })}
          isOn={enabled}
          text={t(enabled ? "channels.on" : "channels.off")}
          mayChange={mayManage}
          save={(isOn) => patchJson<ChannelBody>(`/channels/${encodeURIComponent(id)}`, { enabled: isOn })}
          doneText={(isOn) => t(isOn ? "channels.switchedOn" : "channels.switchedOff", { name })}
          queryKey="channels"
        />
      </span>
      <span role="cell" className={classes.actions}>
        {mayManage && <ChannelTest channel={channel} isSmall />}
      </span>
    </div>
  );
}

interface HealthProps {
  readonly id: string;
  readonly health: NonNullable<ChannelBody["health"]>;
}

/** When it last worked, what last went wrong, and what nobody got. */
function Health({ id, health }: HealthProps): ReactNode {
  const { t } = useTranslation();
  const ageText = useAgeText();
  const answerText = useAnswerText();
  const now = useSecond();
  const { lastSentAt, lastFailedAt, lastFailure, waiting, dead } = health;
  const sentAt = lastSentAt === null ? null : Date.parse(lastSentAt);
  const failedAt = lastFailedAt === null ? null : Date.parse(lastFailedAt);
  const state = sentAt === null && failedAt === null ? "unused" : (failedAt ?? 0) > (sentAt ?? 0) ? "fails" : "works";
  const age = (at: number): string => ageText(Math.max(now - at, 0));
  return (
    <>
      <b className={classes[state]}>
        <span aria-hidden="true">{{ unused: "○", fails: "▲", works: "✓" }[state]}</span> {t(`channels.${state}`)}
      </b>
      {dead > 0 && (
        <Link className={classes.dead} to={`${logAddress(id)}&state=dead`}>
          ⚠ {t("channels.dead", { count: dead })}
        </Link>
      )}
      {waiting > 0 && <Link to={`${logAddress(id)}&state=waiting`}>{t("channels.waiting", { n: waiting })}</Link>}
      {sentAt !== null && <small>{t("channels.lastSent", { age: age(sentAt) })}</small>}
      {failedAt !== null && (
        <small>
          {t("channels.lastFailed", { age: age(failedAt) })} · {answerText(lastFailure ?? "")}
        </small>
      )}
    </>
  );
}
