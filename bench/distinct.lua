-- For wrk: asks for the paths of a file in turn. With a number as third argument each request carries the next number
-- in a SPARQL comment, so that no two are the same.

function init(args)
  paths, count = {}, 0
  for line in io.lines(args[1]) do
    count = count + 1
    paths[count] = line
  end
  headers = { ["Accept"] = args[2] }
  number = tonumber(args[3])
  place = 0
  fixed = {}
  if not number then
    for i = 1, count do
      fixed[i] = wrk.format("GET", paths[i], headers)
    end
  else
    before = wrk.format("GET", "\1", headers)
    local at = before:find("\1", 1, true)
    head, tail = before:sub(1, at - 1), before:sub(at + 1)
  end
end

function request()
  place = place % count + 1
  if not number then
    return fixed[place]
  end
  number = number + 1
  return head .. paths[place] .. "%20%23" .. number .. tail
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('RESULT {"requests": %d, "seconds": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, e.status, e.read + e.write + e.connect + e.timeout))
end
