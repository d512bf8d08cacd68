// Owns finding where one HTTP/1.1 message ends, at little cost to the core that loads. Keeps no body.

const headEnd = "\r\n\r\n";
const lastChunk = Buffer.from("0\r\n\r\n");

/** Reads one message after another from a connection without pipelining. Each has a body. */
export class MessageReader {
  /** Of the message last begun: `HTTP/1.1 200 OK`, `POST /path HTTP/1.1`. */
  startLine = "";
  #head = "";
  #isInBody = false;
  /** Bytes of a body of known length still to come; undefined: chunked. */
  #bytesLeft: number | undefined = 0;
  #tail: Buffer = Buffer.alloc(0);

  /** True when the message is whole. Throws where its framing is unknown or wrong. */
  push(chunk: Buffer): boolean {
    const body = this.#isInBody ? chunk : this.#readHead(chunk);
    if (body === undefined || !this.#isWhole(body)) return false;
    this.#isInBody = false;
    return true;
  }

  #readHead(chunk: Buffer): Buffer | undefined {
    const before = this.#head.length;
    this.#head += chunk.toString("latin1");
    const end = this.#head.indexOf(headEnd);
    if (end < 0) return undefined;
    const head = this.#head.slice(0, end);
    this.#head = "";
    this.startLine = head.split("\r\n", 1)[0] ?? "";
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined && !/\r\ntransfer-encoding: *chunked/i.test(head)) {
      throw new Error(`no known framing: ${this.startLine}`);
    }
    this.#bytesLeft = length === undefined ? undefined : Number(length);
    this.#tail = Buffer.alloc(0);
    this.#isInBody = true;
    return chunk.subarray(end + headEnd.length - before);
  }

  /** Both ends are ours and say nothing that looks like a last chunk, so the end of the bytes tells. */
  #isWhole(body: Buffer): boolean {
    if (this.#bytesLeft !== undefined) {
      this.#bytesLeft -= body.length;
      if (this.#bytesLeft < 0) throw new Error(`more bytes than the head said: ${this.startLine}`);
      return this.#bytesLeft === 0;
    }
    const seen = body.length >= lastChunk.length ? body : Buffer.concat([this.#tail, body]);
    this.#tail = seen.subarray(-lastChunk.length);
    return this.#tail.equals(lastChunk);
  }
}
