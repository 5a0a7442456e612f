import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatNumber } from "../../lib/format.ts";
import { useRight } from "../../lib/park.ts";
import { messagesQuery } from "../../lib/queries.ts";
import { ChannelTable } from "../../live/channel-table.tsx";
import { useLiveVersion, useNewest, useSecond } from "../../live/hooks.ts";
import { useLive } from "../../live/live-context.ts";
import { pointIdsOf } from "../../live/meter-states.ts";
import { RawMessages } from "../../live/raw-messages.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { clockSkew, wrongClockMs } from "./clock-skew.ts";
import { deviceAddress } from "./device-address.ts";
import classes from "./page.module.css";
import { QuarantineItems } from "./quarantine-list.tsx";
import { quarantineQuery, type DeviceBody } from "./queries.ts";

const mostMeters = 3;
const shownMessages = 5;
const hintAfterMs = 30_000;

function useMetersOf({ meterIds }: DeviceBody) {
  const { meter } = useCatalog();
  return useMemo(() => meterIds.flatMap((id) => meter(id) ?? []), [meterIds, meter]);
}

/** Whether any reading of the device's meters is there. */
export function useIsHeard(device: DeviceBody): boolean {
  const meters = useMetersOf(device);
  return useNewest(useMemo(() => meters.flatMap(pointIdsOf), [meters])) !== null;
}

/** Waits for what a new device says, and says in words what is right with it and what is not, as it comes. */
export function FirstMessage({ device }: { device: DeviceBody }): ReactNode {
  const { t } = useTranslation();
  const meters = useMetersOf(device);
  const isHeard = useIsHeard(device);
  const messages = useNewestMessages(device);
  const wasHeard = useRef(isHeard);
  useEffect(() => {
    // On a phone the panel stands below how it connects.
    if (isHeard && !wasHeard.current) toast(t("deviceNew.heard"));
    wasHeard.current = isHeard;
  }, [isHeard, t]);
  const { data } = useInfiniteQuery({
    ...quarantineQuery({ device: device.id }, 2000),
    enabled: useRight("quarantine.read"),
  });
  const aside = data?.pages[0]?.items ?? [];
  return (
    <div className={classes.stack}>
      <Panel title={t("deviceNew.step.first")} aside={!isHeard && <Waited />}>
        <div className={classes.stack}>
          <div role="status">
            {isHeard ? (
              <p className={classes.good}>✓ {t("deviceNew.heard")}</p>
            ) : (
              <p className={classes.waiting}>
                <i aria-hidden="true" />
                {t("deviceNew.waiting")}
              </p>
            )}
          </div>
          <Checks device={device} messages={messages} setAside={aside.length} />
          {isHeard && (
            <div className={classes.bar}>
              <ButtonLink look="primary" to={deviceAddress(device.id)}>
                {t("deviceNew.openDevice")}
              </ButtonLink>
              <ButtonLink to="/ops/devices/new">{t("deviceNew.another")}</ButtonLink>
            </div>
          )}
        </div>
      </Panel>
      {aside.length > 0 && (
        <Panel title={t("quarantine.title")} aside={t("quarantine.lead")} isFlush>
          <QuarantineItems items={aside.slice(0, shownMessages)} isOfDevice isOpen={!isHeard} />
        </Panel>
      )}
      {messages.length > 0 && (
        <Panel title={t("devices.lastMessages")} aside={t("devices.lastMessagesHint")} isFlush>
          <RawMessages messages={messages.slice(0, shownMessages)} />
        </Panel>
      )}
      {isHeard &&
        meters.slice(0, mostMeters).map((meter) => (
          <Panel key={meter.id} title={meter.name} aside={meter.id} isFlush>
            <div
              className={classes.points}
              tabIndex={0}
              role="region"
              aria-label={t("devices.pointsOf", { name: meter.name })}
            >
              <ChannelTable meter={meter} />
            </div>
          </Panel>
        ))}
    </div>
  );
}

/** Newest messages of the first meters, newest first. */
function useNewestMessages({ meterIds }: DeviceBody) {
  const enabled = useRight("messages.read");
  const asked = meterIds.slice(0, mostMeters);
  const answers = useQueries({
    queries: asked.map((id) => ({ ...messagesQuery(id), refetchInterval: asked.length * 1000, enabled })),
  });
  return answers.flatMap(({ data }) => data ?? []).toSorted((a, b) => b.sequence - a.sequence);
}

/** How long one has waited already. */
function Waited(): ReactNode {
  const { t } = useTranslation();
  const now = useSecond();
  const [since] = useState(now);
  const s = Math.max(0, Math.floor((now - since) / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  return t("deviceNew.waited", { time: `${two(Math.floor(s / 60))}:${two(s % 60)}` });
}

interface ChecksProps {
  readonly device: DeviceBody;
  readonly messages: ReturnType<typeof useNewestMessages>;
  readonly setAside: number;
}

function Checks({ device, messages, setAside }: ChecksProps): ReactNode {
  const { t } = useTranslation();
  const { store } = useLive();
  useLiveVersion(500);
  const meters = useMetersOf(device);
  const points = meters.flatMap(pointIdsOf);
  const heard = points.filter((point) => store.read(point) !== null).length;
  const [newest] = messages;
  const isHeard = newest !== undefined || heard > 0 || setAside > 0;
  const skew = newest === undefined ? null : clockSkew(newest);
  return (
    <>
      <ul className={classes.checks} aria-label={t("deviceNew.checks")}>
        <Check
          state={isHeard ? "good" : "open"}
          text={isHeard ? t("deviceNew.isConnected") : t("deviceNew.notConnected")}
        />
        {newest !== undefined && (
          <Check
            state={newest.outcome === "malformed" ? "bad" : "good"}
            text={newest.outcome === "malformed" ? t("deviceNew.isMalformed") : t("deviceNew.isReadable")}
          />
        )}
        {skew !== null && <ClockCheck skew={skew} />}
        <Check
          state={heard === points.length ? "good" : "open"}
          text={t("deviceNew.pointsHeard", { n: heard, all: points.length })}
        />
        {setAside > 0 && <Check state="bad" text={t("deviceNew.setAside", { n: setAside })} />}
      </ul>
      {!isHeard && <Hints device={device} />}
    </>
  );
}

const glyphs = { good: "✓", bad: "▲", open: "…" } as const;

const Check = ({ state, text }: { state: keyof typeof glyphs; text: string }): ReactNode => (
  <li className={classNames(state === "good" && classes.isGood, state === "bad" && classes.isBad)}>
    <b aria-hidden="true">{glyphs[state]}</b>
    {text}
  </li>
);

function ClockCheck({ skew }: { skew: number }): ReactNode {
  const { t } = useTranslation();
  const s = formatNumber(Math.abs(skew) / 1000, 0);
  if (Math.abs(skew) <= wrongClockMs) return <Check state="good" text={t("deviceNew.clockGood")} />;
  return <Check state="bad" text={skew > 0 ? t("deviceNew.clockFast", { s }) : t("deviceNew.clockSlow", { s })} />;
}

const mqttHints = ["network", "secret", "topic", "client"] as const;
const stationHints = ["network", "station", "interval"] as const;

/** What keeps devices silent most often, once it has been silent for a while. */
function Hints({ device }: { device: DeviceBody }): ReactNode {
  const { t } = useTranslation();
  const now = useSecond();
  const [since] = useState(now);
  if (now - since < hintAfterMs) return null;
  return (
    <div className={classes.note}>
      <p>{t("deviceNew.hints")}</p>
      <ul className={classes.hints}>
        {(device.protocol === "mqtt" ? mqttHints : stationHints).map((hint) => (
          <li key={hint}>{t(`deviceNew.hint.${hint}`, { enterprise: device.enterpriseId, id: device.id })}</li>
        ))}
      </ul>
    </div>
  );
}
