// Owns the reading of OTLP's protobuf for tests: fields by number, attributes. Knows no signal.

export type AttributeValue = string | number | boolean | readonly AttributeValue[] | undefined;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Protobuf wire format: a field's number with its bytes, or with its number. */
export type Field = readonly [number: number, value: Buffer | bigint];

export function readFields(bytes: Buffer): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    if (wire === 0) fields.push([tag >> 3, varint()]);
    else if (wire === 1) fields.push([tag >> 3, take(8)]);
    else if (wire === 2) fields.push([tag >> 3, take(Number(varint()))]);
    else if (wire === 5) fields.push([tag >> 3, take(4)]);
    else throw new Error(`wire type ${wire}`);
  }
  return fields;
}

export const all = (fields: readonly Field[], number: number): Buffer[] =>
  fields.flatMap(([each, value]) => (each === number && Buffer.isBuffer(value) ? [value] : []));
export const bytesOf = (fields: readonly Field[], number: number): Buffer =>
  all(fields, number)[0] ?? Buffer.alloc(0);
export const textOf = (fields: readonly Field[], number: number): string =>
  bytesOf(fields, number).toString();
export const intOf = (fields: readonly Field[], number: number): number =>
  Number(fields.find(([each]) => each === number)?.[1] ?? 0);

export function readAttributes(pairs: readonly Buffer[]): Attributes {
  return Object.fromEntries(
    pairs.map(readFields).map((pair) => [textOf(pair, 1), readValue(readFields(bytesOf(pair, 2)))]),
  );
}

/** AnyValue: string, bool, int, double, array. */
function readValue([field]: readonly Field[]): AttributeValue {
  if (field === undefined) return undefined;
  const [number, value] = field;
  if (!Buffer.isBuffer(value)) return number === 2 ? value === 1n : Number(value);
  if (number === 1) return value.toString();
  if (number === 4) return value.readDoubleLE();
  return all(readFields(value), 1).map((each) => readValue(readFields(each)));
}
