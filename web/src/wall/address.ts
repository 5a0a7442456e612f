import { wallScenes, type WallScene } from "@smart-park/core";
import type { Language } from "../lib/preferences.ts";

/** What the address of a screen says: `/wall/{screen}?scene=&pause=&theme=&lang=#k={key}`. */
export interface WallAddress {
  readonly screen: string;
  /** Opens the screen, once. */
  readonly key: string | null;
  /** Where it begins; null = with its first. */
  readonly scene: WallScene | null;
  readonly isPaused: boolean;
  readonly theme: "dark" | "light";
  readonly language: Language;
}

/** What is not known falls back to the default: a screen has nobody to ask. */
export function readAddress({ pathname, search, hash }: Pick<Location, "pathname" | "search" | "hash">): WallAddress {
  const query = new URLSearchParams(search);
  return {
    screen: decoded(pathname.split("/")[2] ?? ""),
    key: new URLSearchParams(hash.slice(1)).get("k"),
    scene: wallScenes.find((scene) => scene === query.get("scene")) ?? null,
    isPaused: query.get("pause") === "1",
    theme: query.get("theme") === "light" ? "light" : "dark",
    language: query.get("lang") === "en" ? "en" : "zh",
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
