import { createRoot } from "react-dom/client";
import { startI18n } from "../i18n/i18n.ts";
import { addOverviewTexts } from "../i18n/overview-texts.ts";
import { addWallTexts } from "../i18n/wall-texts.ts";
import "../tokens.css";
import "../base.css";
import "./wall.css";
import { readAddress } from "./address.ts";
import { WallApp } from "./wall-app.tsx";

const address = readAddress(location);
// The key opens the screen once: it leaves the address before anything else happens, and no history keeps it.
if (address.key !== null) history.replaceState(null, "", `${location.pathname}${location.search}`);
// Another link, opened where the screen stands already, changes the address only behind the `#`.
addEventListener("hashchange", () => {
  if (readAddress(location).key !== null) location.reload();
});
const root = document.documentElement;
root.dataset["theme"] = address.theme;
root.lang = address.language === "zh" ? "zh-CN" : "en";
await startI18n(address.language);
addOverviewTexts();
addWallTexts();
/** The hash in the name of this script: what the server compares with the page that it serves now. */
const build = /\/wall-([\w-]+)\.js/.exec(import.meta.url)?.[1] ?? "development";
const element = document.getElementById("root");
if (element) createRoot(element).render(<WallApp address={address} build={build} />);
