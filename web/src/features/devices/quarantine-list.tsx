import { quarantineReasons, type QuarantineReason } from "@smart-park/core";
import type { QuarantineBody } from "@smart-park/core/wire";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCatalog } from "../../lib/catalog.ts";
import { useAddress } from "../../lib/use-address.ts";
import { MessageLine } from "../../live/raw-messages.tsx";
import { Button } from "../../ui/button.tsx";
import { FilterBar } from "../../ui/page.tsx";
import { Select } from "../../ui/field.tsx";
import { Empty, Failed, Panel, Skeleton } from "../../ui/panel.tsx";
import { deviceAddress } from "./device-address.ts";
import classes from "./page.module.css";
import { quarantineQuery } from "./queries.ts";

/** Everything that was set aside in the park, by reason. */
export function QuarantineTab(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const reason = address.oneOf("reason", ["", ...quarantineReasons], "");
  return (
    <>
      <FilterBar>
        <Select
          label={t("quarantine.reasonHead")}
          value={reason}
          options={[
            { value: "", label: t("live.all") },
            ...quarantineReasons.map((value) => ({ value, label: t(`quarantine.reason.${value}`) })),
          ]}
          onChange={(chosen) => address.change({ reason: chosen === "" ? null : chosen })}
        />
      </FilterBar>
      <QuarantinePanel {...(reason === "" ? {} : { reason })} />
    </>
  );
}

/** Messages that could not be used, with why and what to do about it. */
export function QuarantinePanel(asked: { device?: string; reason?: QuarantineReason }): ReactNode {
  const { t } = useTranslation();
  const query = useInfiniteQuery(quarantineQuery(asked));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const items = data?.pages.flatMap((page) => page.items);
  return (
    <Panel title={t("quarantine.title")} aside={t("quarantine.lead")} isFlush>
      {items === undefined ? (
        error === null ? (
          <Skeleton />
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )
      ) : items.length === 0 ? (
        <Empty title={t("quarantine.none")} hint={t("quarantine.noneHint")} />
      ) : (
        <QuarantineItems items={items} isOfDevice={asked.device !== undefined} />
      )}
      {hasNextPage && (
        <div className={classes.rest}>
          <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("quarantine.more")}
          </Button>
        </div>
      )}
    </Panel>
  );
}

interface QuarantineItemsProps {
  readonly items: readonly QuarantineBody[];
  /** Whose they are is known where they are shown. */
  readonly isOfDevice?: boolean;
  /** The newest shows at once why it could not be used. */
  readonly isOpen?: boolean;
}

export function QuarantineItems({ items, isOfDevice = false, isOpen = false }: QuarantineItemsProps): ReactNode {
  return items.map((item, index) => (
    <Item key={item.id} item={item} isOfDevice={isOfDevice} isOpen={isOpen && index === 0} />
  ));
}

interface ItemProps {
  readonly item: QuarantineBody;
  readonly isOfDevice: boolean;
  readonly isOpen: boolean;
}

function Item({ item, isOfDevice, isOpen }: ItemProps): ReactNode {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  const { reason, deviceId, enterpriseId } = item;
  const name = t(`quarantine.reason.${reason}`);
  return (
    <MessageLine
      receivedAt={item.receivedAt}
      sender={deviceId ?? t("quarantine.noDevice")}
      outcome={item.count > 1 ? t("quarantine.times", { reason: name, n: item.count }) : name}
      isFine={false}
      isOpen={isOpen}
      payload={item.payload}
      facts={[
        [t("quarantine.why"), t(`quarantine.hint.${reason}`)],
        ...(item.detail === "" ? [] : [[t("quarantine.detail"), <span lang="en">{item.detail}</span>] as const]),
        [t("meter.topic"), <code key="topic">{item.topic}</code>],
        [t("quarantine.owner"), enterpriseId === null ? t("quarantine.nobody") : enterpriseName(enterpriseId)],
        ...(isOfDevice || deviceId === null || reason === "unapproved_device"
          ? []
          : [[t("devices.device"), <Link to={deviceAddress(deviceId)}>{deviceId}</Link>] as const]),
      ]}
    />
  );
}
