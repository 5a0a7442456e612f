import type { AnnotationBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deleteJson, patchJson, postJson } from "../lib/api-client.ts";
import { useRefusalText } from "../ui/panel.tsx";
import { toast } from "../ui/toast.tsx";
import type { ChartPlace } from "./queries.ts";

const pathOf = (id: string): string => `/annotations/${encodeURIComponent(id)}`;

/** What is entered of an annotation; times in ISO. */
export interface AnnotationDraft {
  readonly from: string;
  readonly to: string;
  readonly tag: AnnotationBody["tag"];
  readonly text: string;
}

function useChange<T>(send: (given: T) => Promise<unknown>, onDone: (given: T) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: async (_answer, given) => {
      await client.invalidateQueries({ queryKey: ["annotations"] });
      onDone(given);
    },
  });
}

/** Writes an annotation, or changes the one given; a change can be taken back while its message stands. */
export function useSaveAnnotation(place: ChartPlace, before: AnnotationBody | null, onDone: () => void) {
  const { t } = useTranslation();
  const undo = useUndo();
  return useChange(
    (draft: AnnotationDraft | Partial<AnnotationDraft>) =>
      before === null
        ? postJson("/annotations", { enterpriseId: place.enterprise ?? null, meterId: place.meter ?? null, ...draft })
        : patchJson(pathOf(before.id), draft),
    () => {
      onDone();
      if (before === null) return toast(t("annotations.saved"));
      const { from, to, tag, text } = before;
      const run = (): void => undo(() => patchJson(pathOf(before.id), { from, to, tag, text }));
      toast(t("annotations.changed"), "done", { label: t("action.undo"), run });
    },
  );
}

/** Deletes an annotation; it can be brought back while the message stands. */
export function useDeleteAnnotation(): (annotation: AnnotationBody) => void {
  const { t } = useTranslation();
  const refusalText = useRefusalText();
  const undo = useUndo();
  const { mutate } = useChange(
    ({ id }: AnnotationBody) => deleteJson(pathOf(id)),
    ({ id }) => {
      const run = (): void => undo(() => postJson(`${pathOf(id)}/restore`, {}));
      toast(t("annotations.deleted"), "done", { label: t("action.undo"), run });
    },
  );
  return (annotation) => mutate(annotation, { onError: (error) => toast(refusalText(error), "failed") });
}

function useUndo(): (send: () => Promise<unknown>) => void {
  const { t } = useTranslation();
  const refusalText = useRefusalText();
  const { mutate } = useChange(
    (send: () => Promise<unknown>) => send(),
    () => toast(t("annotations.undone")),
  );
  return (send) => mutate(send, { onError: (error) => toast(refusalText(error), "failed") });
}
