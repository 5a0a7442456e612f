/** 32-bit hash of a text (FNV-1a), the start of every seeded sequence. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Evenly spread number in [0, 1) for a seed and an index; the same for ever. */
export function randomAt(seed: number, index: number): number {
  let h = (seed ^ Math.imul(index | 0, 0x9e3779b1) ^ Math.imul(Math.floor(index / 2 ** 32), 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

/** Smooth noise in [-1, 1]: cosine between random values that lie `periodMs` apart. */
export function smoothNoise(seed: number, at: number, periodMs: number): number {
  const index = Math.floor(at / periodMs);
  const part = at / periodMs - index;
  const weight = (1 - Math.cos(Math.PI * part)) / 2;
  return 2 * (randomAt(seed, index) * (1 - weight) + randomAt(seed, index + 1) * weight) - 1;
}

/** A seeded sequence of numbers in [0, 1), for plans that are made in order. */
export function sequence(seed: number): () => number {
  let index = 0;
  return () => randomAt(seed, index++);
}
