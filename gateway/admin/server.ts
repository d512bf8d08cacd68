// Owns the admin listener: who comes in, its bounds, and that what was changed is written down. Knows no
// exchange.

import Fastify, { type FastifyInstance } from "fastify";
import type { Policy } from "../../core/contracts/policy.ts";
import { refuse } from "../../core/contracts/refusal.ts";
import { lineOf } from "../../core/program/approvals.ts";
import { BudgetDesk } from "../../core/program/budgets/desk.ts";
import type { Equipment } from "../../core/program/host.ts";
import type { AdminSettings } from "../settings.ts";
import { addApprovalRoutes } from "./approvals.ts";
import { addBudgetRoutes, type BudgetRoutesOptions } from "./budgets.ts";
import { Door } from "./door.ts";
import { refusalOf, sendRefusal } from "./refused.ts";

const bodyBytesMax = 16 * 1_024;
const headerBytesMax = 16 * 1_024;
const requestMsMax = 10_000;
const idleMsMax = 5_000;
const connectionsMax = 64;

export interface AdminServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface AdminParts {
  readonly equipment: Equipment;
  /** The one in force. */
  policy(): Policy;
}

export async function startAdmin(
  { listen, keySha256s }: AdminSettings,
  { equipment, policy }: AdminParts,
): Promise<AdminServer> {
  const { log, metrics, hash, store } = equipment;
  const door = new Door({ keySha256s, onWrongKey: (address) => log.adminRefused({ address }) });
  const app = bareServer();
  guard(app, door, equipment);
  const onChange: BudgetRoutesOptions["onChange"] = ({ what, usedBefore, after }, key, { raw }) => {
    const { limit, agent, meter, used } = after;
    metrics.budgetEvent(limit, what);
    log.budgetChanged({
      what,
      by: door.nameOf(raw),
      limit,
      agent_id: agent ?? undefined,
      counter: hash(key),
      meter,
      used_before: Number(usedBefore),
      used_after: Number(used),
    });
  };
  const desk = new BudgetDesk({ policy, counters: store.desk, hash });
  addBudgetRoutes(app, { desk, store: store.name, onChange });
  addApprovalRoutes(app, {
    approvals: store.approvals,
    onDecided: (asked, { decision, by }, { raw }) =>
      log.approval(lineOf(asked, { what: decision, by, admin_key: door.nameOf(raw) })),
  });
  await app.listen(listen);
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : listen.port;
  return { port, close: () => app.close() };
}

function bareServer(): FastifyInstance {
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    keepAliveTimeout: idleMsMax,
    http: { maxHeaderSize: headerBytesMax },
    // What comes is right as it is, or refused.
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allowUnionTypes: true,
      },
    },
    frameworkErrors: (_error, _request, reply) => sendRefusal(reply, refuse("request_malformed")),
  });
  app.server.maxConnections = connectionsMax;
  app.removeContentTypeParser("text/plain");
  return app;
}

/** Nobody learns which routes there are, and no body is read, before the key is known. */
function guard(app: FastifyInstance, door: Door, { log, metrics }: Equipment): void {
  app.addHook("onRequest", async ({ raw }, reply) => {
    const refusal = door.admit(raw);
    if (refusal === undefined) return undefined;
    metrics.refused(refusal.code);
    return sendRefusal(reply, refusal);
  });
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, refuse("route_unknown")));
  app.setErrorHandler((error, _request, reply) => {
    const refusal = refusalOf(error);
    if (refusal === undefined) log.bugFound(error, undefined);
    return sendRefusal(reply, refusal ?? refuse("internal"));
  });
}
