-- The atomic steps of jobs in Redis; docs/design/jobs-in-redis.md says what each key holds.
-- KEYS[1]: what all keys begin with. ARGV: the step, the caller's time in ms, what it needs.
local prefix, now = KEYS[1] .. ':', tonumber(ARGV[2])
local call = redis.call

local EVENTS, EVENTS_KEPT_MS, SIGNALS = 1024, 600000, 4096
local REMEMBERED_MS = 7 * 86400000
local FORGOTTEN_AT_ONCE = 200
local BEHIND = 1000 -- lanes from here on wait behind all others, and their jobs stand in no list

local jobs, waiting, claimed, lanes = prefix .. 'jobs', prefix .. 'waiting', prefix .. 'claimed', prefix .. 'lanes'
local lagging = prefix .. 'lagging' -- of those that wait, who wait behind all others
local ended, sizes, signals = prefix .. 'ended', prefix .. 'sizes', prefix .. 'signals'
local function job(id) return prefix .. 'job:' .. id end
local function events(id) return prefix .. 'events:' .. id end
local function key(name) return prefix .. 'key:' .. name end
local function lane(number) return prefix .. 'lane:' .. number end
local function status(word) return prefix .. 'status:' .. word end
local function expired(id) return prefix .. 'expired:' .. id end

local function is_end(word) return word ~= 'queued' and word ~= 'in_progress' end

local function signal(kind, id) call('XADD', signals, 'MAXLEN', '~', SIGNALS, '*', 'kind', kind, 'id', id) end

local function is_behind(number) return tonumber(number) >= BEHIND end

-- A job, by names; what it does not have is false.
local function read(id, ...)
  local values, found = call('HMGET', job(id), ...), {}
  for i, name in ipairs({...}) do found[name] = values[i] end
  return found
end

local function count_bytes(id, bytes)
  call('HINCRBY', sizes, id, bytes)
  call('INCRBY', prefix .. 'bytes', bytes)
end

-- A job has a status now: its indices and its watchers know.
local function turn(id, word, progress, ...)
  local was = read(id, 'status', 'seq', 'lane')
  if not is_behind(was.lane) then
    if was.status then call('ZREM', status(was.status), id) end
    call('ZADD', status(word), was.seq, id)
  end
  local event = call('XADD', events(id), 'MAXLEN', EVENTS, '*', 'status', word, 'progress', progress, ...)
  call('HSET', job(id), 'status', word, 'progress', progress, 'last_event', event)
end

local function hold(id, number)
  local it = read(id, 'status', 'claim', 'holder', 'cancelling', 'lane', 'entry', 'tries')
  if it.status and not is_end(it.status) and it.holder and it.claim == number then return it end
end

local function stand(id, number, created)
  call('ZADD', waiting, created, id)
  if is_behind(number) then call('SADD', lagging, id) end
end

local function leave(id)
  call('ZREM', waiting, id)
  call('SREM', lagging, id)
end

local function take_entry(it, consumer) call('XCLAIM', lane(it.lane), 'draw', consumer, 0, it.entry, 'JUSTID') end

-- A lane that is empty is gone, and with it its consumers.
local function leave_lane(number, entry)
  local stream = lane(number)
  call('XACK', stream, 'draw', entry)
  call('XDEL', stream, entry)
  if call('XLEN', stream) == 0 then
    call('DEL', stream)
    call('SREM', lanes, number)
  end
end

local function finish(id, word, result, error, kept)
  local it = read(id, 'lane', 'entry', 'progress', 'key')
  leave_lane(it.lane, it.entry)
  leave(id)
  call('SREM', claimed, id)
  call('HDEL', job(id), 'holder')
  call('HSET', job(id), 'ended', now, 'expires', now + kept)
  local more = {}
  if result ~= '' then more = {'result', result} elseif error ~= '' then more = {'error', error} end
  if #more > 0 then call('HSET', job(id), unpack(more)) end
  turn(id, word, word == 'completed' and 100 or it.progress, unpack(more))
  count_bytes(id, #result + #error)
  call('ZADD', ended, now + kept, id)
  -- A sweep forgets it at its time; these are for where nobody sweeps any more.
  call('PEXPIRE', job(id), kept + 60000)
  call('PEXPIRE', events(id), math.min(EVENTS_KEPT_MS, kept + 60000))
  if it.key ~= '' then call('PEXPIRE', key(it.key), kept + 60000) end
  call('SET', expired(id), '', 'PX', kept + REMEMBERED_MS)
end

local function forget(id)
  local it = read(id, 'key', 'status')
  call('DEL', job(id), events(id))
  if it.key and it.key ~= '' then call('DEL', key(it.key)) end
  call('ZREM', jobs, id)
  call('ZREM', ended, id)
  for _, word in ipairs({'completed', 'failed', 'cancelled', 'interrupted'}) do call('ZREM', status(word), id) end
  call('DECRBY', prefix .. 'bytes', call('HGET', sizes, id) or 0)
  call('HDEL', sizes, id)
end

-- It waits again, in its old place; tries are taken back where the last does not count.
local function back(id, it, tries)
  take_entry(it, 'returned')
  call('HDEL', job(id), 'holder', 'started')
  if tries > 0 then call('HINCRBY', job(id), 'tries', -tries) end
  local it = read(id, 'created', 'lane')
  stand(id, it.lane, it.created)
  call('SREM', claimed, id)
  turn(id, 'queued', 0)
  signal('waiting', id)
end

local function fields(entry)
  local found = {}
  for i = 1, #entry[2], 2 do found[entry[2][i]] = entry[2][i + 1] end
  return found
end

local function last_delivered(stream)
  local group = call('XINFO', 'GROUPS', stream)[1]
  for i = 1, #group, 2 do if group[i] == 'last-delivered-id' then return group[i + 1] end end
end

local function before(one, other)
  local a, b = one:match('^(%d+)-'), other:match('^(%d+)-')
  if a ~= b then return tonumber(a) < tonumber(b) end
  return tonumber(one:match('-(%d+)$')) < tonumber(other:match('-(%d+)$'))
end

-- The first of a lane: what was given back, or what nobody has had.
local function first(number)
  local stream = lane(number)
  if call('EXISTS', stream) == 0 then return end
  local fresh = call('XRANGE', stream, '(' .. last_delivered(stream), '+', 'COUNT', 1)[1]
  local again = call('XPENDING', stream, 'draw', '-', '+', 1, 'returned')[1]
  if again and (not fresh or before(again[1], fresh[1])) then
    return call('XRANGE', stream, again[1], again[1])[1], true
  end
  return fresh, false
end

-- Whether claims may be taken from those who do not renew them. Not, for as long as a claim lasts, after nobody was heard for
-- half of that time: then it was Redis that stood still, or was away.
local function beat(lease)
  local time = call('TIME')
  local at, last = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(call('GET', prefix .. 'beat') or 0)
  call('SET', prefix .. 'beat', at)
  if at - last > lease / 2 then call('SET', prefix .. 'grace', '', 'PX', lease) end
  return call('EXISTS', prefix .. 'grace') == 0
end

local steps = {}

function steps.accept(id, name, print, payload, work, number, deadline, most)
  local known = call('EXISTS', job(id)) == 1 and id or name ~= '' and call('GET', key(name))
  if known and call('EXISTS', job(known)) == 1 then return {'known', call('HGETALL', job(known))} end
  local many = call('ZCARD', waiting) - call('SCARD', lagging)
  if many >= tonumber(most) and not is_behind(number) then return {'full', many} end
  local seq = call('INCR', prefix .. 'seq')
  if call('EXISTS', lane(number)) == 0 then
    call('XGROUP', 'CREATE', lane(number), 'draw', '0', 'MKSTREAM')
    call('SADD', lanes, number)
  end
  local entry = call('XADD', lane(number), '*', 'id', id, 'seq', seq, 'work', work, 'created', now)
  call('HSET', job(id), 'id', id, 'key', name, 'fingerprint', print, 'payload', payload, 'work', work, 'lane', number,
    'deadline', deadline, 'seq', seq, 'entry', entry, 'created', now, 'claim', 0, 'tries', 0)
  if name ~= '' then call('SET', key(name), id) end
  call('DEL', expired(id))
  if not is_behind(number) then call('ZADD', jobs, seq, id) end
  stand(id, number, now)
  turn(id, 'queued', 0)
  count_bytes(id, #payload + #print + 600)
  signal('waiting', id)
  return {'taken', call('HGETALL', job(id))}
end

-- lane, created, seq of the first of each lane
function steps.heads()
  local heads = {}
  for _, number in ipairs(call('SMEMBERS', lanes)) do
    local entry = first(number)
    if entry then
      local it = fields(entry)
      for _, value in ipairs({number, it.created, it.seq}) do heads[#heads + 1] = value end
    end
  end
  return heads
end

-- lane, created, seq, work, id of all who wait
function steps.line()
  local line = {}
  local function add(number, entry)
    local it = fields(entry)
    for _, value in ipairs({number, it.created, it.seq, it.work, it.id}) do line[#line + 1] = value end
  end
  for _, number in ipairs(call('SMEMBERS', lanes)) do
    local stream = lane(number)
    if call('EXISTS', stream) == 1 then
      for _, entry in ipairs(call('XPENDING', stream, 'draw', '-', '+', 10000, 'returned')) do
        add(number, call('XRANGE', stream, entry[1], entry[1])[1])
      end
      for _, entry in ipairs(call('XRANGE', stream, '(' .. last_delivered(stream), '+')) do add(number, entry) end
    end
  end
  return line
end

function steps.claim(number, holder)
  local entry, again = first(number)
  if not entry then return {} end
  if again then
    call('XCLAIM', lane(number), 'draw', holder, 0, entry[1], 'JUSTID')
  else
    call('XREADGROUP', 'GROUP', 'draw', holder, 'COUNT', 1, 'STREAMS', lane(number), '>')
  end
  local id = fields(entry).id
  call('HSET', job(id), 'holder', holder)
  local claim = call('HINCRBY', job(id), 'claim', 1)
  leave(id)
  call('SADD', claimed, id)
  return {claim, call('HGETALL', job(id))}
end

function steps.begin(id, number)
  local it = hold(id, number)
  if not it then return 'LOST' end
  if it.cancelling then return 'CANCELLING' end
  take_entry(it, it.holder)
  -- Asked again when the answer was lost with Redis, it is the same try.
  if call('HGET', job(id), 'begun') ~= number then
    call('HSET', job(id), 'started', now, 'begun', number)
    call('HINCRBY', job(id), 'tries', 1)
    turn(id, 'in_progress', 0)
  end
  return 'HELD'
end

function steps.renew(id, number, lease)
  beat(tonumber(lease))
  local it = hold(id, number)
  if not it then return 'LOST' end
  take_entry(it, it.holder)
  return it.cancelling and 'CANCELLING' or 'HELD'
end

function steps.tell(id, number, progress, kind, data, most)
  if not hold(id, number) then return end
  call('XADD', events(id), 'MAXLEN', most, '*', 'type', kind, 'data', data)
  call('HSET', job(id), 'progress', progress)
end

steps['end'] = function(id, number, word, result, error, kept)
  if not hold(id, number) then return 0 end
  finish(id, word, result, error, tonumber(kept))
  return 1
end

function steps.give_back(id, number, error, tries, kept)
  local it = hold(id, number)
  if not it then return end
  if it.cancelling then
    finish(id, 'cancelled', '', '', tonumber(kept))
  elseif error ~= '' and tonumber(it.tries) >= tonumber(tries) then
    finish(id, 'failed', '', error, tonumber(kept))
  else
    back(id, it, (error ~= '' or it.status == 'queued') and 0 or 1)
  end
end

function steps.cancel(id, kept)
  local was = call('HGETALL', job(id))
  local it = read(id, 'status', 'holder')
  if it.status and not is_end(it.status) then
    call('HSET', job(id), 'cancelling', 1)
    if not it.holder then finish(id, 'cancelled', '', '', tonumber(kept)) end
    signal('cancelling', id)
  end
  return was
end

function steps.delete(id)
  local was = call('HGETALL', job(id))
  local it = read(id, 'status')
  if it.status and is_end(it.status) then
    forget(id)
    call('DEL', expired(id))
  end
  return was
end

-- What became of the job of an entry that nobody has renewed for a lease.
local function recover(id, tries, begun_ends, interrupted, deadly, kept)
  local it = read(id, 'status', 'holder', 'cancelling', 'tries', 'lane', 'entry')
  if not it.holder then return 0 end
  local begun = it.status == 'in_progress'
  if it.cancelling then
    finish(id, 'cancelled', '', '', kept)
  elseif begun and begun_ends then
    finish(id, 'interrupted', '', interrupted, kept)
  elseif begun and tonumber(it.tries) >= tries then
    finish(id, 'failed', '', deadly, kept)
  else
    back(id, it, 0)
  end
  return 1
end

-- Takes up what a process held that is there no more.
function steps.recover(lease, tries, begun_ends, interrupted, deadly, kept)
  if not beat(tonumber(lease)) then return 0 end
  local many = 0
  for _, number in ipairs(call('SMEMBERS', lanes)) do
    local cursor = '0-0'
    repeat
      if call('EXISTS', lane(number)) == 0 then break end
      local found = call('XAUTOCLAIM', lane(number), 'draw', 'returned', lease, cursor, 'COUNT', 100)
      cursor = found[1]
      for _, entry in ipairs(found[2]) do
        many = many + recover(fields(entry).id, tonumber(tries), begun_ends == '1', interrupted, deadly, tonumber(kept))
      end
    until cursor == '0-0'
  end
  return many
end

-- Forgets what is too old or too much; says what.
function steps.sweep(most)
  local gone = call('ZRANGEBYSCORE', ended, '-inf', now, 'LIMIT', 0, FORGOTTEN_AT_ONCE)
  for _, id in ipairs(gone) do forget(id) end
  while #gone < FORGOTTEN_AT_ONCE and tonumber(call('GET', prefix .. 'bytes') or 0) > tonumber(most) do
    local oldest = call('ZRANGE', ended, 0, 0)[1]
    if not oldest then break end
    forget(oldest)
    gone[#gone + 1] = oldest
  end
  return gone
end

-- A router's message is a job now, whose result is owed.
function steps.message_taken(queue, message, id, note)
  if call('ZREM', queue, message) == 1 then call('HSET', prefix .. 'owed', id, note) end
end

function steps.message_refused(queue, message, list, result)
  if call('ZREM', queue, message) == 1 then call('LPUSH', list, result) end
end

function steps.message_told(id, list, result)
  if call('HDEL', prefix .. 'owed', id) == 1 then call('LPUSH', list, result) end
end

return steps[ARGV[1]](unpack(ARGV, 3))
