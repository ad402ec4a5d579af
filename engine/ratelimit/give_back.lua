-- Gives back the permit of an attempt that let nothing leave, and the pause that followed it.
--
-- KEYS[1]  the account, as in acquire.lua. ARGV[1] the bucket, ARGV[2] the attempt (16 bytes).
-- Returns 1 when there was one. No key is made, so none can lack its expiry.
local HEAD = 16
local key, bucket, attempt = KEYS[1], ARGV[1], ARGV[2]
local history = redis.call('HGET', key, bucket)
local found = history and string.find(history, attempt, HEAD + 1, true)
if not found then
  return 0
end
local run = string.sub(history, found + 16, found + 23)
local head = string.sub(history, 1, HEAD)
if string.sub(head, 1, 8) == run then
  head = run .. struct.pack('>d', struct.unpack('>d', head, 9) - 1)
end
redis.call('HSET', key, bucket, head .. string.sub(history, HEAD + 1, found - 9) .. string.sub(history, found + 24))
local pause = redis.call('HGET', key, 'pause')
if pause and string.sub(pause, 9) == attempt then
  redis.call('HDEL', key, 'pause')
end
return 1
