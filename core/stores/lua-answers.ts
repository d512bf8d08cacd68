// Owns the scripts about calls that may not be made twice. Knows no client.

/**
 * KEYS: the call's record. ARGV: fingerprint, owner, milliseconds the call may take, milliseconds the record
 * lives. Says a state, and the answer where there is one. A record that is asked for again by its own owner
 * has begun: the first answer was lost on its way.
 */
export const beginScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'f', 's', 'o', 'u', 'a')
if not held[1] then
  redis.call('HSET', KEYS[1], 'f', ARGV[1], 's', 'pending', 'o', ARGV[2], 'u', now + ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return { 'begun' }
end
if held[1] ~= ARGV[1] then return { 'conflict' } end
if held[2] == 'answered' then return { 'answered', held[5] } end
if held[2] == 'pending' and held[3] == ARGV[2] then return { 'begun' } end
if held[2] == 'pending' and now <= tonumber(held[4]) then return { 'pending' } end
return { 'unknown' }
`;

/** KEYS: the record. ARGV: owner, state, answer, milliseconds it lives; a state of '' forgets it. */
export const finishScript = `
if redis.call('HGET', KEYS[1], 'o') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 's', ARGV[2], 'a', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`;
