// Owns what a TLS client says first: the name it wants, read and not consumed. Decrypts nothing.

/** RFC 8446 §4.1.2: as much of it as decides where a connection may go. */
export interface ClientHello {
  readonly kind: "hello";
  /** As it was sent; undefined: none, or more than one. */
  readonly serverName: string | undefined;
  /** The name it means may be another, which only the server can read (RFC 9849). */
  readonly isEncrypted: boolean;
  /** Bytes up to the end of the record that ends it. */
  readonly end: number;
}

/** `more`: so far it may be one. `none`: it never will be. */
export type HelloReading = ClientHello | { readonly kind: "more" } | { readonly kind: "none" };

/** Of all records; a hello with post-quantum keys and a ticket has 3 KiB. */
export const helloBytesMax = 16 * 1024;

const more: HelloReading = { kind: "more" };
const none: HelloReading = { kind: "none" };

const handshakeRecord = 22;
const clientHello = 1;
const serverNameExtension = 0;
const encryptedHelloExtension = 0xfe0d;
const hostName = 0;

/** Takes all bytes that came so far. */
export function readClientHello(bytes: Buffer): HelloReading {
  const handshake = readRecords(bytes);
  if (handshake === undefined) return none;
  const { payload, isOpen } = handshake;
  const wait = isOpen && bytes.length < helloBytesMax ? more : none;
  if (payload.length > 0 && payload[0] !== clientHello) return none;
  if (payload.length < 4) return wait;
  const length = payload.readUIntBE(1, 3);
  if (length > helloBytesMax) return none;
  if (payload.length < 4 + length) return wait;
  const hello = readHello(new Cursor(payload.subarray(4, 4 + length)));
  return hello === undefined ? none : { ...hello, end: recordsEnd(bytes, 4 + length) };
}

/** Of the records that hold so much of the handshake. */
function recordsEnd(bytes: Buffer, handshakeBytes: number): number {
  let at = 0;
  for (let left = handshakeBytes; left > 0; ) {
    const length = bytes.readUInt16BE(at + 3);
    left -= length;
    at += 5 + length;
  }
  return at;
}

interface Handshake {
  readonly payload: Buffer;
  /** Whatever follows may still belong to it. */
  readonly isOpen: boolean;
}

/** A hello may be cut into records anywhere. Undefined: no TLS. */
function readRecords(bytes: Buffer): Handshake | undefined {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] !== handshakeRecord) return pieces.length === 0 ? undefined : closed(pieces);
    if (at + 5 > bytes.length) break;
    if (bytes[at + 1] !== 3) return undefined;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > helloBytesMax) return undefined;
    pieces.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return { payload: Buffer.concat(pieces), isOpen: true };
}

function closed(pieces: readonly Buffer[]): Handshake {
  return { payload: Buffer.concat(pieces), isOpen: false };
}

/** Steps over fields with their lengths; once one reaches past the end, all further ones do. */
class Cursor {
  isBroken = false;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Buffer {
    if (this.isBroken || this.#at + length > this.#bytes.length) {
      this.isBroken = true;
      return Buffer.alloc(0);
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(bytes: number): number {
    const field = this.take(bytes);
    return this.isBroken ? 0 : field.readUIntBE(0, bytes);
  }

  /** What stands behind a length of so many bytes. */
  vector(lengthBytes: number): Buffer {
    return this.take(this.number(lengthBytes));
  }
}

function readHello(hello: Cursor): Omit<ClientHello, "end"> | undefined {
  hello.take(2 + 32);
  for (const lengthBytes of [1, 2, 1]) hello.vector(lengthBytes);
  if (hello.isBroken) return undefined;
  if (hello.isAtEnd) return { kind: "hello", serverName: undefined, isEncrypted: false };
  const extensions = new Cursor(hello.vector(2));
  if (hello.isBroken || !hello.isAtEnd) return undefined;
  const names: (string | undefined)[] = [];
  let isEncrypted = false;
  while (!extensions.isAtEnd && !extensions.isBroken) {
    const type = extensions.number(2);
    const value = extensions.vector(2);
    if (extensions.isBroken) return undefined;
    if (type === serverNameExtension) names.push(readServerName(new Cursor(value)));
    if (type === encryptedHelloExtension) isEncrypted = true;
  }
  if (extensions.isBroken) return undefined;
  return { kind: "hello", serverName: names.length === 1 ? names[0] : undefined, isEncrypted };
}

/** RFC 6066 §3: one name of type host_name. */
function readServerName(extension: Cursor): string | undefined {
  const list = new Cursor(extension.vector(2));
  const type = list.number(1);
  const name = list.vector(2);
  if (extension.isBroken || list.isBroken || !list.isAtEnd || !extension.isAtEnd) return undefined;
  return type === hostName && name.length > 0 ? name.toString("latin1") : undefined;
}
