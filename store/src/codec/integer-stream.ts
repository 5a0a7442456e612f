type Integers = Float64Array | Uint8Array;

/**
 * Whole numbers as a growing byte string: differences of the given order, sign folded in (zigzag), seven bits a byte,
 * a run of zeros as one zero and its length. All arithmetic stays inside the 53 exact bits of a double.
 */
export class IntegerWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expectedBytes: number) {
    this.#bytes = new Uint8Array(expectedBytes + 16);
  }

  get length(): number {
    return this.#length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  append(other: IntegerWriter): void {
    this.appendBytes(other.bytes());
  }

  appendBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A whole number >= 0. */
  writeCount(count: number): void {
    this.#reserve(8);
    let rest = count;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Order 1: what is added from one to the next; order 2: how that changes. The first one counts from 0. */
  writeDifferences(integers: Integers, order: 1 | 2): void {
    let [previous, previousStep, zeros] = [0, 0, 0];
    for (const integer of integers) {
      const step = integer - previous;
      const difference = order === 1 ? step : step - previousStep;
      [previous, previousStep] = [integer, step];
      if (difference === 0) {
        zeros++;
        continue;
      }
      if (zeros > 0) this.#writeZeros(zeros);
      zeros = 0;
      this.writeCount(difference > 0 ? difference * 2 : -difference * 2 - 1);
    }
    if (zeros > 0) this.#writeZeros(zeros);
  }

  #writeZeros(run: number): void {
    this.writeCount(0);
    this.writeCount(run);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2 + more);
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}

/** Reads back what IntegerWriter wrote, in the same order. */
export class IntegerReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  takeBytes(length: number): Uint8Array {
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  readCount(): number {
    let [count, place] = [0, 1];
    for (;;) {
      const byte = this.#bytes[this.#offset++] ?? 0;
      count += (byte & 127) * place;
      if (byte < 128) return count;
      place *= 128;
    }
  }

  /** Fills all of `into`. */
  readDifferences(into: Integers, order: 1 | 2): void {
    let [previous, step, zeros] = [0, 0, 0];
    for (let i = 0; i < into.length; i++) {
      let difference = 0;
      if (zeros > 0) zeros--;
      else {
        const folded = this.readCount();
        if (folded === 0) zeros = this.readCount() - 1;
        else difference = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
      }
      step = order === 1 ? difference : step + difference;
      previous += step;
      into[i] = previous;
    }
  }
}
