// Owns the scripts by which processes agree whether Redis still holds what they told it, and tell it again.
// Knows no client.

import { luaFigures } from "./lua-figures.ts";

/**
 * KEYS: epoch. ARGV: a fresh id, milliseconds until a new epoch opens. Says { now, epoch }, where an epoch is
 * its id, when it opens by this server's clock, and the run of the server that it holds for, blanks between.
 * A new one begins where there is none, and where the server is another than it was: restarted, or a replica
 * that was promoted and may not have heard the last.
 */
export const greetScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or '-'
local epoch = redis.call('GET', KEYS[1])
if not epoch or string.match(epoch, '%S+$') ~= run then
  epoch = string.format('%s %.0f %s', ARGV[1], now + ARGV[2], run)
  redis.call('SET', KEYS[1], epoch)
end
return { now, epoch }
`;

/**
 * KEYS: epoch, then figures. ARGV: the epoch told to, then eight a figure: a gauge, what was used when this
 * process last heard of it, and when that was. Each becomes the larger one, where its time has not passed.
 * Says how many were told; −1 where the epoch is another by now.
 */
export const tellScript = `${luaFigures}
local STRIDE = 8
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
for i = 2, #KEYS do
  local at = 2 + (i - 2) * STRIDE
  local gauge, used, heardAt = gaugeAt(at), tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7])
  local figure = readFigure(KEYS[i], gauge)
  local isOver = now - heardAt > gauge.a
  if gauge.kind == 'p' then isOver = periodAt(gauge, heardAt) ~= figure[2] end
  local missing = used - usedOf(gauge, figure)
  if missing > 0 and not isOver then
    add(gauge, figure, missing)
    writeFigure(KEYS[i], gauge, figure)
  end
end
return #KEYS - 1
`;

/** KEYS: one a slot. ARGV: milliseconds a slot lives, then one member a key. A lost slot is held again. */
export const renewScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, #KEYS do
  redis.call('ZADD', KEYS[i], now + ARGV[1], ARGV[i + 1])
  redis.call('PEXPIRE', KEYS[i], ARGV[1])
end
return #KEYS
`;
