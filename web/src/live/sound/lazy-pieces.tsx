import { lazy, Suspense, type ReactNode } from "react";
import type * as pieces from "./pieces.ts";

type Piece = keyof typeof pieces;

/** A piece that comes a moment after the page, with its texts. */
function lazyPiece(name: Piece): () => ReactNode {
  const Shown = lazy(async () => {
    const [loaded, { addSoundTexts }] = await Promise.all([import("./pieces.ts"), import("../../i18n/sound-texts.ts")]);
    addSoundTexts();
    return { default: loaded[name] };
  });
  return () => (
    <Suspense fallback={null}>
      <Shown />
    </Suspense>
  );
}

export const AlertSound = lazyPiece("AlertSound");
export const SoundMenu = lazyPiece("SoundMenu");
