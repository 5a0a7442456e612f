import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link, type LinkProps } from "react-router";
import { classNames } from "../lib/class-names.ts";
import classes from "./button.module.css";
import { Icon, type IconName } from "./icons.tsx";

interface Look {
  readonly look?: "primary" | "plain" | "quiet";
  readonly isSmall?: boolean;
  readonly icon?: IconName;
}

const classOf = ({ look = "plain", isSmall = false }: Look, isSquare: boolean): string =>
  classNames(
    classes.button,
    look === "primary" && classes.primary,
    look === "quiet" && classes.quiet,
    isSmall && classes.small,
    isSquare && classes.square,
  );

export function Button({
  look,
  isSmall,
  icon,
  children,
  className,
  ...rest
}: Look & ButtonHTMLAttributes<HTMLButtonElement>): ReactNode {
  const style = classOf({ ...(look ? { look } : {}), ...(isSmall ? { isSmall } : {}) }, !children);
  return (
    <button type="button" className={classNames(style, className)} {...rest}>
      {icon && <Icon name={icon} size={isSmall ? 15 : 17} />}
      {children}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function ButtonLink({ look, isSmall, icon, children, ...rest }: Look & LinkProps): ReactNode {
  const style = classOf({ ...(look ? { look } : {}), ...(isSmall ? { isSmall } : {}) }, !children);
  return (
    <Link className={style} {...rest}>
      {icon && <Icon name={icon} size={isSmall ? 15 : 17} />}
      {children}
    </Link>
  );
}
