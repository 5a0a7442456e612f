import type { MeterBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { messagesQuery } from "../../lib/queries.ts";
import { ChannelTable } from "../../live/channel-table.tsx";
import { CommandsOfDevice } from "../../live/commands/commands-of-device.tsx";
import { pointIdsOf } from "../../live/meter-states.ts";
import { RawMessages } from "../../live/raw-messages.tsx";
import { DataStateMark, MeterState } from "../../live/reading.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { Icon } from "../../ui/icons.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { Connection } from "./connection.tsx";
import { RemoveDialog, RenameDialog, RotateDialog } from "./device-dialogs.tsx";
import { useSightings } from "./device-sightings.ts";
import { DeviceSwitch } from "./device-switch.tsx";
import classes from "./page.module.css";
import { QuarantinePanel } from "./quarantine-list.tsx";
import { deviceQuery, type DeviceBody } from "./queries.ts";

/** `/ops/devices/id/:id`: one device, what it measures, what it said last and what of that could not be used. */
export function Page(): ReactNode {
  const { id = "" } = useParams();
  const query = useQuery(deviceQuery(id));
  return (
    <div className={classes.page}>
      {query.data === undefined && <PageHead title={id} />}
      <Loaded query={query} lines={8}>
        {(device) => <Device key={device.id} device={device} />}
      </Loaded>
    </div>
  );
}

function Device({ device }: { device: DeviceBody }): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const { enterpriseName, enterprise } = useCatalog();
  const maySeeMessages = useRight("messages.read");
  const maySeeCommands = useRight("commands.read");
  const maySeeQuarantine = useRight("quarantine.read");
  const { id, enterpriseId } = device;
  const sighting = useSightings(useMemo(() => [device], [device])).get(id);
  const isDemo = me.demo && enterprise(enterpriseId)?.demo === true;
  return (
    <>
      <PageHead
        title={id}
        lead={
          <>
            <Link className={classes.inText} to={`/enterprises/${encodeURIComponent(enterpriseId)}`}>
              {enterpriseName(enterpriseId)}
            </Link>
            {" · "}
            {device.protocol === "mqtt" ? "MQTT" : "HJ 212"}
            {sighting && (
              <>
                {" · "}
                <DataStateMark state={sighting.state} at={sighting.at} />
              </>
            )}
          </>
        }
        mark={isDemo && <DemoMark />}
        actions={<Actions device={device} />}
      />
      {!device.enabled && <p className={classes.warning}>▲ {t("devices.offHint")}</p>}
      <div className={classes.split}>
        <Meters device={device} />
        <Panel title={t("devices.connection")} aside={t("devices.connectionHint")}>
          <Connection device={device} />
        </Panel>
      </div>
      {maySeeMessages && device.meterIds.length > 0 && <Messages device={device} />}
      {maySeeCommands && device.protocol === "mqtt" && <CommandsOfDevice device={device} />}
      {maySeeQuarantine && <QuarantinePanel device={id} />}
    </>
  );
}

function Actions({ device }: { device: DeviceBody }): ReactNode {
  const { t } = useTranslation();
  const mayWrite = useRight("registry.write");
  const [open, setOpen] = useState<"rotate" | "remove" | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      <DeviceSwitch device={device} />
      {mayWrite && (
        <>
          <Button onClick={() => setOpen("rotate")}>{t("devices.rotate")}</Button>
          <Button onClick={() => setOpen("remove")}>{t("devices.remove")}</Button>
        </>
      )}
      {open === "rotate" && <RotateDialog device={device} onClose={close} />}
      {open === "remove" && <RemoveDialog device={device} onClose={close} />}
    </>
  );
}

const metersAtOnce = 20;
const mostOpen = 2;

function Meters({ device }: { device: DeviceBody }): ReactNode {
  const { t } = useTranslation();
  const { meter } = useCatalog();
  const [most, setMost] = useState(metersAtOnce);
  const [renamed, setRenamed] = useState<MeterBody | null>(null);
  const meters = device.meterIds.flatMap((id) => meter(id) ?? []);
  const left = meters.length - most;
  return (
    <Panel title={t("devices.metersOf", { count: device.meterIds.length })} isFlush>
      {meters.length === 0 && <Empty title={t("devices.noMeters")} hint={t("devices.noMetersHint")} />}
      {meters.slice(0, most).map((one) => (
        <Meter key={one.id} meter={one} isOpen={meters.length <= mostOpen} onRename={() => setRenamed(one)} />
      ))}
      {left > 0 && (
        <div className={classes.rest}>
          <Button isSmall onClick={() => setMost(most + metersAtOnce)}>
            {t("devices.showMoreMeters", { n: Math.min(left, metersAtOnce), left })}
          </Button>
        </div>
      )}
      {renamed !== null && <RenameDialog meter={renamed} onClose={() => setRenamed(null)} />}
    </Panel>
  );
}

/** A gateway of many meters is read by their states first; each opens to its points. */
function Meter({ meter, isOpen, onRename }: { meter: MeterBody; isOpen: boolean; onRename: () => void }): ReactNode {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  const mayWrite = useRight("registry.write");
  const name = meterName(meter.id);
  return (
    <details className={classes.meter} open={isOpen}>
      <summary>
        <Icon name="right" size={16} />
        <span>
          <b>{name}</b>
          <small>
            {meter.id} · {t(`kind.${meter.kind}`)} · {t("devices.every", { n: meter.intervalS })}
          </small>
        </span>
        <MeterState points={pointIdsOf(meter)} intervalS={meter.intervalS} />
      </summary>
      <div className={classes.points} tabIndex={0} role="region" aria-label={t("devices.pointsOf", { name })}>
        <ChannelTable meter={meter} />
      </div>
      <div className={classes.meterActions}>
        <ButtonLink isSmall to={`/meters/${meter.id}`} aria-label={t("devices.openMeterOf", { name })}>
          {t("devices.openMeter")}
        </ButtonLink>
        {mayWrite && (
          <Button isSmall aria-label={t("devices.renameOf", { name })} onClick={onRename}>
            {t("devices.rename")}
          </Button>
        )}
      </div>
    </details>
  );
}

/** What was said last of a meter, as it came. */
function Messages({ device }: { device: DeviceBody }): ReactNode {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  const [chosen, setChosen] = useState(device.meterIds[0] ?? "");
  const query = useQuery(messagesQuery(chosen));
  return (
    <Panel
      title={t("devices.lastMessages")}
      aside={t("devices.lastMessagesHint")}
      actions={
        device.meterIds.length > 1 && (
          <Select
            label={t("devices.meter")}
            value={chosen}
            options={device.meterIds.map((id) => ({ value: id, label: meterName(id) }))}
            onChange={setChosen}
          />
        )
      }
      isFlush
    >
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
