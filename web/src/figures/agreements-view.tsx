import type { ReactNode } from "react";
import { ContractsView } from "./contracts-view.tsx";
import classes from "./figures.module.css";
import { QuotaEntries } from "./quota-entries.tsx";

/** What was agreed with an enterprise: by what it pays, and how much it may use. */
export function AgreementsView({ enterprise }: { enterprise: string }): ReactNode {
  return (
    <div className={classes.page}>
      <ContractsView enterprise={enterprise} />
      <QuotaEntries enterprise={enterprise} />
    </div>
  );
}
