// Owns which strings from outside may stand in logs and spans as they are. Knows no field.

import type { Hasher } from "./hashing.ts";

const idShape = /^[\w.:@+/=-]{1,128}$/;
const wordShape = /^[\w.-]{1,40}$/;

/** An id of a task or request: what has another shape than ids have is hashed. */
export const plainId = (id: string, hashed: Hasher): string => (idShape.test(id) ? id : hashed(id));

/** A vendor's fixed word, such as `stop`: anything else is not repeated. */
export const plainWord = (word: string): string => (wordShape.test(word) ? word : "other");
