-- Takes one permit, or says what refuses it; everything is looked at before anything is taken.
--
-- KEYS[1]  the account: a hash of `pause` (when it is over, and the attempt it follows) and one history a bucket.
--          A history is the latest run and how many permits it has, then 32 bytes a permit, oldest first: time,
--          attempt, run.
-- ARGV[1]  the bucket.
-- ARGV[2]  attempt (16 bytes; zeros only look), run (8), then doubles: length of the pause, for how long permits
--          are kept, limit of the run, and the limit and length of each rolling window.
-- Returns 0 when taken, else what refuses: {0} the run; {n, left} the n-th rolling window; {-1, left} the pause,
--          with the time left until it opens. Times and lengths are in microseconds, by Redis's own clock.
local HEAD, ENTRY, MOST, HOUR, NOBODY = 16, 32, 256, 3600000000, string.rep('\0', 16)
local key, bucket, ask = KEYS[1], ARGV[1], ARGV[2]
local attempt, run, pause, keep, run_limit, first = struct.unpack('>c16c8ddd', ask)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = redis.call('HMGET', key, bucket, 'pause')
local history = kept[1] or ''

-- What was taken is granted again, whatever has closed since.
if history ~= '' and string.find(history, attempt, HEAD + 1, true) then
  return 0
end

-- A window is closed while its limit-th latest permit is younger than the window is long.
local closed, opens_at = 0, 0
for start = first, #ask, 16 do
  local limit, length = struct.unpack('>dd', ask, start)
  local nth = #history - limit * ENTRY + 1
  if nth > HEAD then
    local opens = struct.unpack('>d', history, nth) + length
    if opens > now and opens > opens_at then
      closed, opens_at = (start - first) / 16 + 1, opens
    end
  end
end
if closed > 0 then
  return {closed, opens_at - now}
end

-- The head has the latest run's count; that of an earlier run is counted anew.
local in_run = 0
if history ~= '' then
  if string.sub(history, 1, 8) == run then
    in_run = struct.unpack('>d', history, 9)
  else
    for at = HEAD + 25, #history, ENTRY do
      if string.sub(history, at, at + 7) == run then
        in_run = in_run + 1
      end
    end
  end
end
if in_run >= run_limit then
  return {0}
end
local over_at = kept[2] and struct.unpack('>d', kept[2]) or 0
if over_at > now then
  return {-1, over_at - now}
end
if attempt == NOBODY then
  return 0
end

-- Permits stay in the order of their times, also when the clock went back; what counts no more is dropped.
local at, last_at, from = now, 0, HEAD + 1
if #history > HEAD then
  last_at = struct.unpack('>d', history, #history - ENTRY + 1)
  at = math.max(now, last_at)
end
while #history > from and struct.unpack('>d', history, from) <= now - keep do
  from = from + ENTRY
end
from = math.max(from, #history - (MOST - 1) * ENTRY + 1)
redis.call('HSET', key,
  bucket, run .. struct.pack('>d', in_run + 1) .. string.sub(history, from) .. struct.pack('>d', at) .. attempt .. run,
  'pause', struct.pack('>d', now + pause) .. attempt)
-- An expiry costs as much as the rest, so it is moved once an hour and lasts two hours longer than it has to.
if last_at <= now - HOUR then
  redis.call('PEXPIREAT', key, math.ceil((now + keep) / 1000) + 7200000)
end
return 0
