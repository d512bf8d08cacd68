// Owns the metering bench's upstream: a stream of each vendor's, recorded from the mock provider and
// replayed.

import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { type BenchStream, benchStreams, wordsPerStream } from "../streams.ts";
import { listenAndAnnounce } from "./announce.ts";
import { makeReplayServer, type Recording, recordStream } from "./replay.ts";

const keys = { authorization: "Bearer key", "x-api-key": "key", "anthropic-version": "2023-06-01" };
const headers = { "content-type": "application/json", ...keys };

const recordings = await recordAll();
listenAndAnnounce(
  makeReplayServer(({ startLine }) => {
    const [, name = ""] = /\/([a-z-]+) HTTP/.exec(startLine) ?? [];
    const recording = recordings.get(name);
    if (recording === undefined) throw new Error(`no such stream: ${startLine}`);
    return recording;
  }),
);

/** As the vendors send them: padded where they pad. */
async function recordAll(): Promise<ReadonlyMap<string, Recording>> {
  const answer = { tokens: wordsPerStream, obfuscation: true };
  const mock = await startMockProvider({ script: { rules: [{ answer }] } });
  const recorded = await Promise.all(
    benchStreams.map(async (stream) => [stream.name, await record(mock, stream)] as const),
  );
  await mock.close();
  return new Map(recorded);
}

async function record({ url }: MockProvider, { path, query = "", body }: BenchStream): Promise<Recording> {
  const response = await fetch(url + path + query, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  const said = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${path}: ${response.status} ${said}`);
  const isMessages = response.headers.get("content-type")?.includes("eventstream") === true;
  return recordStream(response.headers, isMessages ? messagesOf(said) : eventsOf(said));
}

/** Events end in an empty line, Ollama's lines in their end. */
function eventsOf(body: Buffer): readonly Buffer[] {
  const text = body.toString();
  const end = /^(data|event):/.test(text) ? /(?<=\n\n|\r\n\r\n)/ : /(?<=\n)/;
  return text.split(end).map((event) => Buffer.from(event));
}

function messagesOf(body: Buffer): readonly Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < body.length; at += body.readUInt32BE(at)) {
    messages.push(body.subarray(at, at + body.readUInt32BE(at)));
  }
  return messages;
}
