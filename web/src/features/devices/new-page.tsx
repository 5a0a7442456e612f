import type { MeterBody } from "@smart-park/core/wire";
import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson, postJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { useRight } from "../../lib/park.ts";
import { enterprisesQuery, metersQuery } from "../../lib/queries.ts";
import { useAddress } from "../../lib/use-address.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { NoRight } from "../../ui/no-right.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Loaded, Panel } from "../../ui/panel.tsx";
import { Connection, type Credentials } from "./connection.tsx";
import { RotateDialog } from "./device-dialogs.tsx";
import { draftOfWaiting, firstDraft, toApproval, toDevice, toMeter, type NamedDraft } from "./device-draft.ts";
import { DeviceForm } from "./device-form.tsx";
import { FirstMessage, useIsHeard } from "./first-message.tsx";
import classes from "./page.module.css";
import { deviceQuery, waitingDetailQuery, type DeviceBody, type WaitingDetail } from "./queries.ts";
import { forgetDraft, useSavedDraft } from "./saved-draft.ts";
import { Steps } from "./steps.tsx";
import { WaitingPanels, WaitingMessages } from "./waiting-panels.tsx";

const steps = ["profile", "connect", "first"] as const;

/** `/ops/devices/new`: a device by hand, or one that waits (`approve`); then how it connects (`device`), until it speaks. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const mayWrite = useRight("registry.write");
  const address = useAddress();
  // Kept by this page alone: not in the address, not in any store.
  const [made, setMade] = useState<MadeDevice | null>(null);
  const device = address.get("device");
  const waiting = address.get("approve");
  const onMade = (told: MadeDevice): void => {
    setMade(told);
    forgetDraft();
    address.change({ device: told.id, approve: null });
  };
  if (!mayWrite) return <NoRight title={t("deviceNew.title")} />;
  return (
    <div className={classes.page}>
      <PageHead
        title={t("deviceNew.title")}
        lead={t("deviceNew.lead")}
        actions={<ButtonLink to="/ops/devices">{t("deviceImport.back")}</ButtonLink>}
      />
      {device !== null ? (
        <Made id={device} credentials={made?.id === device ? made.credentials : null} />
      ) : waiting !== null ? (
        <Approve key={waiting} id={waiting} onMade={onMade} />
      ) : (
        <New onMade={onMade} />
      )}
    </div>
  );
}

const StepsOf = ({ at }: { at: number }): ReactNode => {
  const { t } = useTranslation();
  return <Steps label={t("deviceNew.title")} names={steps.map((name) => t(`deviceNew.step.${name}`))} at={at} />;
};

async function refresh(client: QueryClient): Promise<void> {
  for (const queryKey of [["devices"], ["waiting-devices"], enterprisesQuery().queryKey, metersQuery().queryKey])
    await client.invalidateQueries({ queryKey });
}

/** Meters, then the device; when the device is refused, its meters are taken back, so that the form can be sent again. */
async function make(draft: NamedDraft, pw: string): Promise<Credentials> {
  const made: string[] = [];
  try {
    for (const meter of draft.meters) {
      await postJson<MeterBody>("/meters", toMeter(draft, meter));
      made.push(meter.id);
    }
    return await postJson<Credentials>("/devices", toDevice(draft, pw));
  } catch (error) {
    for (const id of made) await deleteJson(`/meters/${encodeURIComponent(id)}`).catch(() => undefined);
    throw error;
  }
}

/** A station's user name is its MN, so the device's own id stands beside. */
interface MadeDevice {
  readonly id: string;
  readonly credentials: Credentials;
}

interface Making {
  readonly onMade: (made: MadeDevice) => void;
}

function useMaking(how: (draft: NamedDraft) => Promise<Credentials>, { onMade }: Making) {
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: how,
    onSuccess: async (credentials, draft) => {
      await refresh(client);
      onMade({ id: draft.deviceId, credentials });
    },
    gcTime: 0,
  });
  return { send: mutate, isPending, refusal: error };
}

function New({ onMade }: Making): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const [draft, setDraft] = useSavedDraft(firstDraft(address.get("ent") ?? ""), true);
  const [pw, setPw] = useState("");
  const { send, isPending, refusal } = useMaking((named) => make(named, pw), { onMade });
  return (
    <>
      <StepsOf at={0} />
      <div className={classes.split}>
        <DeviceForm
          draft={draft}
          onChange={setDraft}
          onSubmit={send}
          pw={{ value: pw, onChange: setPw }}
          submitText={t("deviceNew.make")}
          isPending={isPending}
          refusal={refusal}
        />
        <WaitingPanels />
      </div>
    </>
  );
}

function Approve({ id, onMade }: Making & { id: string }): ReactNode {
  const waiting = useQuery(waitingDetailQuery(id));
  const enterprises = useQuery(enterprisesQuery());
  return (
    // What was looked at before is not all that it has said by now.
    <Loaded query={waiting.isFetchedAfterMount ? waiting : { ...waiting, data: undefined }} lines={8}>
      {(detail) => (
        <Loaded query={enterprises} lines={8}>
          {(known) => <ApproveForm detail={detail} enterprises={known.map((one) => one.id)} onMade={onMade} />}
        </Loaded>
      )}
    </Loaded>
  );
}

interface ApproveFormProps extends Making {
  readonly detail: WaitingDetail;
  readonly enterprises: readonly string[];
}

function ApproveForm({ detail, enterprises, onMade }: ApproveFormProps): ReactNode {
  const { t } = useTranslation();
  const [draft, setDraft] = useSavedDraft(draftOfWaiting(detail, enterprises), false);
  const { send, isPending, refusal } = useMaking(
    (named) => postJson<Credentials>(`/waiting-devices/${encodeURIComponent(detail.id)}/approve`, toApproval(named)),
    { onMade },
  );
  return (
    <>
      <StepsOf at={0} />
      <div className={classes.split}>
        <DeviceForm
          draft={draft}
          onChange={setDraft}
          onSubmit={send}
          submitText={t("deviceNew.approve")}
          isPending={isPending}
          refusal={refusal}
          isIdFixed
        />
        <Panel title={t("waiting.claims")} aside={t("waiting.claimsHint")} isFlush>
          <WaitingMessages detail={detail} />
        </Panel>
      </div>
    </>
  );
}

function Made({ id, credentials }: { id: string; credentials: Credentials | null }): ReactNode {
  const query = useQuery(deviceQuery(id));
  const { meters } = useCatalog();
  return (
    <Loaded query={query} lines={8}>
      {(device) =>
        // The meters were just made: what hears of their readings needs to know them.
        meters.some((meter) => device.meterIds.includes(meter.id)) && (
          <Connect key={id} device={device} credentials={credentials} />
        )
      }
    </Loaded>
  );
}

function Connect({ device, credentials }: { device: DeviceBody; credentials: Credentials | null }): ReactNode {
  const { t } = useTranslation();
  const isHeard = useIsHeard(device);
  const [isRotating, setIsRotating] = useState(false);
  return (
    <>
      <StepsOf at={isHeard ? 3 : 1} />
      <div className={classes.split}>
        <Panel
          title={t("deviceNew.step.connect")}
          aside={t("devices.connectionHint")}
          actions={
            credentials === null && (
              <Button isSmall onClick={() => setIsRotating(true)}>
                {t("devices.rotate")}
              </Button>
            )
          }
        >
          <div className={classes.stack}>
            {credentials === null && <p className={classes.note}>{t("deviceNew.secretGone")}</p>}
            <Connection device={device} credentials={credentials} />
          </div>
        </Panel>
        <FirstMessage device={device} />
      </div>
      {isRotating && <RotateDialog device={device} onClose={() => setIsRotating(false)} />}
    </>
  );
}
