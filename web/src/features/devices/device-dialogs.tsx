import type { MeterBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { deleteJson, patchJson, postJson } from "../../lib/api-client.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useRefusalText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { Connection, type Credentials } from "./connection.tsx";
import classes from "./page.module.css";
import { devicesQuery, type DeviceBody } from "./queries.ts";

interface DialogProps {
  readonly device: DeviceBody;
  readonly onClose: () => void;
}

/** Asks, then shows the new password, this once. */
export function RotateDialog({ device, onClose }: DialogProps): ReactNode {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => postJson<Credentials>(`/devices/${encodeURIComponent(device.id)}/rotate`, {}),
    // Nothing keeps a password longer than the dialog that shows it.
    gcTime: 0,
  });
  if (data)
    return (
      <Dialog title={t("devices.rotated", { id: device.id })} shape="wide" onClose={onClose}>
        <Connection device={device} credentials={data} />
        <DialogFoot>
          <Button look="primary" onClick={onClose}>
            {t("devices.noted")}
          </Button>
        </DialogFoot>
      </Dialog>
    );
  return (
    <ConfirmDialog
      title={t("devices.rotateTitle", { id: device.id })}
      confirm={t("devices.rotate")}
      isPending={isPending}
      refusal={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <p>{t("devices.rotateHint")}</p>
    </ConfirmDialog>
  );
}

/** Removing cannot be taken back, for nobody has the password any more; shutting out can, so that is offered too. */
export function RemoveDialog({ device, onClose }: DialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const path = `/devices/${encodeURIComponent(device.id)}`;
  const { mutate, error, isPending } = useMutation({
    mutationFn: async (what: "remove" | "disable") => {
      if (what === "remove") await deleteJson(path);
      else await postJson<DeviceBody>(`${path}/disable`, {});
      return what;
    },
    onSuccess: async (what) => {
      toast(t(what === "remove" ? "devices.removed" : "devices.switchedOff", { id: device.id }));
      onClose();
      if (what === "remove") await navigate("/ops/devices");
      // Asking for what is gone would only be answered with 404.
      const queryKey = what === "remove" ? devicesQuery().queryKey : ["devices"];
      await client.invalidateQueries({ queryKey });
    },
  });
  return (
    <ConfirmDialog
      title={t("devices.removeTitle", { id: device.id })}
      confirm={t("devices.remove")}
      isPending={isPending}
      refusal={error}
      others={
        device.enabled && (
          <Button disabled={isPending} onClick={() => mutate("disable")}>
            {t("devices.disableInstead")}
          </Button>
        )
      }
      onConfirm={() => mutate("remove")}
      onClose={onClose}
    >
      <p>{t("devices.removeHint", { n: device.meterIds.length })}</p>
    </ConfirmDialog>
  );
}

type Names = Pick<MeterBody, "name" | "nameEn">;

/** New names of a meter; its readings stay where they are, for they hang on its id. */
export function RenameDialog({ meter, onClose }: { meter: MeterBody; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const [name, setName] = useState(meter.name);
  const [nameEn, setNameEn] = useState(meter.nameEn ?? "");
  const before: Names = { name: meter.name, nameEn: meter.nameEn };
  const rename = async (names: Names): Promise<void> => {
    await patchJson<MeterBody>(`/meters/${encodeURIComponent(meter.id)}`, names);
    await client.invalidateQueries({ queryKey: ["meters"] });
  };
  const undo = (): void => {
    rename(before).then(
      () => toast(t("devices.renamed", { name: before.name })),
      (error: unknown) => toast(t("error.action", { detail: refusalText(error) }), "failed"),
    );
  };
  const { mutate, error, isPending } = useMutation({
    mutationFn: rename,
    onSuccess: (_, names) => {
      toast(t("devices.renamed", { name: names.name }), "done", { label: t("action.undo"), run: undo });
      onClose();
    },
  });
  return (
    <Dialog title={t("devices.renameTitle", { id: meter.id })} onClose={onClose}>
      <DialogForm
        confirm={t("devices.rename")}
        isPending={isPending}
        isBlocked={name.trim() === ""}
        refusal={error}
        onConfirm={() => mutate({ name: name.trim(), nameEn: nameEn.trim() === "" ? null : nameEn.trim() })}
        onClose={onClose}
      >
        <Field
          label={t("devices.meterName")}
          required
          maxLength={200}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={t("devices.meterNameEn")}
          maxLength={200}
          value={nameEn}
          onChange={(event) => setNameEn(event.target.value)}
        />
        <p className={classes.note}>{t("devices.renameHint")}</p>
      </DialogForm>
    </Dialog>
  );
}
