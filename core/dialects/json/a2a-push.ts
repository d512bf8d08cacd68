// Owns where an A2A request, 0.3 or 1.0, says to send word of its task: push notification URLs. Judges none.

import type { JsonValue, RequestHead } from "../../contracts/dialect.ts";
import { isObject } from "../../text/json.ts";
import { textsBelow } from "../../text/pointer.ts";

const setting = /^(?:Create(?:Task)?PushNotificationConfig|tasks\/pushNotification(?:Config)?\/set)$/;
const settingPath = /[/]pushNotificationConfigs(?:[/]|$)/i;
const configuring = /^(?:task_?)?push_?notification(?:_?config)?$/i;

export function pushUrlsIn(value: JsonValue, { path }: Pick<RequestHead, "path">): readonly string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => {
    if (!isObject(one)) return [];
    const { method, params } = one;
    const isSetting = typeof method === "string" ? setting.test(method) : settingPath.test(path);
    const within = isObject(params) ? params : one;
    return isSetting ? urlsBelow(within) : configured(within.configuration);
  });
}

function configured(configuration: JsonValue | undefined): readonly string[] {
  if (!isObject(configuration)) return [];
  const named = Object.entries(configuration).filter(([name]) => configuring.test(name));
  return named.flatMap(([, config]) => urlsBelow(config));
}

/** Its own, and whatever else is called so: of two that a reader may take, both are looked at. */
function urlsBelow(value: JsonValue): readonly string[] {
  return [...textsBelow(value, "")].flatMap(({ pointer, text }) =>
    /[/]ur[il]$/i.test(pointer) ? [text] : [],
  );
}
