import type { ReactNode } from "react";
import classes from "./banner.module.css";
import { classNames } from "../lib/class-names.ts";

interface BannerProps {
  readonly tone?: "notice" | "error";
  readonly children: ReactNode;
  /** What can be done about it. */
  readonly action: ReactNode;
}

/** One sentence across the top of every page, about the page itself, with its way out. */
export function Banner({ tone = "notice", children, action }: BannerProps): ReactNode {
  const isError = tone === "error";
  return (
    <div className={classNames(classes.banner, isError && classes.error)} role={isError ? "alert" : "status"}>
      <span>{children}</span>
      {action}
    </div>
  );
}
