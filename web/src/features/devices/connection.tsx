import { toTopic } from "@smart-park/core/topics";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { download } from "../../lib/csv.ts";
import { missing } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { useSecond } from "../../live/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { QrImage } from "../../ui/qr-image.tsx";
import classes from "./page.module.css";
import { portsQuery, type DeviceBody } from "./queries.ts";
import { placeOf, publishCommand, sampleMessage, type Place } from "./sample-message.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

type Connecting = Pick<DeviceBody, "id" | "enterpriseId" | "meterIds" | "mn">;

/** How a device connects and what it sends, ready to be pasted. With `credentials`, which are known only now, they stand above. */
export function Connection({
  device,
  credentials = null,
}: {
  device: Connecting;
  credentials?: Credentials | null;
}): ReactNode {
  const { data: ports } = useQuery(portsQuery());
  if (device.mn !== undefined) return <Station mn={device.mn} credentials={credentials} port={ports?.hj212} />;
  const place = ports === undefined ? null : placeOf(location.hostname, ports);
  return (
    <div className={classes.stack}>
      {credentials !== null && <Secret device={device} credentials={credentials} place={place} />}
      <Address device={device} place={place} isKnown={ports !== undefined} />
      <Samples device={device} place={place} password={credentials?.password ?? null} />
    </div>
  );
}

interface StationProps {
  readonly mn: string;
  readonly credentials: Credentials | null;
  /** Null = off; undefined while nobody knows. */
  readonly port: number | null | undefined;
}

/** What is set in the data logger of an HJ 212 station. */
function Station({ mn, credentials, port }: StationProps): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.stack}>
      {credentials !== null && (
        <section className={classes.secret} aria-label={t("devices.credentials")}>
          <p className={classes.warning}>▲ {t("devices.stationOnce")}</p>
          <Line label="MN" text={credentials.username} />
          <Line label="PW" text={credentials.password} />
        </section>
      )}
      <dl className={classes.facts}>
        <dt>{t("devices.server")}</dt>
        <dd>
          {typeof port === "number" ? (
            <code>{`${location.hostname}:${port}`}</code>
          ) : port === null ? (
            t("devices.stationOff")
          ) : (
            missing
          )}
        </dd>
        <dt>MN</dt>
        <dd>
          <code>{mn}</code>
        </dd>
        <dt>{t("devices.protocolHead")}</dt>
        <dd>{t("devices.stationProtocol")}</dd>
      </dl>
      <p className={classes.note}>{t("devices.stationHint")}</p>
    </div>
  );
}

interface SecretProps {
  readonly device: Connecting;
  readonly credentials: Credentials;
  readonly place: Place | null;
}

/** The password, shown once. */
function Secret({ device, credentials, place }: SecretProps): ReactNode {
  const { t } = useTranslation();
  const { username, password } = credentials;
  const topics = device.meterIds.map((meterId) => toTopic(device.enterpriseId, meterId, "telemetry"));
  const content = { ...place, clientId: username, username, password, topics };
  const save = (): void => {
    download(`${username}.json`, JSON.stringify(content, null, 2), "application/json");
  };
  return (
    <section className={classes.secret} aria-label={t("devices.credentials")}>
      <p className={classes.warning}>▲ {t("devices.once")}</p>
      <Line label={t("devices.username")} text={username} />
      <Line label={t("devices.password")} text={password} />
      <div>
        <Button isSmall icon="download" onClick={save}>
          {t("devices.saveJson")}
        </Button>
      </div>
      <details>
        <summary>{t("devices.showQr")}</summary>
        <QrImage text={shortEnough(content)} label={t("devices.qr", { id: username })} />
        <p className={classes.note}>{t("devices.qrHint")}</p>
      </details>
    </section>
  );
}

/** The same as the file; the topics of many meters do not fit, and follow from what stands in it. */
function shortEnough<T extends { readonly topics: readonly string[] }>(content: T): string {
  const whole = JSON.stringify(content);
  return whole.length <= 640 ? whole : JSON.stringify({ ...content, topics: undefined });
}

function Line({ label, text }: { label: string; text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.line}>
      <span>{label}</span>
      <code>{text}</code>
      <CopyButton text={text} label={t("devices.copyOf", { what: label })} />
    </div>
  );
}

function Address({ device, place, isKnown }: { device: Connecting; place: Place | null; isKnown: boolean }): ReactNode {
  const { t } = useTranslation();
  const scheme = place?.isTls ? "mqtts" : "mqtt";
  return (
    <dl className={classes.facts}>
      <dt>{t("devices.server")}</dt>
      <dd>
        {place === null ? (
          isKnown ? (
            t("devices.noPort")
          ) : (
            missing
          )
        ) : (
          <code>{`${scheme}://${place.host}:${place.port}`}</code>
        )}
      </dd>
      <dt>{t("devices.clientId")}</dt>
      <dd>
        <code>{device.id}</code>
      </dd>
      <dt>{t("devices.username")}</dt>
      <dd>
        <code>{device.id}</code>
      </dd>
      <dt>{t("devices.protocolHead")}</dt>
      <dd>{t("devices.protocol")}</dd>
    </dl>
  );
}

interface SamplesProps {
  readonly device: Connecting;
  readonly place: Place | null;
  readonly password: string | null;
}

/** The topic of a meter, a message of it, and the command that sends it. */
function Samples({ device, place, password }: SamplesProps): ReactNode {
  const { t } = useTranslation();
  const { meter, meterName } = useCatalog();
  const { time } = usePark().format;
  const now = Math.floor(useSecond() / 60_000) * 60_000;
  const [chosen, setChosen] = useState("");
  const known = device.meterIds.flatMap((id) => meter(id) ?? []);
  const of = known.find(({ id }) => id === chosen) ?? known[0];
  if (of === undefined) return <p className={classes.note}>{t("devices.noMetersHint")}</p>;
  const topic = toTopic(device.enterpriseId, of.id, "telemetry");
  return (
    <>
      {known.length > 1 && (
        <div>
          <Select
            label={t("devices.sampleOf")}
            value={of.id}
            options={known.map(({ id }) => ({ value: id, label: meterName(id) }))}
            onChange={setChosen}
          />
        </div>
      )}
      <Code label={t("devices.topic")} text={topic} />
      <Code label={t("devices.message")} text={JSON.stringify(sampleMessage(of.points, time.toIso(now)), null, 2)} />
      {place !== null && (
        <Code
          label={t("devices.command")}
          text={publishCommand({ place, username: device.id, password, topic, points: of.points })}
          note={password === null ? t("devices.commandPassword") : undefined}
        />
      )}
      <p className={classes.note}>{t("devices.messageHint")}</p>
    </>
  );
}

function Code({ label, text, note }: { label: string; text: string; note?: string | undefined }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.code}>
      <div className={classes.codeHead}>
        <span>{label}</span>
        <CopyButton text={text} label={t("devices.copyOf", { what: label })} />
      </div>
      <pre aria-label={label}>{text}</pre>
      {note !== undefined && <p className={classes.note}>{note}</p>}
    </div>
  );
}
