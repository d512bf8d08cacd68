// Owns CRC-32 (ISO 3309) of short runs of bytes, and of messages that end in their own. Knows no format.

import { crc32 } from "node:zlib";

export const checksumBytes = 4;

/** What a byte does to the sum. */
const steps = Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** Without a native call, which costs more than a few bytes do. `before`: the sum of what stands before. */
export function shortCrc32(bytes: Buffer, start: number, end: number, before = 0): number {
  let sum = ~before;
  for (let at = start; at < end; at++) {
    sum = (sum >>> 8) ^ (steps[(sum ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~sum >>> 0;
}

/**
 * Whether the last four bytes are the sum of all before them, big-endian. Further bytes keep different sums
 * different, so both are compared behind these four: nothing has to be cut off before.
 */
export function endsInChecksum(message: Buffer): boolean {
  const end = message.length - checksumBytes;
  return crc32(message) === shortCrc32(message, end, message.length, message.readUInt32BE(end));
}
