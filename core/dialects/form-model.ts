// Owns the model that a form names, where it is read and where it is written. Knows no other field.

import type { HeaderMap } from "../contracts/dialect.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { type FormField, readForm } from "../text/form.ts";
import { isEncoded } from "../text/media.ts";
import { patch } from "../text/splice.ts";

export interface NamesInForm {
  readonly kind: "form";
  /** Empty where the form names no model. */
  readonly names: { model?: string };
}

export function readModelInForm(body: Buffer, headers: HeaderMap): NamesInForm | Refusal {
  if (isEncoded(headers)) return refuse("body_encoded");
  const fields = readForm(body, headers);
  if (fields === undefined) return refuse("body_malformed", { message: malformed });
  const named = fields.filter(({ name }) => isLikeModel(name));
  const [field] = named;
  if (field === undefined) return { kind: "form", names: {} };
  if (named.length > 1 || field.name !== "model" || field.isFile) {
    return refuse("body_ambiguous", { message: ambiguous });
  }
  const model = textOf(body, field);
  if (!/^[!-~]+$/.test(model)) return refuse("request_malformed", { message: unreadable });
  return { kind: "form", names: { model } };
}

const malformed = "The body is not one well-formed form: see RFC 7578.";
const ambiguous = "The form has to name one `model`, in a field of this very name that is no file.";
const unreadable = "`model` must be a name in ASCII.";

/** Some readers are blind to case or space, or make a list of `model[]`; `_charset_` changes all fields. */
function isLikeModel(name: string): boolean {
  return /^\W*(model(\W.*)?|_charset_\W*)$/is.test(name);
}

function textOf(body: Buffer, { start, end }: FormField): string {
  return body.toString("utf8", start, end);
}

/** The body as it came where it names no model, or that one. It has been read before. */
export function renameInForm(body: Buffer, headers: HeaderMap, model: string): Buffer {
  const field = readForm(body, headers)?.find(({ name }) => name === "model");
  if (field === undefined || textOf(body, field) === model) return body;
  return patch(body, [{ start: field.start, end: field.end, bytes: Buffer.from(model) }]);
}
