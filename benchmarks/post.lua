-- Posts the lines of a file in turn and prints what wrk measured as one line of JSON.
-- wrk … -s post.lua URL -- FILE KEY

local requests, turn = {}, 0

function init(args)
  local headers = {["Content-Type"] = "application/json", ["Atesaki-Key"] = args[2]}
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, line)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"answers": %d, "seconds": %.3f, "failed": %d, "p50_ms": %.3f, "p99_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
