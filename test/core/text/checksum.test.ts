// Owns the proof that sums of few bytes are zlib's. Knows no message.

import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { endsInChecksum, shortCrc32 } from "../../../core/text/checksum.ts";

const bytesOf = (least: number) => fc.uint8Array({ minLength: least, maxLength: 300 }).map(Buffer.from);

it("sums as zlib does, in one go or two", () => {
  fc.assert(
    fc.property(bytesOf(0), fc.nat(300), (bytes, cut) => {
      const middle = Math.min(cut, bytes.length);
      expect(shortCrc32(bytes, 0, bytes.length)).toBe(crc32(bytes));
      const before = shortCrc32(bytes, 0, middle);
      expect(shortCrc32(bytes, middle, bytes.length, before)).toBe(crc32(bytes));
    }),
  );
});

it("knows the sum at a message's end, and no other", () => {
  fc.assert(
    fc.property(bytesOf(0), fc.integer({ min: 1, max: 0xffffffff }), (bytes, by) => {
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE(crc32(bytes));
      expect(endsInChecksum(Buffer.concat([bytes, sum]))).toBe(true);
      sum.writeUInt32BE((crc32(bytes) ^ by) >>> 0);
      expect(endsInChecksum(Buffer.concat([bytes, sum]))).toBe(false);
    }),
  );
});
