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
local costs = {}
for at = 4, #ARGV, 9 do
  local hash, key = KEYS[1 + ARGV[at]], ARGV[at + 1]
  if key ~= 'other' and redis.call('HEXISTS', hash, 'n ' .. key) == 0 then
    if tonumber(redis.call('HGET', hash, '#') or 0) < keysMax then
      redis.call('HINCRBY', hash, '#', 1)
    else
      key = 'other'
    end
  end
  for index, letter in ipairs(letters) do
    local sum = ARGV[at + 1 + index]
    if sum ~= '0' then
      local field = letter .. ' ' .. key
      local said = redis.pcall('HINCRBY', hash, field, sum)
      if type(said) == 'table' then redis.call('HSET', hash, field, '9223372036854775807') end
    end
  end
  costs[#costs + 1] = redis.call('HGET', hash, '$ ' .. key) or '0'
end
for index = 2, #KEYS do redis.call('PEXPIRE', KEYS[index], ARGV[2]) end
return costs
`;
