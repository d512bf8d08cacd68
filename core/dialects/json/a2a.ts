// Owns what is known of A2A, 0.3 and 1.0, inside an agent's JSON: which bodies are its own, and which of
// their strings are its own words and no texts. Knows no policy.

import type { CallMedia, CallText, JsonValue, RequestHead } from "../../contracts/dialect.ts";
import { isObject } from "../../text/json.ts";
import { type FoundText, textsBelow } from "../../text/pointer.ts";

/** Of JSON-RPC; the first of each pair as 1.0 has it. */
const sending = ["SendMessage", "message/send"];
const streaming = [
  ...["SendStreamingMessage", "message/stream"],
  ...["SubscribeToTask", "tasks/resubscribe"],
];
const others = [
  ...["GetTask", "tasks/get", "ListTasks", "tasks/list", "CancelTask", "tasks/cancel"],
  ...["CreateTaskPushNotificationConfig", "tasks/pushNotificationConfig/set"],
  ...["GetTaskPushNotificationConfig", "tasks/pushNotificationConfig/get"],
  ...["ListTaskPushNotificationConfigs", "tasks/pushNotificationConfig/list"],
  ...["DeleteTaskPushNotificationConfig", "tasks/pushNotificationConfig/delete"],
  ...["GetExtendedAgentCard", "agent/getAuthenticatedExtendedCard"],
];
const methods: ReadonlySet<JsonValue | undefined> = new Set([...sending, ...streaming, ...others]);
const streams: ReadonlySet<JsonValue | undefined> = new Set(streaming);

/** Of the HTTP binding, below whatever prefix the agent has. */
const sendPath = /[/]message:(send|stream)$/;

/** What is asked, where it is A2A. */
export function a2aCall(value: JsonValue, { path }: Pick<RequestHead, "path">): A2aCall | undefined {
  if (!isObject(value)) return undefined;
  const isRpc = value.jsonrpc === "2.0" && methods.has(value.method);
  const found = sendPath.exec(path);
  const isHttp = found !== null && isObject(value.message);
  if (!isRpc && !isHttp) return undefined;
  const isStream = isRpc ? streams.has(value.method) : found?.[1] === "stream";
  return { isStream, texts: askedTexts(value), media: filesIn(value) };
}

export interface A2aCall {
  readonly isStream: boolean;
  readonly texts: readonly CallText[];
  readonly media: readonly CallMedia[];
}

/** What 1.0 calls a stream's units, and the body of an answer. */
const units = ["task", "message", "statusUpdate", "artifactUpdate"];

/** An answer, or a piece of one, by its form; undefined: no A2A. */
export function a2aAnswer(value: JsonValue): readonly FoundText[] | undefined {
  if (!isObject(value)) return undefined;
  const isRpc = value.jsonrpc === "2.0" && (isObject(value.result) || isObject(value.error));
  const [first, ...more] = Object.keys(value);
  const isUnit = first !== undefined && more.length === 0 && units.includes(first) && isObject(value[first]);
  return isRpc || isUnit ? textsIn(value) : undefined;
}

const roles: ReadonlyMap<JsonValue | undefined, string> = new Map([
  ["agent", "assistant"],
  ["ROLE_AGENT", "assistant"],
]);

/** What an agent said before comes back in a message of its own role. */
function askedTexts(value: JsonValue): readonly CallText[] {
  const role = isObject(value) ? roleOf(value) : "user";
  return textsIn(value).map(({ pointer, text }) => ({ pointer, role, kind: "text", text }));
}

function roleOf({
  params,
  message = isObject(params) ? params.message : undefined,
}: Readonly<Record<string, JsonValue>>) {
  return (isObject(message) && roles.get(message.role)) || "user";
}

/** Names of members that hold the protocol's own words; anything else may be read by somebody. */
const ownNames: ReadonlySet<string | undefined> = new Set([
  ...["jsonrpc", "method", "id", "messageId", "contextId", "taskId", "artifactId", "role", "kind", "state"],
  ...["mediaType", "mimeType", "timestamp", "pageToken", "nextPageToken", "acceptedOutputModes"],
]);
const ownLists = /[/](?:referenceTaskIds|acceptedOutputModes)[/]\d+$/;

/** No sentence fits into one: a name alone does not make a text unseen. */
const word = /^[A-Za-z0-9._:@/+*-]{1,128}$/;

function isOwn({ pointer, text }: FoundText): boolean {
  const isNamed = ownNames.has(pointer.slice(pointer.lastIndexOf("/") + 1)) || ownLists.test(pointer);
  return isNamed && word.test(text) && !isInData(pointer);
}

/** Structured data and metadata are the sender's to name. */
function isInData(pointer: string): boolean {
  return /[/](?:data|metadata)(?:[/]|$)/.test(pointer);
}

const fileBytes = /[/]parts[/]\d+[/](?:raw|file[/](?:bytes|fileWithBytes))$/;
const fileUrl = /[/]parts[/]\d+[/](?:url|file[/](?:uri|fileWithUri))$/;

function textsIn(value: JsonValue): readonly FoundText[] {
  return [...textsBelow(value, "")].filter((found) => !isOwn(found) && !fileBytes.test(found.pointer));
}

function filesIn(value: JsonValue): readonly CallMedia[] {
  return [...textsBelow(value, "")].flatMap(({ pointer }): CallMedia[] => {
    if (fileBytes.test(pointer)) return [{ pointer, type: "file", source: "base64" }];
    return fileUrl.test(pointer) ? [{ pointer, type: "file", source: "url" }] : [];
  });
}
