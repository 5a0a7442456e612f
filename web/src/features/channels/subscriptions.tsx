import { roles, severities } from "@smart-park/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson, patchJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Segments } from "../../ui/field.tsx";
import { FilterBar } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { SavedSwitch } from "../../ui/saved-switch.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import { channelsQuery, peopleQuery, subscriptionsQuery, type ChannelBody, type SubscriptionBody } from "./queries.ts";
import { SubscriptionDialog } from "./subscription-dialog.tsx";

const whose = ["mine", "everybody"] as const;
type Open = { readonly what: "edit" | "remove"; readonly one: SubscriptionBody } | { readonly what: "new" } | null;

/** Who hears of what: one's own, and everybody's for who looks after them. */
export function Subscriptions(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const mayManage = useRight("subscriptions.manage");
  const of = mayManage ? address.oneOf("of", whose, "mine") : "mine";
  const query = useQuery(subscriptionsQuery(of === "everybody"));
  const { data: channels } = useQuery(channelsQuery());
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const hasChannel = channels?.some(({ enabled }) => enabled) === true;
  const add = (
    <Button look="primary" disabled={!hasChannel} onClick={() => setOpen({ what: "new" })}>
      {t("subscriptions.add")}
    </Button>
  );
  return (
    <>
      <FilterBar>
        {mayManage && (
          <Segments
            label={t("subscriptions.show")}
            value={of}
            options={whose.map((value) => ({ value, label: t(`subscriptions.${value}`) }))}
            onChange={(value) => address.change({ of: value === "mine" ? null : value })}
          />
        )}
        {add}
      </FilterBar>
      <Panel title={t("subscriptions.title")} isFlush>
        <Loaded query={query}>
          {(all) =>
            all.length === 0 ? (
              <Nothing hasChannel={hasChannel} isKnown={channels !== undefined} />
            ) : (
              <ul aria-label={t("subscriptions.title")}>
                {all.map((one) => (
                  <Row
                    key={one.id}
                    subscription={one}
                    channel={channels?.find(({ id }) => id === one.channelId)}
                    onOpen={(what) => setOpen({ what, one })}
                  />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
      {open?.what === "new" && <SubscriptionDialog channels={channels ?? []} onClose={close} />}
      {open?.what === "edit" && <SubscriptionDialog saved={open.one} channels={channels ?? []} onClose={close} />}
      {open?.what === "remove" && (
        <RemoveDialog
          subscription={open.one}
          channel={channels?.find(({ id }) => id === open.one.channelId)}
          onClose={close}
        />
      )}
    </>
  );
}

function Nothing({ hasChannel, isKnown }: { hasChannel: boolean; isKnown: boolean }): ReactNode {
  const { t } = useTranslation();
  const mayManage = useRight("channels.manage");
  if (hasChannel || !isKnown) return <Empty title={t("subscriptions.none")} hint={t("subscriptions.noneHint")} />;
  return (
    <Empty
      title={t("subscriptions.none")}
      hint={t(mayManage ? "subscriptions.noChannel" : "channels.noneReadOnly")}
      action={mayManage && <ButtonLink to="/ops/channels/new">{t("channels.new")}</ButtonLink>}
    />
  );
}

/** Whose it is, in words: a name where it is known. */
function useOwnerName(): (one: Pick<SubscriptionBody, "userId" | "role">) => string {
  const { t } = useTranslation();
  const { me } = usePark();
  const { data: people = [] } = useQuery(peopleQuery(useRight("users.manage")));
  return ({ userId, role }) => {
    const known = roles.find((one) => one === role);
    if (known) return t(`role.${known}`);
    if (userId === me.username) return t("subscriptions.owner.me");
    return people.find(({ id }) => id === userId)?.name ?? userId ?? "";
  };
}

interface RowProps {
  readonly subscription: SubscriptionBody;
  readonly channel: ChannelBody | undefined;
  readonly onOpen: (what: "edit" | "remove") => void;
}

function Row({ subscription: one, channel, onOpen }: RowProps): ReactNode {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  const who = useOwnerName()(one);
  const names = { who, channel: channel?.name ?? one.channelId };
  const { enterpriseIds, quietHours, escalateAfterMinutes, wantsCleared } = one;
  const facts = [
    enterpriseIds === null ? t("subscriptions.all") : enterpriseIds.map(enterpriseName).join(" · "),
    escalateAfterMinutes === null
      ? t("subscriptions.atOnce")
      : t("subscriptions.escalationFact", { n: escalateAfterMinutes }),
    ...(wantsCleared ? [t("subscriptions.clearedFact")] : []),
    ...(quietHours ? [t("subscriptions.quietFact", quietHours)] : []),
  ];
  return (
    <li className={classNames(classes.subscription, !one.enabled && classes.isOff)}>
      <span className={classes.what}>
        <b>{who}</b>
        <small>
          {names.channel}
          {one.address !== "" && ` · ${one.address}`}
        </small>
      </span>
      <span>
        <span className={classes.severities}>
          {severities
            .filter((severity) => one.severities.includes(severity))
            .map((severity) => (
              <SeverityBadge key={severity} severity={severity} />
            ))}
        </span>
        <small>{facts.join(" · ")}</small>
      </span>
      <SavedSwitch
        label={t("subscriptions.switch", names)}
        isOn={one.enabled}
        text={t(one.enabled ? "channels.on" : "channels.off")}
        mayChange
        save={(isOn) => patchJson<SubscriptionBody>(`/subscriptions/${one.id}`, { enabled: isOn })}
        doneText={() => t("subscriptions.saved")}
        queryKey="subscriptions"
      />
      <span className={classes.actions}>
        <Button isSmall aria-label={t("subscriptions.editOf", names)} onClick={() => onOpen("edit")}>
          {t("subscriptions.edit")}
        </Button>
        <Button isSmall aria-label={t("subscriptions.removeOf", names)} onClick={() => onOpen("remove")}>
          {t("subscriptions.remove")}
        </Button>
      </span>
    </li>
  );
}

interface RemoveDialogProps {
  readonly subscription: SubscriptionBody;
  readonly channel: ChannelBody | undefined;
  readonly onClose: () => void;
}

function RemoveDialog({ subscription, channel, onClose }: RemoveDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const who = useOwnerName()(subscription);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => deleteJson(`/subscriptions/${subscription.id}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["subscriptions"] });
      toast(t("subscriptions.removed"));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t("subscriptions.removeTitle")}
      confirm={t("subscriptions.remove")}
      isPending={isPending}
      refusal={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <p>{t("subscriptions.removeText", { who, channel: channel?.name ?? subscription.channelId })}</p>
    </ConfirmDialog>
  );
}
