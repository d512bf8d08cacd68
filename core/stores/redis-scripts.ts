// Owns the scripts that are about no figure of ours: fixed windows, and what providers keep. Knows no client.

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
