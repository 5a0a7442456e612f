import { isEnterpriseRole } from "@smart-park/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePark, useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { DemoMark, PageHead, TabLinks } from "../../ui/page.tsx";
import { ChannelList } from "./channel-list.tsx";
import { DeliveryLog } from "./delivery-log.tsx";
import { Subscriptions } from "./subscriptions.tsx";

const tabs = ["channels", "subscriptions", "log"] as const;

/** `/ops/channels`: the ways out for alerts, who listens on them, and what went out. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const address = useAddress();
  const mayManage = useRight("channels.manage");
  const maySeeLog = useRight("deliveries.read");
  // Who looks after an enterprise comes here to say what they want to hear of.
  const first = isEnterpriseRole(me.role) ? "subscriptions" : "channels";
  const shown = tabs.filter((tab) => tab !== "log" || maySeeLog);
  const tab = address.oneOf("tab", shown, first);
  return (
    <>
      <PageHead
        title={t("channels.title")}
        lead={t("channels.lead")}
        mark={me.demo && <DemoMark />}
        actions={
          mayManage && (
            <ButtonLink to="/ops/channels/new" {...(tab === "channels" ? { look: "primary" } : {})}>
              {t("channels.new")}
            </ButtonLink>
          )
        }
      />
      <TabLinks
        label={t("channels.title")}
        current={tab}
        items={shown.map((id) => ({ id, label: t(`channels.tab.${id}`), to: `/ops/channels?tab=${id}` }))}
      />
      {tab === "channels" && <ChannelList />}
      {tab === "subscriptions" && <Subscriptions />}
      {tab === "log" && <DeliveryLog />}
    </>
  );
}
