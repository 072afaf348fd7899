-- What wrk sends in `cargo xtask bench api` and `bench limits`, and what it says at the end: one line of JSON.
--
--   wrk ... --script load.lua URL -- read TOKEN
--   wrk ... --script load.lua URL -- login BODY
--   wrk ... --script load.lua URL -- create WORD TOKEN...
--
-- Reads and sign-ins are one request, made once, so that wrk has nothing to do between two of them. A creation has a name
-- of its own, WORD-NUMBER in letters, and is asked for by the next of the users, each in turn.
--
-- wrk counts as errors of status what is 400 or more; there is nothing here that redirects.

-- For digits: no vowels, so that no word comes out by chance.
local LETTERS = { "b", "d", "g", "h", "j", "l", "m", "n", "r", "v" }

local function name(word, number)
  local letters = tostring(number):gsub("%d", function(digit) return LETTERS[digit + 1] end)
  return word .. "-" .. letters
end

local function creations(word, tokens)
  local number = 0
  local headers = {}
  for at, token in ipairs(tokens) do
    headers[at] = { ["content-type"] = "application/json", ["authorization"] = "Bearer " .. token }
  end
  return function()
    number = number + 1
    local body = '{"name":"' .. name(word, number) .. '","engine":"medusa"}'
    return wrk.format("POST", nil, headers[number % #headers + 1], body)
  end
end

function init(args)
  local kind = args[1]
  if kind == "read" then
    wrk.headers["authorization"] = "Bearer " .. args[2]
  elseif kind == "login" then
    wrk.method = "POST"
    wrk.headers["content-type"] = "application/json"
    wrk.body = args[2]
  elseif kind == "create" then
    local tokens = {}
    for at = 3, #args do tokens[#tokens + 1] = args[at] end
    -- Defined only here: with it, wrk makes each request anew.
    request = creations(args[2], tokens)
  else
    error("a kind that there is not: " .. tostring(kind))
  end
end

function done(summary, latency)
  local errors = summary.errors
  local figures = {
    '"requests":' .. summary.requests,
    '"duration_us":' .. summary.duration,
    '"p50_us":' .. latency:percentile(50),
    '"p90_us":' .. latency:percentile(90),
    '"p99_us":' .. latency:percentile(99),
    '"max_us":' .. latency.max,
    '"failed_status":' .. errors.status,
    '"failed_connect":' .. errors.connect,
    '"failed_read":' .. errors.read,
    '"failed_write":' .. errors.write,
    '"timeouts":' .. errors.timeout,
  }
  io.write("{" .. table.concat(figures, ",") .. "}\n")
end
