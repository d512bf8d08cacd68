// Owns how a program's ledger is put together: what is kept of whom, and who hears of it. Knows no exchange.

import type { LedgerAxis, LedgerStore } from "../contracts/ledger.ts";
import type { CounterDesk } from "../contracts/store.ts";
import { createLedgerStore, createStore } from "../stores/index.ts";
import { SharedLedger } from "../stores/shared-ledger.ts";
import type { Hasher } from "../telemetry/hashing.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { plainId } from "../telemetry/plain.ts";
import type { ProgramSettings } from "./settings.ts";
import { SpendWatch } from "./spend-watch.ts";

const ledgerDaysDefault = 7;
/** Of an operator, with a store that is busy. */
const patienceMs = 5_000;

export interface LedgerParts {
  readonly settings: Pick<ProgramSettings, "store" | "storePassword" | "ledgerDays">;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly hash: Hasher;
}

export function openLedger({ settings, log, metrics, hash }: LedgerParts): SharedLedger {
  const { store: url, storePassword: password, ledgerDays: daysKept = ledgerDaysDefault } = settings;
  const store = createLedgerStore(url, { password, daysKept });
  const watch = new SpendWatch({ store, log, metrics, hash });
  return new SharedLedger({
    store,
    daysKept,
    shown: (by, key) => shownKey({ by, key, hash }),
    onAdded: (standings) => watch.look(standings),
    onLost: ({ calls, costNanoUsd }) => log.ledgerLost({ calls, cost_usd: costNanoUsd / 1e9 }),
  });
}

/**
 * As log lines name them, but for users: operators are to see whose spend it is. Everything else comes from
 * the policy.
 */
function shownKey({ by, key, hash }: { by: LedgerAxis; key: string; hash: Hasher }): string {
  if (by === "session") return hash(key);
  return by === "user" || by === "task" ? plainId(key, hash) : key;
}

/** What commands look at: the ledger and the budgets of a store. */
export interface Books {
  readonly ledger: LedgerStore;
  readonly desk: CounterDesk;
  close(): Promise<void>;
}

/** Throws where the URL names no store. */
export function openBooks(url: string, password: string | undefined): Books {
  const store = createStore(url, { password, commandTimeoutMs: patienceMs });
  const daysKept = ledgerDaysDefault;
  const ledger = createLedgerStore(url, { password, daysKept, answerMsMax: patienceMs });
  return {
    ledger,
    desk: store.desk,
    close: async () => {
      await Promise.all([ledger.close(), store.close()]);
    },
  };
}
