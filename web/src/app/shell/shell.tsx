import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { EpochMs } from "@smart-park/core";
import type { AlertBody, Me } from "@smart-park/core/wire";
import {
  lazy,
  memo,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { useTranslation } from "react-i18next";
import { Outlet, ScrollRestoration, useLoaderData, useNavigate } from "react-router";
import { classNames } from "../../lib/class-names.ts";
import { setTitleFrame } from "../../lib/page-title.ts";
import { ParkContext, makePark, usePark } from "../../lib/park.ts";
import { usePreferences } from "../../lib/preferences.ts";
import { alertsQuery, forgetPerson, meQuery } from "../../lib/queries.ts";
import { noticeRefusal, sessionEnd, subscribeExpiry } from "../../lib/session-expiry.ts";
import { useSecond } from "../../live/hooks.ts";
import { LiveProvider } from "../../live/live-provider.tsx";
import { knowAlerts, noteArrival } from "../../live/alert-arrivals.ts";
import { ServerClock, steadyNow } from "../../live/server-clock.ts";
import { AlertSound } from "../../live/sound/lazy-pieces.tsx";
import { takeAlerts } from "../../live/alerts/take-alerts.ts";
import { toast } from "../../ui/toast.tsx";
import { AlertAnnouncer } from "./alert-announcer.tsx";
import { Footer } from "./footer.tsx";
import { LinkBanner } from "./link-banner.tsx";
import { BottomTabs, SideMenu } from "./menu.tsx";
import { SessionDialog } from "./session-dialog.tsx";
import classes from "./shell.module.css";
import { useShortcuts } from "./shortcuts.ts";
import { TopBar } from "./top-bar.tsx";

const Palette = lazy(() => import("./palette.tsx").then((module) => ({ default: module.Palette })));
const KeysHelp = lazy(() => import("./keys-help.tsx").then((module) => ({ default: module.KeysHelp })));

const gatherMs = 30;
const refreshAfterMs = 300;
/** Fetching lists and counts again only corrects what is shown already; the API takes 300 questions a minute. */
const refreshEveryMs = 5000;

/** Alerts that came or changed are shown as told, once per burst; what shows alerts is fetched again soon after, now and then. */
function useAlertRefresh(serverNow: () => EpochMs): (alert: AlertBody) => void {
  const client = useQueryClient();
  const gathered = useRef<AlertBody[]>([]);
  const refresh = useRef<{ timer: ReturnType<typeof setTimeout> | null; at: number }>({ timer: null, at: -Infinity });
  return useCallback(
    (alert: AlertBody) => {
      noteArrival(alert, serverNow());
      gathered.current.push(alert);
      if (gathered.current.length === 1)
        setTimeout(() => void takeAlerts(client, gathered.current.splice(0), serverNow()), gatherMs);
      const now = performance.now();
      refresh.current.timer ??= setTimeout(
        () => {
          refresh.current = { timer: null, at: performance.now() };
          void client.invalidateQueries({ queryKey: ["alerts"] });
          void client.invalidateQueries({ queryKey: ["overview"] });
        },
        Math.max(refreshAfterMs, refresh.current.at + refreshEveryMs - now),
      );
    },
    [client, serverNow],
  );
}

const commandsAfterMs = 500;

/** Lists of commands that are shown are asked for again, once for what comes together. */
function useCommandRefresh(): () => void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      void client.invalidateQueries({ queryKey: ["commands"] });
    }, commandsAfterMs);
  }, [client]);
}

/** The frame of every page: menu, top bar, banner, footer, and what works everywhere. */
export function Shell(): ReactNode {
  const loaded = useLoaderData<Me>();
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: me = loaded } = useQuery(meQuery());
  const [clock] = useState(() => new ServerClock(steadyNow));
  const park = useMemo(() => makePark(me, clock.now), [me, clock]);
  const onAlert = useAlertRefresh(clock.now);
  const onCommand = useCommandRefresh();
  const onRecovered = useCallback(() => {
    void client.invalidateQueries();
    toast(t("link.recovered"));
  }, [client, t]);
  const onRegistryChanged = useCallback(() => {
    void client.invalidateQueries({ queryKey: ["meters"] });
    void client.invalidateQueries({ queryKey: ["enterprises"] });
  }, [client]);
  const onRefused = useCallback(
    (code: string) => {
      if (noticeRefusal(code)) return false;
      void client.invalidateQueries({ queryKey: ["me"] });
      return true;
    },
    [client],
  );
  const isShutOut = useSyncExternalStore(subscribeExpiry, sessionEnd) === "disabled";
  if (isShutOut) return <Leave />;
  return (
    <ParkContext value={park}>
      <LiveProvider
        key={me.id}
        clock={clock}
        onAlert={onAlert}
        onCommand={onCommand}
        onRecovered={onRecovered}
        onRegistryChanged={onRegistryChanged}
        onRefused={onRefused}
      >
        <Frame />
      </LiveProvider>
    </ParkContext>
  );
}

/** Of a disabled account nothing stays on the screen or in memory; the sign-in page says why. */
function Leave(): ReactNode {
  const client = useQueryClient();
  const navigate = useNavigate();
  useEffect(() => {
    forgetPerson(client);
    void navigate("/login", { replace: true });
  }, [client, navigate]);
  return null;
}

/** Stands still while pages write into the address, which renders everything again that is not told otherwise. */
const Frame = memo(function Frame(): ReactNode {
  const { t } = useTranslation();
  const { isMenuCollapsed, sound } = usePreferences();
  const [open, setOpen] = useState<"palette" | "keys" | null>(null);
  const unacknowledged = useUnacknowledged();
  const copy = (): void => {
    navigator.clipboard.writeText(location.href).then(
      () => toast(t("action.copied")),
      () => undefined, // the browser may forbid it; the address bar is still there
    );
  };
  useShortcuts({ onPalette: () => setOpen("palette"), onHelp: () => setOpen("keys"), onCopy: copy });
  useEffect(() => setTitleFrame(t("app.name"), unacknowledged.urgent), [t, unacknowledged.urgent]);
  return (
    <div className={classNames(classes.frame, isMenuCollapsed && classes.collapsed)}>
      <a className={classes.skip} href="#content">
        {t("app.skip")}
      </a>
      <TopBar unacknowledged={unacknowledged} onPalette={() => setOpen("palette")} onHelp={() => setOpen("keys")} />
      <SideMenu alertCount={unacknowledged.text} />
      <div className={classes.main}>
        <LinkBanner />
        {(sound.isOn || sound.isOnDesktop) && <AlertSound />}
        <PrintHead />
        <main id="content" className={classes.content} tabIndex={-1}>
          <Outlet />
        </main>
        <Footer />
      </div>
      <BottomTabs alertCount={unacknowledged.text} />
      <AlertAnnouncer />
      <SessionDialog />
      <ScrollRestoration />
      <Suspense fallback={null}>
        {open === "palette" && <Palette onClose={() => setOpen(null)} />}
        {open === "keys" && <KeysHelp onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  );
});

/** On paper only: of which park, when, and for whom it was printed. */
function PrintHead(): ReactNode {
  const { t } = useTranslation();
  const { me, format } = usePark();
  const now = useSecond();
  const at = `${format.full(now)} (${format.offset(now)})`;
  return (
    <p className={classes.printed} aria-hidden="true">
      <strong>{t("app.name")}</strong>
      <span>{t("app.printed", { at, name: me.username })}</span>
    </p>
  );
}

export interface Unacknowledged {
  readonly count: number;
  /** P1 and P2 among them that happened live: what the tab title shows. */
  readonly urgent: number;
  /** For badges; empty when there are none. */
  readonly text: string;
}

function useUnacknowledged(): Unacknowledged {
  const { data } = useQuery(alertsQuery({ state: "unacknowledged" }));
  const items = data?.items ?? [];
  const hasSeen = useRef(false);
  useEffect(() => {
    if (data === undefined || hasSeen.current) return;
    hasSeen.current = true;
    knowAlerts(data.items);
  }, [data]);
  const isUrgent = ({ severity, recalculated }: AlertBody): boolean =>
    !recalculated && (severity === "P1" || severity === "P2");
  const urgent = items.filter(isUrgent).length;
  const isMore = (data?.nextCursor ?? null) !== null;
  return { count: items.length, urgent, text: items.length === 0 ? "" : `${items.length}${isMore ? "+" : ""}` };
}
