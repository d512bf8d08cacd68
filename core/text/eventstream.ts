// Owns cutting a byte stream into messages of AWS's eventstream encoding, each proven by its checksums. Reads
// no header.

import { type Refusal, refuse } from "../contracts/refusal.ts";
import { Carry } from "./carry.ts";
import { checksumBytes, endsInChecksum, shortCrc32 } from "./checksum.ts";
import type { Cutter } from "./sse.ts";

/** Total length, headers' length, and the checksum of the two; 32 bits each, big-endian. */
export const preludeBytes = 12;

const nothing = Buffer.alloc(0);

/** What AWS allows in one message; a length past it is a broken message, not a large one. */
const headersBytesMax = 128 * 1024;

/** A unit is a message: prelude, headers, payload, checksum. */
export class EventstreamCutter implements Cutter {
  readonly #bytesMax: number;
  readonly #carry = new Carry();
  /** Of the message under way; undefined until its prelude is there. */
  #length: number | undefined = undefined;

  /** `bytesMax`: one message. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): readonly Buffer[] | Refusal {
    let units: Buffer[] | undefined;
    let rest = this.#length === undefined ? this.#joined(chunk) : chunk;
    while (this.#length !== undefined || rest.length >= preludeBytes) {
      const length = this.#length ?? this.#readLength(rest);
      if (typeof length !== "number") return length;
      this.#length = length;
      const end = length - this.#carry.length;
      if (rest.length < end) break;
      const unit = this.#unit(rest.length === end ? rest : rest.subarray(0, end));
      if (!endsInChecksum(unit)) return refuse("upstream_malformed");
      if (units === undefined) units = [unit];
      else units.push(unit);
      this.#length = undefined;
      rest = rest.length === end ? nothing : rest.subarray(end);
    }
    this.#carry.add(rest);
    return units ?? [];
  }

  rest(): Buffer | undefined {
    return this.#carry.take();
  }

  #unit(piece: Buffer): Buffer {
    if (this.#carry.length === 0) return piece;
    this.#carry.add(piece);
    return this.#carry.take() ?? piece;
  }

  /** Less than a prelude waits there. */
  #joined(chunk: Buffer): Buffer {
    const waiting = this.#carry.take();
    return waiting === undefined ? chunk : Buffer.concat([waiting, chunk]);
  }

  #readLength(bytes: Buffer): number | Refusal {
    const length = bytes.readUInt32BE(0);
    const headersBytes = bytes.readUInt32BE(4);
    if (shortCrc32(bytes, 0, 8) !== bytes.readUInt32BE(8)) return refuse("upstream_malformed");
    const isPossible =
      headersBytes <= headersBytesMax && preludeBytes + headersBytes + checksumBytes <= length;
    if (!isPossible) return refuse("upstream_malformed");
    return length > this.#bytesMax ? refuse("upstream_too_large") : length;
  }
}
