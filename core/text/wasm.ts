// Owns writing a small program for WebAssembly: instructions as bytes, and the module around them. Knows no
// program.

/** Instructions, and what they leave behind. */
export type Code = readonly number[];

const signed = (value: bigint): Code => {
  const low = Number(value & 127n);
  const rest = value >> 7n;
  const isLast = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
  return isLast ? [low] : [low | 128, ...signed(rest)];
};
const unsigned = (value: number): Code =>
  value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];

const two =
  (...does: Code) =>
  (one: Code, other: Code): Code => [...one, ...other, ...does];
const one =
  (...does: Code) =>
  (of: Code): Code => [...of, ...does];

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, to: Code): Code => [...to, 0x21, local];
export const select = (yes: Code, no: Code, where: Code): Code => [...yes, ...no, ...where, 0x1b];
export const when = (is: Code, ...then: readonly Code[]): Code => [...is, 0x04, 0x40, ...then.flat(), 0x0b];
/** Once at least. */
export const repeatWhile = (is: Code, ...each: readonly Code[]): Code => [
  ...[0x03, 0x40],
  ...each.flat(),
  ...is,
  ...[0x0d, 0, 0x0b],
];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(BigInt(value))],
  add: two(0x6a),
  subtract: two(0x6b),
  and: two(0x71),
  or: two(0x72),
  shiftLeft: two(0x74),
  shiftRight: two(0x76),
  isLess: two(0x49),
  isMore: two(0x4b),
  isZero: one(0x45),
  of64: one(0xa7),
  loadByte: (from: Code, at: number): Code => [...from, 0x2d, 0, ...unsigned(at)],
  load: (from: Code, at: number): Code => [...from, 0x28, 0, ...unsigned(at)],
  store: (value: Code, at: number): Code => [...i32.constant(0), ...value, 0x36, 0, ...unsigned(at)],
  store16: (to: Code, value: Code, at: number): Code => [...to, ...value, 0x3b, 0, ...unsigned(at)],
};

export const i64 = {
  constant: (value: bigint): Code => [0x42, ...signed(value)],
  zerosBehind: one(0x7a),
  countBits: one(0x7b),
  subtract: two(0x7d),
  multiply: two(0x7e),
  and: two(0x83),
  or: two(0x84),
  xor: two(0x85),
  shiftLeft: two(0x86),
  shiftRight: two(0x88),
  isZero: one(0x50),
  of32: one(0xad),
  load: (from: Code, at: number): Code => [...from, 0x29, 0, ...unsigned(at)],
};

/** Sixteen bytes at once. */
export const bytes = {
  load: (from: Code, at: number): Code => [...from, 0xfd, 0x00, 0, ...unsigned(at)],
  /** The number in all of them. */
  all: (value: number): Code => [...i32.constant(value), 0xfd, 0x0f],
  subtract: two(0xfd, 0x71),
  differ: two(0xfd, 0x24),
  areLess: two(0xfd, 0x26),
  areMore: two(0xfd, 0x28),
  and: two(0xfd, 0x4e),
  andNot: two(0xfd, 0x4f),
  or: two(0xfd, 0x50),
  /** A bit for each, the first one's the lowest. */
  bits: one(0xfd, 0x64),
};

export const kinds = { i32: 0x7f, i64: 0x7e, bytes: 0x7b } as const;

/** TypeScript knows it of browsers only. */
declare const WebAssembly: {
  validate(program: Uint8Array): boolean;
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (program: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { readonly f: (given: number) => void } };
};

export interface Program {
  /** A number is given to it. */
  readonly run: (given: number) => void;
  readonly memory: ArrayBuffer;
}

/** Undefined: this processor cannot run it. `locals`: beside the number that is given, which is the first. */
export function load(code: Code, locals: readonly number[], pages: number): Program | undefined {
  const section = (id: number, ...content: Code): Code => [id, ...unsigned(content.length), ...content];
  const declared = locals.flatMap((kind) => [1, kind]);
  const body = [...unsigned(locals.length), ...declared, ...code, 0x0b];
  const m = [1, 0x6d];
  const program = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 1, kinds.i32, 0),
    ...section(2, 1, ...m, ...m, 2, 0, pages),
    ...section(3, 1, 0),
    ...section(7, 1, 1, 0x66, 0, 0),
    ...section(10, 1, ...unsigned(body.length), ...body),
  ]);
  if (!WebAssembly.validate(program)) return undefined;
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program), { m: { m: memory } });
  return { run: exports.f, memory: memory.buffer };
}
