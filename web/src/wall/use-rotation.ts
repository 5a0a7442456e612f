import type { WallScene } from "@smart-park/core";
import type { WallContent } from "@smart-park/core/wire";
import { useEffect, useState } from "react";
import type { WallAddress } from "./address.ts";

/** The scenes of a screen for which there is something to show; never none. */
export function shownScenes(content: WallContent): readonly WallScene[] {
  const hasWater = content.waterM3.today !== null || content.days.some(({ waterM3 }) => waterM3 !== null);
  const isEmpty: Readonly<Partial<Record<WallScene, boolean>>> = {
    water: !hasWater,
    emissions: content.outlets.length === 0,
    carbon: content.carbon === null,
  };
  const shown = content.scenes.filter((scene) => isEmpty[scene] !== true);
  return shown.length > 0 ? shown : ["overview"];
}

interface Rotation {
  readonly scenes: readonly WallScene[];
  readonly sceneS: number;
  readonly address: Pick<WallAddress, "scene" | "isPaused">;
}

/** Which scene is shown. Space stops and goes on, the arrows go by hand; a screen needs neither. */
export function useRotation({ scenes, sceneS, address }: Rotation): { scene: WallScene; isPaused: boolean } {
  const [scene, setScene] = useState(address.scene ?? scenes[0] ?? "overview");
  const [isPaused, setIsPaused] = useState(address.isPaused);
  const at = scenes.indexOf(scene);
  const step = (by: number): WallScene => scenes[(Math.max(0, at) + by + scenes.length) % scenes.length] ?? "overview";
  const next = step(at < 0 ? 0 : 1);
  const before = step(-1);
  useEffect(() => {
    if (isPaused) return;
    const timer = setTimeout(() => setScene(next), sceneS * 1000);
    return () => clearTimeout(timer);
  }, [isPaused, next, scene, sceneS]);
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === " ") setIsPaused((is) => !is);
      if (key === "ArrowRight") setScene(next);
      if (key === "ArrowLeft") setScene(before);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [next, before]);
  return { scene, isPaused };
}
