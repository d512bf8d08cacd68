// Owns the type of a parsed JSON text, and the mark of what is taken out of one. Knows no parser.

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [name: string]: JsonValue };

/** Stands for nothing at all, where a value is to be taken away. */
export const dropped: unique symbol = Symbol("dropped");
export type Dropped = typeof dropped;
