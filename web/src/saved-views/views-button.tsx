import { lazy, Suspense, type ReactNode } from "react";

const Menu = lazy(async () => {
  const [{ ViewsMenu }, { addViewTexts }] = await Promise.all([
    import("./views-menu.tsx"),
    import("../i18n/view-texts.ts"),
  ]);
  addViewTexts();
  return { default: ViewsMenu };
});

/** In a page's head: the saved views, and the way to save this one. Comes a moment after the page, with its texts. */
export const ViewsButton = (): ReactNode => (
  <Suspense fallback={null}>
    <Menu />
  </Suspense>
);
