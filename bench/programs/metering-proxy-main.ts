// Owns running the bare proxy with and without what reads and meters a stream, by the path that is asked.

import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import { connectionsMax } from "../workload.ts";
import { listenAndAnnounce } from "./announce.ts";
import { makeBareProxy, Relay } from "./bare-proxy.ts";
import { type MeteredStream, Metering } from "./metering.ts";

/** What is said passes as it came. */
class MeteredRelay extends Relay {
  readonly #metering: Metering;
  #stream: MeteredStream | undefined = undefined;

  constructor(response: ServerResponse, metering: Metering) {
    super(response);
    this.#metering = metering;
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#stream = this.#metering.begin({ status, headers });
    super.onResponseStart(controller, status, headers);
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#stream?.push(chunk);
    super.onResponseData(controller, chunk);
  }

  override onResponseEnd(): void {
    this.#stream?.end();
    super.onResponseEnd();
  }
}

const metering = new Metering(process.argv[3] ?? "");
listenAndAnnounce(
  makeBareProxy(`http://127.0.0.1:${process.argv[2]}`, connectionsMax, (response, url) =>
    url.startsWith("/metered/") ? new MeteredRelay(response, metering) : new Relay(response),
  ),
);
