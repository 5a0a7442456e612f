import type { ComponentType } from "react";

const pages = {
  health: async () => {
    const [{ Page }, texts] = await Promise.all([
      import("../features/health/page.tsx"),
      import("../i18n/desk-texts.ts"),
    ]);
    texts.addDeskTexts();
    return Page;
  },
  quality: async () => {
    const [{ Page }, texts] = await Promise.all([
      import("../features/quality/page.tsx"),
      import("../i18n/quality-texts.ts"),
    ]);
    texts.addQualityTexts();
    return Page;
  },
} as const satisfies Record<string, () => Promise<ComponentType>>;

/** A desk of who runs the platform, with its texts: few open them, so the first load does not even know their files. */
export const openDesk = (name: keyof typeof pages): Promise<ComponentType> => pages[name]();
