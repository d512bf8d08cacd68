// Owns what is read on the routes of OpenAI's files and uploads: the ids of what is kept there, and nothing
// else. Must not know whose they are.

import type { AnswerHead, Dialect, FrameReader, ReadBounds, RequestHead } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { isObject, readJson } from "../text/json.ts";
import { isEncoded, isJson, mediaType } from "../text/media.ts";
import { WholeReader } from "../text/readers.ts";
import { stringsIn } from "./kept-ids.ts";
import { metered } from "./metered.ts";
import { rawReader } from "./raw.ts";

/** Objects that say their id. */
export const openAiFiles: Dialect = {
  ...metered,
  name: "openai-files",
  keptIn,
  reader: readAnswer,
};

/** Bytes of a file, whatever they are. */
export const openAiFileContents: Dialect = { ...metered, name: "openai-file-contents", keptIn };

/** A list names what all have kept: it has an id that nobody can own. */
const listId = "*";
const collections = /\/(?:files|uploads)(?:\/([^/]*)|$)/;
/** One spelling each: nothing that is escaped. */
const idForm = /^[A-Za-z0-9_-]{1,256}$/;

function keptIn({ method, path }: RequestHead): readonly string[] | Refusal {
  const [, id] = collections.exec(path) ?? [];
  if (id === undefined) return method === "GET" ? [listId] : [];
  return idForm.test(id) ? [id] : refuse("request_malformed", { message: "Nothing has such an id." });
}

function readAnswer(head: AnswerHead, { bodyBytesMax }: ReadBounds): FrameReader {
  const isRead = head.status < 300 && isJson(mediaType(head.headers)) && !isEncoded(head.headers);
  return isRead ? new WholeReader(bodyBytesMax, readObject) : rawReader;
}

/** What cannot be read names nothing. A finished upload says the file that it became. */
function readObject(body: Buffer): readonly Frame[] {
  const reading = readJson(body);
  const value = reading.kind === "problem" ? undefined : reading.value;
  const file = isObject(value) ? value.file : undefined;
  const objects = [value, file].filter(isObject);
  const keptIds = objects.flatMap(({ id }) => stringsIn(id));
  return [{ kind: "frame", bytes: body, deltas: [], keptIds }];
}
