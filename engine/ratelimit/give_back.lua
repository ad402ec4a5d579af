-- Gives back the permit of an attempt that let nothing leave; the pause that followed it goes with it.
--
-- KEYS[1]  the history, as in acquire.lua. ARGV[1] the attempt (16 bytes).
-- Returns 1 when there was one. No key is made, so none can lack its expiry.
local ENTRY = 48
local key, attempt = KEYS[1], ARGV[1]
local history = redis.call('GET', key)
local found = history and string.find(history, attempt, 1, true)
if not found then
  return 0
end
local run = struct.unpack('>d', history, found - 16)
local left = {string.sub(history, 1, found - 33)}
-- The later ones of its run move up by one.
for at = found + 16, #history, ENTRY do
  local taken_at, over_at, its_run, nth, its_attempt = struct.unpack('>ddddc16', history, at)
  if its_run == run then
    nth = nth - 1
  end
  left[#left + 1] = struct.pack('>ddddc16', taken_at, over_at, its_run, nth, its_attempt)
end
redis.call('SET', key, table.concat(left), 'KEEPTTL')
return 1
