// Owns the quick bench's upstream: the mock provider's answers, recorded once and replayed with little work.

import { startMockProvider } from "../../mock/provider.ts";
import { askChat, staticAnswer } from "../workload.ts";
import { listenAndAnnounce } from "./announce.ts";
import { makeReplayServer, type Recording, recordStream, recordWhole } from "./replay.ts";

const { whole, stream } = await record();
listenAndAnnounce(makeReplayServer(({ wantsStream }) => (wantsStream ? stream : whole)));

async function record(): Promise<{ whole: Recording; stream: Recording }> {
  const mock = await startMockProvider({ script: { static: staticAnswer } });
  const [whole, stream] = [await askChat(mock.port, "body"), await askChat(mock.port, "stream")];
  await mock.close();
  const events = stream.text.split(/(?<=\n\n)/).map((event) => Buffer.from(event));
  return {
    whole: recordWhole(whole.headers, Buffer.from(whole.text)),
    stream: recordStream(stream.headers, events),
  };
}
