import type { MeterBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { isApiError } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage, usePark, useRight } from "../../lib/park.ts";
import { meterQuery } from "../../lib/queries.ts";
import { pointIdsOf } from "../../live/meter-states.ts";
import { MeterState } from "../../live/reading.tsx";
import { DemoMark, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty, Loaded } from "../../ui/panel.tsx";
import { whenShown } from "../../ui/when-shown.tsx";
import { NowTab } from "./now-tab.tsx";
import classes from "./page.module.css";

const AlertsTab = whenShown(async () => (await import("./alerts-tab.tsx")).AlertsTab);
const CommandsOfMeter = whenShown(
  async () => (await import("../../live/commands/commands-of-meter.tsx")).CommandsOfMeter,
);
const MessagesTab = whenShown(async () => (await import("./messages-tab.tsx")).MessagesTab);
const RegistryTab = whenShown(async () => (await import("./registry-tab.tsx")).RegistryTab);
const TrendTab = whenShown(async () => (await import("./trend-tab.tsx")).TrendTab);
const UsageTab = whenShown(async () => (await import("./usage-tab.tsx")).UsageTab);

const tabs = ["now", "trend", "usage", "alerts", "messages", "commands", "registry"] as const;
type Tab = (typeof tabs)[number];

export function Page(): ReactNode {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useQuery(meterQuery(id));
  if (isApiError(query.error) && query.error.status === 404) {
    return (
      <>
        <PageHead title={id} />
        <Empty title={t("meter.notFound")} hint={t("error.notFound")} />
      </>
    );
  }
  return (
    <Loaded query={query} lines={8}>
      {(meter) => <Meter key={meter.id} meter={meter} />}
    </Loaded>
  );
}

function Meter({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { me } = usePark();
  const { enterprise, enterpriseName } = useCatalog();
  const [search] = useSearchParams();
  const mayReadMessages = useRight("messages.read");
  const mayReadCommands = useRight("commands.read");
  const hidden: readonly (Tab | false)[] = [!mayReadMessages && "messages", !mayReadCommands && "commands"];
  const shown = tabs.filter((tab) => !hidden.includes(tab));
  const current: Tab = shown.find((tab) => tab === search.get("tab")) ?? "now";
  const isDemo = me.demo || (enterprise(meter.enterpriseId)?.demo ?? false);
  const name = nameIn(language, meter);
  return (
    <>
      <PageHead
        title={name}
        mark={isDemo && <DemoMark />}
        lead={
          <span className={classes.facts}>
            <code>{meter.id}</code>
            <span>{enterpriseName(meter.enterpriseId)}</span>
            <span>{t(`kind.${meter.kind}`)}</span>
            <span>
              {t("meter.interval")} {t("meter.seconds", { n: meter.intervalS })}
            </span>
            <MeterState points={pointIdsOf(meter)} intervalS={meter.intervalS} />
          </span>
        }
      />
      <TabLinks
        label={name}
        current={current}
        items={shown.map((tab) => ({ id: tab, label: t(`meter.${tab}`), to: tabAddress(search, tab) }))}
      />
      {content(current, meter)}
    </>
  );
}

/** Range and points stay when the tab changes. */
function tabAddress(search: URLSearchParams, tab: Tab): string {
  const next = new URLSearchParams(search);
  if (tab === "now") next.delete("tab");
  else next.set("tab", tab);
  return `?${next.toString()}`;
}

function content(tab: Tab, meter: MeterBody): ReactNode {
  switch (tab) {
    case "now":
      return <NowTab meter={meter} />;
    case "trend":
      return <TrendTab meter={meter} />;
    case "usage":
      return <UsageTab meter={meter} />;
    case "alerts":
      return <AlertsTab meter={meter} />;
    case "messages":
      return <MessagesTab meter={meter} />;
    case "commands":
      return <CommandsOfMeter meter={meter} />;
    case "registry":
      return <RegistryTab meter={meter} />;
  }
}
