import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useSecond } from "../../live/hooks.ts";
import { DataStateMark } from "../../live/reading.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { SearchField, Select } from "../../ui/field.tsx";
import { DemoMark, FilterBar, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { deviceAddress } from "./device-address.ts";
import { deviceStateOf, deviceStates, isSeen, seenFilters, useSightings, type Sighting } from "./device-sightings.ts";
import { DeviceSwitch } from "./device-switch.tsx";
import classes from "./page.module.css";
import { QuarantineTab } from "./quarantine-list.tsx";
import { devicesQuery, waitingQuery, type DeviceBody } from "./queries.ts";

const rowsAtOnce = 100;
const tabs = ["devices", "quarantine"] as const;

/** `/ops/devices`: what sends readings, how it is, and what of it could not be used. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const address = useAddress();
  const mayWrite = useRight("registry.write");
  const maySeeQuarantine = useRight("quarantine.read");
  const query = useQuery(devicesQuery());
  const shownTabs = tabs.filter((tab) => tab === "devices" || maySeeQuarantine);
  const tab = address.oneOf("tab", shownTabs, "devices");
  return (
    <>
      <PageHead
        title={t("devices.title")}
        lead={t("devices.lead")}
        mark={me.demo && <DemoMark />}
        actions={
          mayWrite && (
            <>
              <ButtonLink to="/ops/devices/import">{t("devices.import")}</ButtonLink>
              <ButtonLink to="/ops/devices/new" look="primary">
                {t("devices.new")}
              </ButtonLink>
            </>
          )
        }
      />
      {shownTabs.length > 1 && (
        <TabLinks
          label={t("devices.title")}
          current={tab}
          items={shownTabs.map((id) => ({
            id,
            label: t(`devices.tab.${id}`),
            to: id === "devices" ? "/ops/devices" : `/ops/devices?tab=${id}`,
            ...(id === "devices" && query.data ? { count: query.data.length } : {}),
          }))}
        />
      )}
      {mayWrite && <WaitingNotice />}
      {tab === "quarantine" ? (
        <QuarantineTab />
      ) : (
        <Loaded query={query} lines={8}>
          {(devices) => <Devices devices={devices} />}
        </Loaded>
      )}
    </>
  );
}

/** Says when devices came by themselves: nobody would look for them where new ones are made. */
function WaitingNotice(): ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery(waitingQuery());
  const waiting = data?.filter(({ state }) => state === "waiting").length ?? 0;
  if (waiting === 0) return null;
  return (
    <p className={classes.notice}>
      {t("waiting.title", { count: waiting })}
      <ButtonLink isSmall to="/ops/devices/new">
        {t("waiting.decide")}
      </ButtonLink>
    </p>
  );
}

/** Devices that the address asks for, in its order. */
function useShown(devices: readonly DeviceBody[]): {
  readonly shown: readonly DeviceBody[];
  readonly sightings: ReadonlyMap<string, Sighting>;
} {
  const address = useAddress();
  const { enterpriseName, meterName } = useCatalog();
  const sightings = useSightings(devices);
  const now = useSecond();
  const enterprise = address.get("ent") ?? "";
  const state = address.oneOf("state", ["", ...deviceStates], "");
  const seen = address.oneOf("seen", ["", ...seenFilters], "");
  const sort = address.oneOf("sort", sorts, "id");
  const words = (address.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const sightingOf = ({ id }: DeviceBody): Sighting => sightings.get(id) ?? unseen;
  const shown = devices
    .filter((device) => enterprise === "" || device.enterpriseId === enterprise)
    .filter((device) => state === "" || deviceStateOf(device, sightingOf(device)) === state)
    .filter((device) => seen === "" || isSeen(seen, sightingOf(device), now))
    .filter(({ id, enterpriseId, meterIds }) => {
      const text = [id, enterpriseName(enterpriseId), ...meterIds, ...meterIds.map(meterName)].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
  const silentFirst = (a: DeviceBody, b: DeviceBody): number => (sightingOf(a).at ?? 0) - (sightingOf(b).at ?? 0);
  return { shown: sort === "id" ? shown : shown.toSorted(silentFirst), sightings };
}

const sorts = ["id", "silent"] as const;
const unseen: Sighting = { at: null, state: "none", good: 0 };

function Devices({ devices }: { devices: readonly DeviceBody[] }): ReactNode {
  const { t } = useTranslation();
  const [most, setMost] = useState(rowsAtOnce);
  const { shown, sightings } = useShown(devices);
  const left = shown.length - most;
  return (
    <>
      <Filters />
      <Panel title={t("devices.count", { count: shown.length })} isFlush>
        {shown.length === 0 ? (
          <NoDevices isFiltered={devices.length > 0} />
        ) : (
          <div role="table" aria-label={t("devices.title")} className={classes.table}>
            <div role="row" className={classNames(classes.row, classes.tableHead)}>
              {(["device", "enterprise", "meters", "newest", "access"] as const).map((head) => (
                <span key={head} role="columnheader">
                  {t(`devices.${head}`)}
                </span>
              ))}
            </div>
            {shown.slice(0, most).map((device) => (
              <Row key={device.id} device={device} sighting={sightings.get(device.id) ?? unseen} />
            ))}
          </div>
        )}
        {left > 0 && (
          <div className={classes.rest}>
            <Button isSmall onClick={() => setMost(most + rowsAtOnce)}>
              {t("devices.showMore", { n: Math.min(left, rowsAtOnce), left })}
            </Button>
          </div>
        )}
      </Panel>
    </>
  );
}

function Filters(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const { enterprises, enterpriseName } = useCatalog();
  const set = (key: string) => (value: string) => address.change({ [key]: value === "" ? null : value });
  const all = { value: "", label: t("live.all") };
  return (
    <FilterBar>
      <SearchField label={t("devices.search")} value={address.get("q") ?? ""} onSearch={set("q")} />
      <Select
        label={t("devices.enterprise")}
        value={address.get("ent") ?? ""}
        options={[all, ...enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) }))]}
        onChange={set("ent")}
      />
      <Select
        label={t("live.state")}
        value={address.oneOf("state", ["", ...deviceStates], "")}
        options={[all, ...deviceStates.map((value) => ({ value, label: t(`devices.state.${value}`) }))]}
        onChange={set("state")}
      />
      <Select
        label={t("devices.newest")}
        value={address.oneOf("seen", ["", ...seenFilters], "")}
        options={[all, ...seenFilters.map((value) => ({ value, label: t(`devices.seen.${value}`) }))]}
        onChange={set("seen")}
      />
      <Select
        label={t("devices.sort")}
        value={address.oneOf("sort", sorts, "id")}
        options={sorts.map((value) => ({ value, label: t(`devices.sortBy.${value}`) }))}
        onChange={(value) => address.change({ sort: value === "id" ? null : value })}
      />
    </FilterBar>
  );
}

function NoDevices({ isFiltered }: { isFiltered: boolean }): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const mayWrite = useRight("registry.write");
  const clear = (): void => address.change({ q: null, ent: null, state: null, seen: null });
  if (isFiltered)
    return <Empty title={t("devices.emptyFilter")} action={<Button onClick={clear}>{t("action.clear")}</Button>} />;
  return (
    <Empty
      title={t("devices.none")}
      hint={t("devices.noneHint")}
      action={
        mayWrite && (
          <ButtonLink to="/ops/devices/new" look="primary">
            {t("devices.new")}
          </ButtonLink>
        )
      }
    />
  );
}

function Row({ device, sighting }: { device: DeviceBody; sighting: Sighting }): ReactNode {
  const { t } = useTranslation();
  const { enterpriseName, meterName } = useCatalog();
  const { id, enterpriseId, meterIds, enabled } = device;
  const [first] = meterIds;
  const total = meterIds.length;
  return (
    <div role="row" className={classNames(classes.row, !enabled && classes.isOff)}>
      <span role="cell" className={classes.what}>
        <Link to={deviceAddress(id)}>{id}</Link>
        <small>{device.protocol === "mqtt" ? "MQTT" : "HJ 212"}</small>
      </span>
      <span role="cell" className={classes.owner}>
        {enterpriseName(enterpriseId)}
      </span>
      <span role="cell" className={classes.meters}>
        {first === undefined ? t("devices.noMeters") : meterName(first)}
        {total > 1 && <small>{t("devices.moreMeters", { n: total, good: sighting.good })}</small>}
      </span>
      <span role="cell">
        <DataStateMark state={sighting.state} at={sighting.at} />
      </span>
      <span role="cell">
        <DeviceSwitch device={device} />
      </span>
    </div>
  );
}
