import type { QueryClient } from "@tanstack/react-query";
import type { ComponentType } from "react";
import {
  createBrowserRouter,
  redirect,
  type LoaderFunctionArgs,
  type RouteObject,
  type ShouldRevalidateFunction,
} from "react-router";
import type { Me } from "@smart-park/core/wire";
import { isApiError } from "../lib/api-client.ts";
import { Page as LoginPage } from "../features/login/page.tsx";
import { homeOf } from "../lib/park.ts";
import { enterprisesQuery, meQuery, metersQuery, overviewQuery } from "../lib/queries.ts";
import { loadSocket } from "../live/live-connection.ts";
import { NoAccess, NotFoundPage, PageFailed } from "./page-failed.tsx";
import { Shell } from "./shell/shell.tsx";

/** The page of a feature folder, fetched when first visited. */
const page = (load: () => Promise<{ Page: ComponentType }>) => async (): Promise<{ Component: ComponentType }> => ({
  Component: (await load()).Page,
});

/** A page that brings texts of its own along. */
const pageWith =
  (texts: () => Promise<() => void>) =>
  (load: () => Promise<{ Page: ComponentType }>): ReturnType<typeof page> =>
    page(async () => {
      const [loaded, addTexts] = await Promise.all([load(), texts()]);
      addTexts();
      return loaded;
    });
const overviewPage = pageWith(async () => (await import("../i18n/overview-texts.ts")).addOverviewTexts);
const figurePage = pageWith(async () => (await import("../i18n/figure-texts.ts")).addFigureTexts);
const rulePage = pageWith(async () => (await import("../i18n/rule-texts.ts")).addRuleTexts);
const inspectionPage = pageWith(async () => (await import("../i18n/inspection-texts.ts")).addInspectionTexts);
const peoplePage = pageWith(async () => (await import("../i18n/people-texts.ts")).addPeopleTexts);
const auditPage = pageWith(async () => (await import("../i18n/audit-texts.ts")).addAuditTexts);
const settingsPage = pageWith(async () => {
  const [people, sound] = await Promise.all([import("../i18n/people-texts.ts"), import("../i18n/sound-texts.ts")]);
  return () => (people.addPeopleTexts(), sound.addSoundTexts());
});
const wallPage = pageWith(async () => (await import("../i18n/wall-texts.ts")).addWallTexts);
const commandTexts = () => import("../i18n/command-texts.ts");
const devicePage = pageWith(async () => {
  const [devices, commands] = await Promise.all([import("../i18n/device-texts.ts"), commandTexts()]);
  return () => (devices.addDeviceTexts(), commands.addCommandTexts());
});
const meterPage = pageWith(async () => {
  const [overview, commands] = await Promise.all([import("../i18n/overview-texts.ts"), commandTexts()]);
  return () => (overview.addOverviewTexts(), commands.addCommandTexts());
});
const channelPage = pageWith(async () => (await import("../i18n/channel-texts.ts")).addChannelTexts);
const desk = (name: "health" | "quality") => async (): Promise<{ Component: ComponentType }> => ({
  Component: await (await import("./desk-pages.ts")).openDesk(name),
});

const signedIn = (client: QueryClient): Promise<Me | null> =>
  client.ensureQueryData(meQuery()).catch((error: unknown) => {
    if (isApiError(error) && error.status === 401) return null;
    throw error;
  });

const signInAddress = (request: Request): string => {
  const { pathname, search } = new URL(request.url);
  const next = `${pathname}${search}`;
  return next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`;
};

/** Everything but the sign-in page needs a person whose password is their own. */
const requirePerson =
  (client: QueryClient) =>
  async ({ request }: LoaderFunctionArgs): Promise<Me> => {
    // What every page needs soon comes while the server is asked; should it fail, the connection asks again.
    void loadSocket().catch(() => undefined);
    const me = await signedIn(client);
    if (!me || me.mustChangePassword) throw redirect(signInAddress(request));
    // Every page names meters and enterprises: fetched while the page itself still comes.
    void client.prefetchQuery(metersQuery());
    void client.prefetchQuery(enterprisesQuery());
    return me;
  };

/** Pages of the whole park show an enterprise nothing it has not got at home, and the other way round: who asks is told there. */
const onlyFor = (client: QueryClient, home: "/overview" | "/my") => async (): Promise<null> => {
  const me = await signedIn(client);
  if (!me || homeOf(me) === home) return null;
  throw new NoAccess(home === "/overview" ? "park" : "enterprise");
};

/** The figures of the overview are on their way while its page still comes. */
const forOverview = (client: QueryClient) => async (): Promise<null> => {
  await onlyFor(client, "/overview")();
  void client.prefetchQuery(overviewQuery());
  return null;
};

const toHome = (client: QueryClient) => async () => {
  const me = await signedIn(client);
  return redirect(me ? homeOf(me) : "/login");
};

/** Of an address that only leads on: without a component the router warns that the page is empty. */
const Nothing = (): null => null;

const pagesOf = (client: QueryClient): RouteObject[] =>
  [
    {
      path: "overview",
      loader: forOverview(client),
      lazy: overviewPage(() => import("../features/overview/page.tsx")),
    },
    { path: "live", loader: onlyFor(client, "/overview"), lazy: page(() => import("../features/live/page.tsx")) },
    { path: "energy", loader: () => redirect("/energy/load"), Component: Nothing },
    {
      path: "energy/:view",
      loader: onlyFor(client, "/overview"),
      lazy: figurePage(() => import("../features/energy/page.tsx")),
    },
    {
      path: "carbon",
      loader: onlyFor(client, "/overview"),
      lazy: figurePage(() => import("../features/carbon/page.tsx")),
    },
    {
      path: "bills",
      loader: onlyFor(client, "/overview"),
      lazy: figurePage(() => import("../features/bills/page.tsx")),
    },
    {
      path: "water",
      loader: onlyFor(client, "/overview"),
      lazy: figurePage(() => import("../features/water/page.tsx")),
    },
    {
      path: "emissions",
      loader: onlyFor(client, "/overview"),
      lazy: figurePage(() => import("../features/emissions/page.tsx")),
    },
    { path: "meters/:id", lazy: meterPage(() => import("../features/meter/page.tsx")) },
    { path: "alerts", lazy: page(() => import("../features/alerts/page.tsx")) },
    { path: "alerts/:id", lazy: rulePage(() => import("../features/alerts/detail-page.tsx")) },
    {
      path: "enterprises",
      loader: onlyFor(client, "/overview"),
      lazy: figurePage(() => import("../features/enterprises/page.tsx")),
    },
    {
      path: "enterprises/:id",
      loader: onlyFor(client, "/overview"),
      lazy: figurePage(() => import("../features/enterprises/detail-page.tsx")),
    },
    {
      path: "regulated",
      loader: onlyFor(client, "/overview"),
      lazy: figurePage(() => import("../features/regulated/page.tsx")),
    },
    { path: "inspections", lazy: inspectionPage(() => import("../features/inspections/page.tsx")) },
    { path: "my/meters", loader: () => redirect("/my"), Component: Nothing },
    { path: "my/alerts", loader: () => redirect("/alerts"), Component: Nothing },
    {
      path: "my/:section",
      loader: onlyFor(client, "/my"),
      lazy: figurePage(() => import("../features/my/section-page.tsx")),
    },
    { path: "my", loader: onlyFor(client, "/my"), lazy: figurePage(() => import("../features/my/page.tsx")) },
    {
      path: "ops/rules",
      loader: onlyFor(client, "/overview"),
      lazy: rulePage(() => import("../features/rules/page.tsx")),
    },
    {
      path: "ops/rules/:id",
      loader: onlyFor(client, "/overview"),
      lazy: rulePage(() => import("../features/rules/editor-page.tsx")),
    },
    {
      path: "ops/devices",
      loader: onlyFor(client, "/overview"),
      lazy: devicePage(() => import("../features/devices/page.tsx")),
    },
    {
      path: "ops/devices/new",
      loader: onlyFor(client, "/overview"),
      lazy: devicePage(() => import("../features/devices/new-page.tsx")),
    },
    {
      path: "ops/devices/import",
      loader: onlyFor(client, "/overview"),
      lazy: devicePage(() => import("../features/devices/import-page.tsx")),
    },
    {
      // Not directly below: a device may be called as a page is.
      path: "ops/devices/id/:id",
      loader: onlyFor(client, "/overview"),
      lazy: devicePage(() => import("../features/devices/detail-page.tsx")),
    },
    { path: "ops/channels", lazy: channelPage(() => import("../features/channels/page.tsx")) },
    {
      path: "ops/channels/new",
      loader: onlyFor(client, "/overview"),
      lazy: channelPage(() => import("../features/channels/editor-page.tsx")),
    },
    {
      path: "ops/channels/id/:id",
      loader: onlyFor(client, "/overview"),
      lazy: channelPage(() => import("../features/channels/editor-page.tsx")),
    },
    { path: "ops/quality", loader: onlyFor(client, "/overview"), lazy: desk("quality") },
    { path: "ops/health", loader: onlyFor(client, "/overview"), lazy: desk("health") },
    { path: "ops/windows", lazy: rulePage(() => import("../features/rules/windows-page.tsx")) },
    { path: "ops/users", lazy: peoplePage(() => import("../features/people/users-page.tsx")) },
    { path: "ops/tokens", lazy: peoplePage(() => import("../features/tokens/page.tsx")) },
    { path: "ops/audit", lazy: auditPage(() => import("../features/people/audit-page.tsx")) },
    {
      path: "ops/walls",
      loader: onlyFor(client, "/overview"),
      lazy: wallPage(() => import("../features/walls/page.tsx")),
    },
    { path: "settings", lazy: settingsPage(() => import("../features/settings/page.tsx")) },
    { path: "*", Component: NotFoundPage },
  ].map((route) => ({ ...route, ErrorBoundary: PageFailed, shouldRevalidate: isOtherPage }));

/** What a page is asked for changes with each key of a search; whom the page is for does not. */
const isOtherPage: ShouldRevalidateFunction = ({ currentUrl, nextUrl }) => currentUrl.pathname !== nextUrl.pathname;

/** All addresses of the app. */
export const makeRouter = (client: QueryClient): ReturnType<typeof createBrowserRouter> =>
  createBrowserRouter([
    {
      ErrorBoundary: PageFailed,
      // The skeleton of index.html stays until the first page is ready.
      HydrateFallback: () => null,
      children: [
        { path: "/login", Component: LoginPage }, // not fetched by itself: whoever is to sign in waits for nothing else
        {
          path: "/",
          id: "shell",
          loader: requirePerson(client),
          // Who is signed in does not change by walking from page to page.
          shouldRevalidate: () => false,
          Component: Shell,
          children: [{ index: true, loader: toHome(client), Component: Nothing }, ...pagesOf(client)],
        },
      ],
    },
  ]);
