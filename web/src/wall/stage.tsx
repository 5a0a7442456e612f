import { useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode } from "react";
import { fit, shapes } from "./fit.ts";
import classes from "./stage.module.css";

/** Centres and scales what is designed for 1920 × 1080; what is drawn stays sharp, for nothing of it is a bitmap. */
export function Stage({ children, isDim = false }: { children: ReactNode; isDim?: boolean }): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  const [{ shape, scale }, setFit] = useState(() => fit(window.innerWidth, window.innerHeight));
  useLayoutEffect(() => {
    const element = container.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setFit(fit(element.clientWidth, element.clientHeight)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { width, height } = shapes[shape];
  const style: CSSProperties & { "--scale": number } = { width, height, "--scale": scale };
  return (
    <div ref={container} className={classes.container}>
      <div className={classes.stage} data-shape={shape} data-dim={isDim} style={style}>
        {children}
      </div>
    </div>
  );
}
