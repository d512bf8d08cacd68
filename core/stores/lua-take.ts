// Owns the script that takes from all counters of an ask in one step, and what it writes down of it.
// Knows no client.

import { luaFigures } from "./lua-figures.ts";

/** What the script says first where it took nothing and no counter is short. */
export const notTaken = {
  /** Nobody waits for it any more. */
  late: -1,
  /** Other figures than this process knows of: the store was emptied, or is another one. */
  otherEpoch: -2,
  /** What is to be extended is not there or was settled, or the step is one that others came after. */
  gone: -3,
  /** Those who know what was used before are still telling. */
  notOpen: -4,
} as const;

/**
 * KEYS: epoch, the ask's record, then one a counter. ARGV: the epoch this process knows, when that opens,
 * deadline (both by this server's clock), id, step (0: the first), milliseconds the record is kept, least and
 * most units; then ten a counter: a gauge, amount, amount for each unit, share, and `w` where it is watched.
 *
 * Says { now, 0, units, used, remaining, reset … }; or { now, place, used, remaining, wait }, where place is
 * that of the first counter that is short, from 1; or { now, one of `notTaken` }. A step that comes again is
 * said again, and counts once.
 *
 * The record is { step, settled, said, { taken, born, place, amount, … } … }: of each counter all that was
 * taken, and of the figure born then where it was counted, the last 32 places.
 */
export const takeScript = `${luaFigures}
local STRIDE, PLACES = 10, 32
local id, step = ARGV[4], tonumber(ARGV[5])
if now > tonumber(ARGV[3]) then return { now, ${notTaken.late} } end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { now, ${notTaken.otherEpoch} } end
local stored = redis.call('GET', KEYS[2])
local record = stored and cmsgpack.unpack(stored)
if record and record[1] == step then return record[3] end
if step < (record and record[1] or 0) or step > 0 and not record or record and record[2] == 1 then
  return { now, ${notTaken.gone} }
end
local isOpen = now >= tonumber(ARGV[2])

local least, units = tonumber(ARGV[7]), tonumber(ARGV[8])
local gauges, figures = {}, {}
for i = 3, #KEYS do
  local at = 9 + (i - 3) * STRIDE
  local gauge = gaugeAt(at)
  if gauge.kind ~= 'c' and not isOpen then return { now, ${notTaken.notOpen} } end
  gauge.amount, gauge.perUnit = tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7])
  local figure = readFigure(KEYS[i], gauge)
  gauges[i], figures[i] = gauge, figure
  if ARGV[at + 9] ~= 'w' then
    local room, wanted = roomIn(gauge, figure), gauge.amount + gauge.perUnit * least
    if wanted > room then
      local used, remaining = stateOf(gauge, figure)
      return { now, i - 2, used, remaining, waitFor(gauge, figure, wanted) }
    end
    if gauge.perUnit > 0 then
      local fitting = floor((room - gauge.amount) / (gauge.perUnit * tonumber(ARGV[at + 8])))
      units = min(units, max(fitting, least))
    end
  end
end

local function note(entry, born, place, amount)
  entry[1] = entry[1] + amount
  if entry[2] ~= born then
    for at = #entry, 3, -1 do entry[at] = nil end
    entry[2] = born
  end
  local last = #entry - 1
  if last >= 3 and entry[last] == place then
    entry[last + 1] = entry[last + 1] + amount
    return
  end
  entry[#entry + 1] = place
  entry[#entry + 1] = amount
  if #entry > 2 + 2 * PLACES then
    table.remove(entry, 3)
    table.remove(entry, 3)
  end
end

local said = { now, 0, units }
record = record or {}
record[1], record[2], record[3] = step, 0, said
for i = 3, #KEYS do
  local gauge, figure = gauges[i], figures[i]
  local amount = gauge.amount + gauge.perUnit * units
  local entry = record[i + 1] or { 0, 0 }
  record[i + 1] = entry
  if gauge.kind == 'c' then
    for n = entry[1] + 1, entry[1] + amount do redis.call('ZADD', KEYS[i], now + gauge.a, id .. ':' .. n) end
    if amount > 0 then redis.call('PEXPIRE', KEYS[i], gauge.a) end
    figure[3] = figure[3] + amount
    entry[1] = entry[1] + amount
  else
    local place = add(gauge, figure, amount)
    local born = gauge.kind == 's' and figure[5] or figure[1]
    note(entry, born, place, amount)
    writeFigure(KEYS[i], gauge, figure)
  end
  local used, remaining, reset = stateOf(gauge, figure)
  said[#said + 1] = used
  said[#said + 1] = remaining
  said[#said + 1] = reset
end
redis.call('SET', KEYS[2], cmsgpack.pack(record), 'PX', ARGV[6])
return said
`;
