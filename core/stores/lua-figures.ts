// Owns what scripts in Redis share: the clock, and the figures with their arithmetic. Knows no reservation.

/**
 * `now`: milliseconds by this server's clock.
 *
 * `gaugeAt(at)` reads six arguments: kind (`s` sliding, `p` a calendar's period, `l` life, `c` concurrency),
 * limit, then a, b, c, d: window's milliseconds and burst (0: none); four starts; idle milliseconds; or the
 * life of a slot.
 *
 * A ring is { slot, used, level, drained at, born, 32 counts }, a sum { born, start, used, end }: the same
 * arithmetic as sliding-window.ts and total.ts. `born`, in microseconds, tells a figure from an earlier one
 * of its key, be it of the same millisecond: what was taken from that gives nothing back. Slots are members
 * of a sorted set, by when they run out.
 */
export const luaFigures = `
local SLOTS, RING, EPSILON, LATE = 32, 6, 1e-6, 3600000
local floor, ceil, max, min, huge = math.floor, math.ceil, math.max, math.min, math.huge
local time = redis.call('TIME')
local now = time[1] * 1000 + floor(time[2] / 1000)
local born = time[1] * 1000000 + time[2]

local function gaugeAt(at)
  local kind, a, b = ARGV[at], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local gauge = { kind = kind, limit = tonumber(ARGV[at + 1]), a = a }
  if kind == 's' then
    gauge.burst = b > 0 and b or huge
    gauge.width = ceil(a / (SLOTS - 1))
  elseif kind == 'p' then
    gauge.b, gauge.c, gauge.d = b, tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
  end
  return gauge
end

local function advance(ring, width)
  local slot = floor(now / width)
  for passed = max(ring[1] + 1, slot - SLOTS + 1), slot do
    local at = RING + passed % SLOTS
    ring[2] = ring[2] - ring[at]
    ring[at] = 0
  end
  ring[1] = max(slot, ring[1])
end

local function readRing(key, gauge)
  local stored = redis.call('GET', key)
  local ring
  if stored then
    ring = cmsgpack.unpack(stored)
  else
    ring = { floor(now / gauge.width), 0, 0, now, born }
    for at = RING, RING + SLOTS - 1 do ring[at] = 0 end
  end
  advance(ring, gauge.width)
  local passedMs = max(now - ring[4], 0)
  ring[3] = max(ring[3] - passedMs * gauge.limit / gauge.a, 0)
  ring[4] = ring[4] + passedMs
  return ring
end

-- Milliseconds until so many slots have left the window that what is over fits again.
local function windowWait(ring, width, windowMs, over)
  if over <= 0 then return 0 end
  for slot = ring[1] - SLOTS + 1, ring[1] do
    over = over - ring[RING + slot % SLOTS]
    if over <= 0 then return (slot + SLOTS) * width - now end
  end
  return windowMs
end

local function periodAt(gauge, ms)
  if ms >= gauge.d then return gauge.d, gauge.d end
  if ms >= gauge.c then return gauge.c, gauge.d end
  if ms >= gauge.b then return gauge.b, gauge.c end
  return gauge.a, gauge.b
end

local function readSum(key, gauge)
  local stored = redis.call('GET', key)
  local sum = stored and cmsgpack.unpack(stored)
  if gauge.kind == 'l' then return sum or { born, 0, 0, 0 } end
  local start, finish = periodAt(gauge, now)
  -- A clock that was set back stays in the period it has reached.
  if not sum or start > sum[2] then sum = { born, start, 0 } end
  sum[4] = finish
  return sum
end

local function readFigure(key, gauge)
  if gauge.kind == 's' then return readRing(key, gauge) end
  if gauge.kind ~= 'c' then return readSum(key, gauge) end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  return { 0, 0, redis.call('ZCARD', key), 0 }
end

local function usedOf(gauge, figure)
  return gauge.kind == 's' and figure[2] or figure[3]
end

local function roomIn(gauge, figure)
  if gauge.kind ~= 's' then return gauge.limit - figure[3] end
  return min(gauge.limit - figure[2], floor(gauge.burst - figure[3] + EPSILON))
end

local function leftMs(figure)
  return figure[4] > 0 and max(figure[4] - now, 0) or 0
end

local function waitFor(gauge, figure, amount)
  local limit = gauge.limit
  if gauge.kind ~= 's' then return amount <= limit and leftMs(figure) or 0 end
  if amount > min(limit, gauge.burst) then return 0 end
  local over = figure[3] + amount - gauge.burst
  local wait = over > EPSILON and ceil(over * gauge.a / limit) or 0
  return max(windowWait(figure, gauge.width, gauge.a, figure[2] + amount - limit), wait)
end

local function stateOf(gauge, figure)
  local limit = gauge.limit
  if gauge.kind ~= 's' then return figure[3], max(limit - figure[3], 0), leftMs(figure) end
  local used = figure[2]
  local remaining = max(limit - used, 0)
  local room = gauge.burst - figure[3]
  local left = max(floor(room + EPSILON), 0)
  if left >= remaining then return used, remaining, windowWait(figure, gauge.width, gauge.a, 1) end
  return used, left, ceil((left + 1 - room) * gauge.a / limit)
end

local function writeFigure(key, gauge, figure)
  local kind, lifeMs = gauge.kind, gauge.a
  if kind == 's' then lifeMs = (SLOTS + 1) * gauge.width end
  if kind == 'p' then lifeMs = max(figure[4] - now, 0) + LATE end
  redis.call('SET', key, cmsgpack.pack(figure), 'PX', lifeMs)
end

-- Of anything but slots. Says where it was counted.
local function add(gauge, figure, amount)
  if gauge.kind ~= 's' then
    figure[3] = figure[3] + amount
    return 0
  end
  local at = RING + figure[1] % SLOTS
  figure[2], figure[3], figure[at] = figure[2] + amount, figure[3] + amount, figure[at] + amount
  return figure[1]
end
`;
