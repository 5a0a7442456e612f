import { wallScenes, type WallScene } from "@smart-park/core";
import type { WallBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { patchJson, postJson } from "../../lib/api-client.ts";
import { textOf } from "../../lib/form-text.ts";
import { usePark } from "../../lib/park.ts";
import { useLive } from "../../live/live-context.ts";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { DateField } from "../../ui/date-field.tsx";
import { Checks, Field } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { wallPath, type WallLink } from "./queries.ts";

interface WallDialogProps {
  /** Null = a new one. */
  readonly wall: WallBody | null;
  readonly onClose: () => void;
  /** Of a new one: its link, to be shown once. */
  readonly onMade: (link: WallLink) => void;
}

const named = ["enterprises", "people"] as const;
type Named = (typeof named)[number];

/** Half a year: long enough to forget it, short enough to be asked again. */
const usualDays = 180;

/** What a screen shows, from where, and until when. */
export function WallDialog({ wall, onClose, onMade }: WallDialogProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { clock } = useLive();
  const [today] = useState(() => clock.now());
  const client = useQueryClient();
  const [scenes, setScenes] = useState<readonly WallScene[]>(wall?.scenes ?? wallScenes);
  const [shown, setShown] = useState<readonly Named[]>(
    wall === null
      ? ["enterprises"]
      : named.filter((one) => (one === "enterprises" ? wall.showEnterprises : wall.showPeople)),
  );
  const { mutate, error, isPending } = useMutation({
    gcTime: 0,
    mutationFn: async (form: FormData): Promise<WallLink | null> => {
      const settings = settingsOf(form);
      if (wall === null) return postJson<WallLink>("/walls", { id: textOf(form, "id").trim(), ...settings });
      await patchJson<WallBody>(wallPath(wall.id), settings);
      return null;
    },
    onSuccess: async (link) => {
      if (link === null) {
        toast(t("walls.saved"));
        onClose();
      } else onMade(link);
      await client.invalidateQueries({ queryKey: ["walls"] });
    },
  });
  const settingsOf = (form: FormData) => ({
    name: textOf(form, "name").trim(),
    sceneS: Number(textOf(form, "sceneS").trim()),
    networks: textOf(form, "networks")
      .trim()
      .split(/[\s,，、;；]+/)
      .filter(Boolean),
    // Through the last day that was named.
    expiresAt: format.time.startOfDay(format.time.startOfLocalDay(textOf(form, "until").trim()), 1),
    scenes,
    showEnterprises: shown.includes("enterprises"),
    showPeople: shown.includes("people"),
  });
  const dayOf = (at: number): string => format.time.dayOf(at);
  // The last day of one that is there: its end is the midnight after it.
  const until = wall === null ? dayOf(today + usualDays * 86_400_000) : dayOf(Date.parse(wall.expiresAt) - 1);
  return (
    <Dialog title={wall === null ? t("walls.addTitle") : t("walls.editTitle", { name: wall.name })} onClose={onClose}>
      <DialogForm
        confirm={wall === null ? t("walls.make") : t("walls.save")}
        isPending={isPending}
        isBlocked={scenes.length === 0}
        refusal={error}
        onConfirm={mutate}
        onClose={onClose}
      >
        <Field
          name="name"
          label={t("walls.name")}
          hint={t("walls.nameHint")}
          defaultValue={wall?.name ?? ""}
          required
          maxLength={120}
          data-autofocus
        />
        {wall === null && (
          <Field
            name="id"
            label={t("walls.id")}
            hint={t("walls.idHint")}
            required
            pattern="[A-Za-z0-9_\-]{1,48}"
            maxLength={48}
            autoComplete="off"
          />
        )}
        <Checks
          label={t("walls.scenesShown")}
          values={scenes}
          options={wallScenes.map((value) => ({ value, label: t(`wall.scene.${value}`) }))}
          onChange={setScenes}
        />
        <Field
          name="sceneS"
          type="number"
          label={t("walls.sceneS")}
          min={5}
          max={300}
          required
          defaultValue={wall?.sceneS ?? 20}
        />
        <Checks
          label={t("walls.names")}
          values={shown}
          options={named.map((value) => ({ value, label: t(`walls.named.${value}`) }))}
          onChange={setShown}
        />
        <DateField
          name="until"
          label={t("walls.lastDay")}
          hint={t("walls.lastDayHint")}
          required
          min={dayOf(today)}
          max={dayOf(today + 364 * 86_400_000)}
          defaultValue={until}
        />
        <Field
          name="networks"
          label={t("walls.networks")}
          hint={t("walls.networksHint")}
          defaultValue={wall?.networks.join(", ") ?? ""}
          autoComplete="off"
        />
      </DialogForm>
    </Dialog>
  );
}
