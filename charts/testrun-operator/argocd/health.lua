-- Health of a TestRun (testing.ameide.io/v1alpha1), as Argo CD asks for it: of a sync hook, and of a resource of an application.
-- Only the language itself and pairs/ipairs: Argo CD runs health scripts without a string library.

local FAILURES = 3

local function health(status, message)
  return {status = status, message = message}
end

local status = obj.status or {}
if status.state == nil then
  return health("Progressing", "waiting for the operator")
end
if status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "the operator has not seen this generation yet")
end

local succeeded = nil
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Succeeded" then
    succeeded = condition
  end
end

if succeeded == nil or succeeded.status == "Unknown" then
  local message = status.state
  if status.waiting ~= nil then
    message = message .. ", " .. status.waiting.reason
    if status.waiting.message ~= nil and status.waiting.message ~= "" then
      message = message .. ": " .. status.waiting.message
    end
  elseif status.state == "Running" and status.summary ~= nil and status.summary.tests > 0 then
    message = message .. ": " .. status.summary.passed .. " of " .. status.summary.tests .. " tests passed"
    if status.summary.failed > 0 then
      message = message .. ", " .. status.summary.failed .. " failed"
    end
  elseif succeeded ~= nil and succeeded.message ~= nil and succeeded.message ~= "" then
    message = message .. ": " .. succeeded.message
  end
  if status.state == "Suspended" then
    return health("Suspended", message)
  end
  return health("Progressing", message)
end

if succeeded.status == "True" then
  return health("Healthy", succeeded.reason .. ": " .. succeeded.message)
end

local message = succeeded.reason .. ": " .. succeeded.message
if succeeded.reason == "Blocked" or succeeded.reason == "NotReady" or succeeded.reason == "Cancelled" then
  return health("Degraded", message) -- no test of the run has anything to add
end
local failures = status.failures or {}
for number, failure in ipairs(failures) do
  if number <= FAILURES then
    message = message .. "\n- " .. failure.name
    if failure.message ~= nil and failure.message ~= "" then
      message = message .. ": " .. failure.message
    end
  end
end
local summary = status.summary or {}
local all = (summary.failed or 0) + (summary.errored or 0) -- the status names the first ones only
if #failures > 0 and all > FAILURES then
  message = message .. "\n- and " .. (all - FAILURES) .. " more"
end
return health("Degraded", message)
