// Owns Bedrock's words for media, and the media types they stand for. Knows no message.

import type { MediaPart } from "../../contracts/conversation.ts";

/** Bedrock's member · its format · the media type. The first type of a format is the one that is written. */
const formats: readonly (readonly [member: string, format: string, mediaType: string])[] = [
  ["image", "png", "image/png"],
  ["image", "jpeg", "image/jpeg"],
  ["image", "jpeg", "image/jpg"],
  ["image", "gif", "image/gif"],
  ["image", "webp", "image/webp"],
  ["document", "pdf", "application/pdf"],
  ["document", "txt", "text/plain"],
  ["document", "csv", "text/csv"],
  ["document", "html", "text/html"],
  ["document", "md", "text/markdown"],
  ["document", "doc", "application/msword"],
  ["document", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["document", "xls", "application/vnd.ms-excel"],
  ["document", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["video", "mp4", "video/mp4"],
  ["video", "mov", "video/quicktime"],
  ["video", "mkv", "video/x-matroska"],
  ["video", "webm", "video/webm"],
  ["video", "mpeg", "video/mpeg"],
  ["video", "three_gp", "video/3gpp"],
  ["audio", "mp3", "audio/mpeg"],
  ["audio", "mp3", "audio/mp3"],
  ["audio", "wav", "audio/wav"],
  ["audio", "wav", "audio/x-wav"],
  ["audio", "ogg", "audio/ogg"],
  ["audio", "flac", "audio/flac"],
  ["audio", "aac", "audio/aac"],
];

const members: Readonly<Record<MediaPart["type"], string>> = {
  image: "image",
  audio: "audio",
  video: "video",
  file: "document",
};

export function memberOf(type: MediaPart["type"]): string {
  return members[type];
}

export function mediaTypeOf(member: string, format: string | undefined): string | undefined {
  return formats.find((row) => row[0] === member && row[1] === format)?.[2];
}

/** `undefined`: Bedrock takes none of this type. */
export function formatOf(member: string, mediaType: string | undefined): string | undefined {
  return formats.find((row) => row[0] === member && row[2] === mediaType)?.[1];
}
