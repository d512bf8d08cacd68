// Owns the script that corrects what an ask took to what was used, once. Knows no client.

import { luaFigures } from "./lua-figures.ts";

/**
 * KEYS: the ask's record, then one a counter. ARGV: id, milliseconds the settled record is kept, then seven a
 * counter: a gauge, and what it is to hold in the end (empty: what was taken stays); of slots how many
 * members may be held, which all go. Says { now, used … }, nothing of a counter that did not change. Where
 * the record is gone or settled, nothing but slots goes back.
 */
export const settleScript = `${luaFigures}
local STRIDE = 7
local stored = redis.call('GET', KEYS[1])
local record = stored and cmsgpack.unpack(stored)
if record and record[2] == 1 then record = nil end

-- What came last goes back first; what is owed, below 0, is counted with the last.
local function giveBack(figure, gauge, entry, surplus)
  local rate = gauge.limit / gauge.a
  for at = #entry - 1, 3, -2 do
    if surplus == 0 then return end
    local place = entry[at]
    local part = surplus < 0 and surplus or min(surplus, entry[at + 1])
    surplus = surplus - part
    if gauge.kind ~= 's' then
      figure[3] = figure[3] - part
    elseif figure[1] - place < SLOTS then
      local slot = RING + place % SLOTS
      local drained = (now - place * gauge.width) * rate
      local held = part < 0 and part or max(part - drained, 0)
      figure[2], figure[3] = figure[2] - part, max(figure[3] - held, 0)
      figure[slot] = figure[slot] - part
    end
  end
end

local function correct(key, gauge, entry, kept)
  local surplus, isRing = entry[1] - kept, gauge.kind == 's'
  if surplus == 0 then return false end
  local figure, born
  if isRing then
    figure = readRing(key, gauge)
    born = figure[5]
  else
    local held = redis.call('GET', key)
    if not held then return false end
    figure = cmsgpack.unpack(held)
    born = figure[1]
  end
  if entry[2] ~= born then return false end
  giveBack(figure, gauge, entry, surplus)
  if isRing then
    writeFigure(key, gauge, figure)
  else
    redis.call('SET', key, cmsgpack.pack(figure), 'KEEPTTL')
  end
  return usedOf(gauge, figure)
end

local said = { now }
for i = 2, #KEYS do
  local at = 3 + (i - 2) * STRIDE
  local kept = tonumber(ARGV[at + 6])
  said[i] = false
  if ARGV[at] == 'c' then
    for n = 1, kept or 0 do redis.call('ZREM', KEYS[i], ARGV[1] .. ':' .. n) end
  elseif record and kept then
    said[i] = correct(KEYS[i], gaugeAt(at), record[i + 2], kept)
  end
end
if record then redis.call('SET', KEYS[1], cmsgpack.pack({ record[1], 1, record[3] }), 'PX', ARGV[2]) end
return said
`;
