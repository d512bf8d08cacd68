// Owns the upstream of the guards' bench: the mock provider's answers, each of which says other prose. Knows
// no guard.

import { startMockProvider } from "../../mock/provider.ts";
import {
  answeredTo,
  answersKept,
  documentSaying,
  keptSaying,
  plantedSaying,
  sayStream,
  sayWhole,
} from "../prose-answers.ts";
import { askChat, staticAnswer } from "../workload.ts";
import { listenAndAnnounce } from "./announce.ts";
import { type Asked, makeReplayServer, type Recording, recordStream, recordWhole } from "./replay.ts";

interface Answer {
  readonly whole: Recording;
  readonly stream: Recording;
}

/** Of the longest `seed`, and what stands around it. */
const tailBytes = 32;

const say = await listen();
const kept = Array.from({ length: answersKept }, (_, at) => say(keptSaying(at)));
const planted = say(plantedSaying());
const documents = new Map<number, Recording>();

listenAndAnnounce(makeReplayServer(pick));

function pick({ wantsStream, last }: Asked): Recording {
  const answered = answeredTo(last.toString("latin1", Math.max(last.length - tailBytes, 0)));
  if (answered.kind === "document") return documentOf(answered.at);
  const { whole, stream } = answered.kind === "planted" ? planted : (kept[answered.at] as Answer);
  return wantsStream ? stream : whole;
}

function documentOf(at: number): Recording {
  const known = documents.get(at) ?? say(documentSaying(at)).whole;
  documents.set(at, known);
  return known;
}

/** How the mock provider answers; what is said is put in its place. */
async function listen(): Promise<(text: string) => Answer> {
  const mock = await startMockProvider({ script: { static: staticAnswer } });
  const [whole, stream] = [await askChat(mock.port, "body"), await askChat(mock.port, "stream")];
  await mock.close();
  const events = stream.text.split(/(?<=\n\n)/);
  return (text) => ({
    whole: recordWhole(whole.headers, Buffer.from(sayWhole(whole.text, text))),
    stream: recordStream(
      stream.headers,
      sayStream(events, text).map((event) => Buffer.from(event)),
    ),
  });
}
