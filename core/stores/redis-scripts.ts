// Owns what runs inside Redis, each script one atomic step. Knows no client; keys are made by redis-keys.ts.

/**
 * KEYS: the id's, then one a counter. ARGV: id, deadline (milliseconds by this server's clock, 0: none),
 * milliseconds an id is remembered; then five a counter: kind (`s` sliding, `c` concurrency), limit, amount,
 * milliseconds (window or life of a slot), burst (0: none).
 *
 * Says { now, index, remaining, reset, … }: index 0 and a pair for each counter where all were taken from;
 * the index of the first full one and its pair; or −1: too late, nobody waits for this any more and nothing
 * was counted.
 *
 * A ring is { slot, used, level, drained at, 32 counts }: the same arithmetic as sliding-window.ts.
 */
export const reserveScript = `
local SLOTS, EPSILON = 32, 1e-6
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local deadline = tonumber(ARGV[2])
if deadline > 0 and now > deadline then return { now, -1 } end
local earlier = redis.call('GET', KEYS[1])
if earlier then return cmsgpack.unpack(earlier) end

local function windowWait(ring, width, windowMs, over)
  if over <= 0 then return 0 end
  for slot = ring[1] - SLOTS + 1, ring[1] do
    over = over - ring[5 + slot % SLOTS]
    if over <= 0 then return (slot + SLOTS) * width - now end
  end
  return windowMs
end

local function readRing(key, width, windowMs, limit)
  local stored = redis.call('GET', key)
  local ring = { 0, 0, 0, 0 }
  if stored then
    ring = cmsgpack.unpack(stored)
  else
    for at = 5, 4 + SLOTS do ring[at] = 0 end
  end
  local slot = math.floor(now / width)
  for passed = math.max(ring[1] + 1, slot - SLOTS + 1), slot do
    local at = 5 + passed % SLOTS
    ring[2] = ring[2] - ring[at]
    ring[at] = 0
  end
  ring[1] = math.max(slot, ring[1])
  local passedMs = math.max(now - ring[4], 0)
  ring[3] = math.max(ring[3] - passedMs * limit / windowMs, 0)
  ring[4] = ring[4] + passedMs
  return ring
end

local function ringState(ring, width, windowMs, limit, burst)
  local remaining = math.max(limit - ring[2], 0)
  local room = burst - ring[3]
  local burstRemaining = math.max(math.floor(room + EPSILON), 0)
  if burstRemaining >= remaining then return remaining, windowWait(ring, width, windowMs, 1) end
  return burstRemaining, math.ceil((burstRemaining + 1 - room) * windowMs / limit)
end

local rings = {}
for i = 2, #KEYS do
  local at = 4 + (i - 2) * 5
  local limit, amount, ms = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  if ARGV[at] == 'c' then
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
    local held = redis.call('ZCARD', KEYS[i])
    if held + amount > limit then return { now, i - 1, math.max(limit - held, 0), 0 } end
  else
    local burst = tonumber(ARGV[at + 4])
    if burst == 0 then burst = math.huge end
    local width = math.ceil(ms / (SLOTS - 1))
    local ring = readRing(KEYS[i], width, ms, limit)
    rings[i] = ring
    local over = ring[3] + amount - burst
    local wait = over > EPSILON and math.ceil(over * ms / limit) or 0
    wait = math.max(windowWait(ring, width, ms, ring[2] + amount - limit), wait)
    if wait > 0 then return { now, i - 1, (ringState(ring, width, ms, limit, burst)), wait } end
  end
end

local said = { now, 0 }
for i = 2, #KEYS do
  local at = 4 + (i - 2) * 5
  local limit, amount, ms = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local remaining, reset = 0, 0
  if ARGV[at] == 'c' then
    for n = 1, amount do redis.call('ZADD', KEYS[i], now + ms, ARGV[1] .. ':' .. n) end
    redis.call('PEXPIRE', KEYS[i], ms)
    remaining = limit - redis.call('ZCARD', KEYS[i])
  else
    local burst = tonumber(ARGV[at + 4])
    if burst == 0 then burst = math.huge end
    local ring, width = rings[i], math.ceil(ms / (SLOTS - 1))
    local slot = 5 + ring[1] % SLOTS
    ring[2], ring[3], ring[slot] = ring[2] + amount, ring[3] + amount, ring[slot] + amount
    redis.call('SET', KEYS[i], cmsgpack.pack(ring), 'PX', (SLOTS + 1) * width)
    remaining, reset = ringState(ring, width, ms, limit, burst)
  end
  said[#said + 1] = remaining
  said[#said + 1] = reset
end
redis.call('SET', KEYS[1], cmsgpack.pack(said), 'PX', ARGV[3])
return said
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

/**
 * What rate-limiter-flexible calls for a fixed window in place of its own script: windows are aligned to
 * this server's clock, and a refused amount is said but not counted. ARGV: amount (negative: given back),
 * the clock an amount given back was counted by, limit, window's milliseconds. Says { used, clock }, where
 * the library expects the time left: whoever gives back must name the window. The key holds { window's
 * number, used }.
 */
export const fixedWindowScript = `
local amount, limit, windowMs = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call('GET', KEYS[1])
local held, used = -1, 0
if stored then
  local pair = cmsgpack.unpack(stored)
  held, used = pair[1], pair[2]
end
local window = math.max(math.floor(now / windowMs), held)
if window > held then used = 0 end
if amount < 0 and (window > held or math.floor(ARGV[2] / windowMs) ~= held) then return { used, now } end
if used + amount > limit then return { used + amount, now } end
local lifeMs = (window + 1) * windowMs - now + 1000
redis.call('SET', KEYS[1], cmsgpack.pack({ window, used + amount }), 'PX', lifeMs)
return { used + amount, now }
`;

/**
 * KEYS: the record of something a provider keeps, which is its owner and the counts that were charged, with
 * blanks between; then the charge's own id. ARGV: milliseconds the record lives, milliseconds the id is
 * remembered, the owner of what nobody claimed, then the counts. Each count becomes the larger one; says what
 * they were before.
 */
export const chargeScript = `
local earlier = redis.call('GET', KEYS[2])
if earlier then return cmsgpack.unpack(earlier) end
local owner, before = ARGV[3], {}
local stored = redis.call('GET', KEYS[1])
if stored then
  local words = string.gmatch(stored, '%S+')
  owner = words()
  for word in words do before[#before + 1] = word end
end
local record = { owner }
for at = 4, math.max(#ARGV, #before + 3) do
  local count, charged = tonumber(ARGV[at] or 0), tonumber(before[at - 3] or 0)
  record[#record + 1] = string.format('%d', math.max(count, charged))
end
redis.call('SET', KEYS[1], table.concat(record, ' '), 'PX', ARGV[1])
redis.call('SET', KEYS[2], cmsgpack.pack(before), 'PX', ARGV[2])
return before
`;
