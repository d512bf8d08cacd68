// Owns the scripts by which an operator looks at figures and changes them. Knows no client.

import { luaFigures } from "./lua-figures.ts";

/** KEYS: figures. ARGV: a gauge each. Says used, remaining, reset of each. */
export const readScript = `${luaFigures}
local said = {}
for i = 1, #KEYS do
  local gauge = gaugeAt(1 + (i - 1) * 6)
  local used, remaining, reset = stateOf(gauge, readFigure(KEYS[i], gauge))
  said[#said + 1] = used
  said[#said + 1] = remaining
  said[#said + 1] = reset
end
return said
`;

/** KEYS: a figure that is none of slots. ARGV: its gauge, by how much. Says used, remaining, reset. */
export const adjustScript = `${luaFigures}
local gauge = gaugeAt(1)
local figure = readFigure(KEYS[1], gauge)
add(gauge, figure, tonumber(ARGV[7]))
writeFigure(KEYS[1], gauge, figure)
return { stateOf(gauge, figure) }
`;

/**
 * KEYS: any of this domain, which says on what node of a cluster to look. ARGV: cursor, pattern, how many
 * keys to look at. Says the next cursor, then key, used, reset of each figure found.
 */
export const listScript = `${luaFigures}
local found = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local said = { found[1] }
for _, key in ipairs(found[2]) do
  local kind, windowMs = string.match(key, '^{[^}]*}:(%a):(%d*)')
  local used, reset = 0, 0
  if kind == 'c' then
    used = redis.call('ZCOUNT', key, now, '+inf')
  else
    local figure = cmsgpack.unpack(redis.call('GET', key))
    if kind == 's' then
      local width = ceil(windowMs / (SLOTS - 1))
      advance(figure, width)
      used, reset = figure[2], windowWait(figure, width, tonumber(windowMs), 1)
    else
      reset = leftMs(figure)
      if kind == 'l' or reset > 0 then used = figure[3] end
    end
  end
  said[#said + 1] = key
  said[#said + 1] = used
  said[#said + 1] = reset
end
return said
`;
