// Owns the first words of TLS clients for tests, honest and not. Opens no socket.

const vector = (lengthBytes: number, content: Buffer): Buffer => {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(content.length, 0, lengthBytes);
  return Buffer.concat([length, content]);
};

export const extension = (type: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type >> 8, type & 0xff]), vector(2, content)]);

export const serverName = (name: string): Buffer =>
  extension(0, vector(2, Buffer.concat([Buffer.from([0]), vector(2, Buffer.from(name, "latin1"))])));

export const encryptedHello = extension(0xfe0d, Buffer.alloc(64, 7));

/** A ClientHello without its record. */
export function helloBody(extensions: readonly Buffer[]): Buffer {
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 1),
    vector(1, Buffer.alloc(32, 2)),
    vector(2, Buffer.from([0x13, 0x01])),
    vector(1, Buffer.from([0])),
    vector(2, Buffer.concat(extensions)),
  ]);
  return Buffer.concat([Buffer.from([1]), vector(3, body)]);
}

/** In records of so many bytes at most. */
export function records(handshake: Buffer, bytesMax = 16_384): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < handshake.length; at += bytesMax) {
    pieces.push(Buffer.from([22, 3, 1]), vector(2, handshake.subarray(at, at + bytesMax)));
  }
  return Buffer.concat(pieces);
}

export const clientHello = (extensions: readonly Buffer[]): Buffer => records(helloBody(extensions));
