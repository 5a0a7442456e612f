import { useEffect, useState } from "react";
import type { DeviceDraft } from "./device-draft.ts";

const storageKey = "park.device-draft";

/** A draft that outlives a reload of its page, in this tab only; it holds no secret. */
export function useSavedDraft(first: DeviceDraft, isSaved: boolean): [DeviceDraft, (draft: DeviceDraft) => void] {
  const [draft, setDraft] = useState(() => (isSaved ? (read() ?? first) : first));
  useEffect(() => {
    if (isSaved) sessionStorage.setItem(storageKey, JSON.stringify(draft));
  }, [draft, isSaved]);
  return [draft, setDraft];
}

export const forgetDraft = (): void => sessionStorage.removeItem(storageKey);

function read(): DeviceDraft | null {
  try {
    const text = sessionStorage.getItem(storageKey);
    // Written above, by this very tab, maybe before an update.
    if (text === null) return null;
    const saved = { mn: null, ...(JSON.parse(text) as Omit<DeviceDraft, "mn">) };
    return { ...saved, meters: saved.meters.map((meter) => ({ ...meter, parentId: meter.parentId ?? null })) };
  } catch {
    return null;
  }
}
