// Owns media as OpenAI's requests hold it, free of their formats. Knows no message.

import type { MediaPart } from "../../contracts/conversation.ts";
import type { Members } from "../members.ts";
import { readDataUrl } from "./data-url.ts";

const soundTypes: ReadonlyMap<string, string> = new Map([["mp3", "audio/mpeg"]]);

/** A part with `input_audio`. */
export function readAudio(part: Members): MediaPart | undefined {
  const audio = part.below("input_audio");
  const [data, format = "wav"] = [audio?.text("data"), audio?.text("format")];
  if (data === undefined) return undefined;
  const mediaType = soundTypes.get(format) ?? `audio/${format}`;
  return { kind: "media", type: "audio", mediaType, source: { kind: "base64", data }, name: undefined };
}

/** Where an object says which file: the vendor's own, one at hand, or one to be fetched. */
export function readFile(file: Members | undefined): MediaPart | undefined {
  const [id, data, name] = [file?.text("file_id"), file?.text("file_data"), file?.text("filename")];
  if (id !== undefined) {
    return { kind: "media", type: "file", mediaType: undefined, source: { kind: "id", id }, name };
  }
  const place = data ?? file?.text("file_url");
  return place === undefined ? undefined : mediaAt(place, "file", name);
}

/** A URL, one that holds the data itself, or the bare data. */
export function mediaAt(
  place: string,
  type: MediaPart["type"],
  name: string | undefined,
): MediaPart | undefined {
  const held = readDataUrl(place);
  if (held !== undefined) {
    const { mediaType, data } = held;
    return { kind: "media", type, mediaType, source: { kind: "base64", data }, name };
  }
  const about = { kind: "media", type, mediaType: undefined, name } as const;
  if (/^https?:/i.test(place)) return { ...about, source: { kind: "url", url: place } };
  if (/^[a-z][a-z0-9+.-]*:/i.test(place)) return undefined;
  return { ...about, source: { kind: "base64", data: place } };
}
