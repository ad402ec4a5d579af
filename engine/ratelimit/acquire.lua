-- Takes one permit, or says what refuses it; everything is looked at before anything is taken.
--
-- KEYS[1]  the history of one bucket of one account: 48 bytes a permit, oldest first, namely doubles: when it was
--          taken, when the pause after it is over, its run, the how many-th of its run it was; then its attempt.
-- ARGV[1]  attempt (16 bytes; zeros only look), then doubles: run, length of the pause, for how long permits are
--          kept, limit of the run, and the limit and length of each rolling window.
-- Returns 0 when taken, else what refuses: {0} the run; {n, left} the n-th rolling window; {-1, left} the pause,
--          with the time left until it opens. Times and lengths are in microseconds, by Redis's own clock.
local ENTRY, MOST, HOUR = 48, 256, 3600000000
local NOBODY = '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
local key, ask = KEYS[1], ARGV[1]
local attempt, run, pause, keep, run_limit, first = struct.unpack('>c16dddd', ask)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local history = redis.call('GET', key) or ''
local size, in_run, last_at = #history, 0, 0

if size > 0 then
  -- What was taken is granted again, whatever has closed since.
  if string.find(history, attempt, 1, true) then
    return 0
  end

  -- A window is closed while its limit-th latest permit is younger than the window is long.
  local closed, longest = 0, 0
  for start = first, #ask, 16 do
    local limit, length = struct.unpack('>dd', ask, start)
    local nth = size - limit * ENTRY + 1
    if nth > 0 then
      local left = struct.unpack('>d', history, nth) + length - now
      if left > longest then
        closed, longest = (start - first) / 16 + 1, left
      end
    end
  end
  if closed > 0 then
    return {closed, longest}
  end

  -- Usually the last permit is of the same run; else the latest one that is.
  local at, over_at, its_run, nth = struct.unpack('>dddd', history, size - ENTRY + 1)
  local back = size - ENTRY + 1
  while its_run ~= run and back > ENTRY do
    back = back - ENTRY
    its_run, nth = struct.unpack('>dd', history, back + 16)
  end
  if its_run == run then
    in_run = nth
  end
  if in_run >= run_limit then
    return {0}
  end
  -- That also keeps permits in the order of their times: a clock that went back is closed until it agrees again.
  if over_at > now then
    return {-1, over_at - now}
  end
  last_at = at
end
if attempt == NOBODY then
  return 0
end

local permit = struct.pack('>ddddc16', now, now + pause, run, in_run + 1, attempt)
if last_at > now - HOUR and size < 2 * MOST * ENTRY then
  redis.call('APPEND', key, permit)
  return 0
end
-- An expiry is dear, so it is set once an hour and lasts two hours longer than it has to. What counts no more goes.
local from = math.max(0, size - MOST * ENTRY) + 1
while from < size and struct.unpack('>d', history, from) <= now - keep do
  from = from + ENTRY
end
redis.call('SET', key, string.sub(history, from) .. permit, 'PX', math.ceil(keep / 1000) + 7200000)
return 0
