// Owns bytes that wait for their rest: one growing buffer, however small the pieces. Knows no meaning.

const capacityBytesMin = 1024;

export class Carry {
  length = 0;
  /** The first piece as it came; a larger buffer of our own from the second one on. */
  #bytes: Buffer | undefined = undefined;

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    if (this.#bytes === undefined) this.#bytes = piece;
    else this.#room(this.#bytes, this.length + piece.length).set(piece, this.length);
    this.length += piece.length;
  }

  /** All of it; nothing is kept. */
  take(): Buffer | undefined {
    const bytes = this.#bytes;
    const { length } = this;
    this.#bytes = undefined;
    this.length = 0;
    return bytes?.length === length ? bytes : bytes?.subarray(0, length);
  }

  #room(bytes: Buffer, length: number): Buffer {
    if (bytes.length >= length) return bytes;
    const grown = Buffer.allocUnsafe(Math.max(capacityBytesMin, length * 2));
    bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
    return grown;
  }
}
