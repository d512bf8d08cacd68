// Owns bytes that wait for their rest: one growing buffer, however small the pieces. Knows no meaning.

const capacityBytesMin = 1024;

export class Carry {
  length = 0;
  /** The first piece is kept as it came; a copy is made when a second one follows. */
  #bytes: Buffer | undefined = undefined;
  #isOwn = false;

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    const length = this.length + piece.length;
    if (this.#bytes === undefined) this.#bytes = piece;
    else this.#room(this.#bytes, length).set(piece, this.length);
    this.length = length;
  }

  /** All of it; nothing is kept. */
  take(): Buffer | undefined {
    const bytes = this.#isOwn ? this.#bytes?.subarray(0, this.length) : this.#bytes;
    this.#bytes = undefined;
    this.#isOwn = false;
    this.length = 0;
    return bytes;
  }

  #room(bytes: Buffer, length: number): Buffer {
    if (this.#isOwn && bytes.length >= length) return bytes;
    const grown = Buffer.allocUnsafe(Math.max(capacityBytesMin, length * 2));
    bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
    this.#isOwn = true;
    return grown;
  }
}
