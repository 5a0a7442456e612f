import { t } from "i18next";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { startI18n } from "./i18n/i18n.ts";
import { speakOfForms } from "./lib/form-complaints.ts";
import { applyPreferences, followOtherTabs } from "./lib/preferences.ts";
import "./tokens.css";
import "./base.css";

applyPreferences();
followOtherTabs();
await startI18n();
speakOfForms(t);
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
