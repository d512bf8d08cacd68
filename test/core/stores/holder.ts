// Owns a process that reserves in a store and then only holds, until it is killed. Knows no test.

import { RedisStore } from "../../../core/stores/redis.ts";
import { askOf, calendar, slots } from "./counters.ts";

const [url = "", slotLifeMs = ""] = process.argv.slice(2);
const store = new RedisStore({
  url,
  password: undefined,
  commandTimeoutMs: 5_000,
  onStateChange: () => {},
  slotLifeMs: Number(slotLifeMs),
  openAfterMs: 0,
});
const counters = [slots("held", 1), calendar("charged", 100, { amount: 60 })];
const verdict = await store.reserve(askOf(counters));
setInterval(() => {}, 60_000);
console.log(verdict.kind);
