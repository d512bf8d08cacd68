// Owns the script that adds a batch to the ledger in Redis. Knows no client.

/**
 * KEYS: the writer's last sequence, then the hashes of days and axes. ARGV: sequence, milliseconds all of it
 * is kept, keys a hash may have, then nine a row: which hash (from 1), key, and the seven sums to be added.
 * Says nothing where the sequence was heard before, else each key's cost by now. A field is one letter, a
 * blank and the key; `#` counts keys. Sums are only ever text here: a number of Lua's is exact up to 2^53,
 * HINCRBY up to 2^63, where a sum stays: an error would have its batch come again for ever.
 */
export const ledgerAddScript = `
local heard = redis.call('GET', KEYS[1])
if heard and tonumber(heard) >= tonumber(ARGV[1]) then return {} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local keysMax = tonumber(ARGV[3])
local letters = { 'n', 'i', 'c', 'o', '$', 'u', 'e' }
local function add(hash, letter, key, sum)
  local said = redis.pcall('HINCRBY', hash, letter .. ' ' .. key, sum)
  if type(said) == 'number' then return said end
  redis.call('HSET', hash, letter .. ' ' .. key, '9223372036854775807')
  return 0
end
local costs = {}
for at = 4, #ARGV, 9 do
  local hash, key, calls = KEYS[1 + ARGV[at]], ARGV[at + 1], ARGV[at + 2]
  if add(hash, 'n', key, calls) == tonumber(calls) and key ~= 'other' then
    if redis.call('HINCRBY', hash, '#', 1) > keysMax then
      redis.call('HINCRBY', hash, '#', -1)
      redis.call('HDEL', hash, 'n ' .. key)
      key = 'other'
      add(hash, 'n', key, calls)
    end
  end
  local cost = 0
  for index = 2, 7 do
    local sum = ARGV[at + 1 + index]
    if sum ~= '0' then
      local now = add(hash, letters[index], key, sum)
      if index == 5 then cost = now end
    end
  end
  if cost > 0 and cost < 9007199254740992 then
    costs[#costs + 1] = string.format('%d', cost)
  else
    costs[#costs + 1] = redis.call('HGET', hash, '$ ' .. key) or '0'
  end
end
for index = 2, #KEYS do redis.call('PEXPIRE', KEYS[index], ARGV[2]) end
return costs
`;
