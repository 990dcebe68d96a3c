--[[ Bring the newest cut into the open project, for the free edition of DaVinci Resolve.

The free edition runs no Python since 21.1 and shows no windows to scripts since 19.1, so this
is Lua without UIManager, require, package, io and ffi. It reads the table that `alice resolve cut`
laid beside it and writes its result with bmd.writefile; `alice resolve record --from` reads that.
Nothing is called that only Studio can do: such a call opens a window that makes all later ones fail.
]]

local lines = {}

local function say(text)
  lines[#lines + 1] = text
  print(text)
end

local function stop(message, hint)
  error({ message = message, hint = hint }, 0)
end

-- Text and files ------------------------------------------------------------

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(sign)
    return ("\\u%04x"):format(sign:byte())
  end) .. '"'
end

local function json(value)
  if type(value) == "number" then
    return ("%.0f"):format(value)
  elseif type(value) ~= "table" then
    return type(value) == "boolean" and tostring(value) or quoted(tostring(value))
  end
  local parts = {}
  if value.list then
    for _, one in ipairs(value.list) do
      parts[#parts + 1] = json(one)
    end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, one in pairs(value) do
    parts[#parts + 1] = quoted(key) .. ":" .. json(one)
  end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

local function hex(text)
  return (text:gsub(".", function(sign)
    return ("%02x"):format(sign:byte())
  end))
end

-- Where this script lies, with a slash at the end.
local function own_folder()
  local source = debug and debug.getinfo and debug.getinfo(1, "S").source or ""
  local folder = source:match("^@(.*[/\\])")
  if folder then
    return folder
  end
  local host = fusion or fu or app
  local mapped = host and host:MapPath("Scripts:/Utility/Alice/") or ""
  return mapped ~= "" and (mapped:match("^(.*[/\\])$") or mapped .. "/") or nil
end

local function read_cut(folder)
  for _, name in ipairs({ "alice_push.table", "alice_push.lua" }) do
    local done, found = pcall(dofile, folder .. name)
    if done and type(found) == "table" and found.clips then
      return found
    end
  end
  stop("There is no cut beside this script.", "Type in a terminal:  alice resolve cut")
end

-- Writing the text by bmd may put it in quotes; hexadecimal digits come through either way.
local function write_result(folder, cut, project, timeline, report)
  report.resolve = { product = resolve:GetProductName(), version = resolve:GetVersionString() }
  local plan = cut.plan and cut.plan.digest or ""
  local facts = { did = "push", project = project, timeline = timeline, report = report, plan = plan }
  local path = cut.result or (folder .. "alice_result.json")
  local done = bmd and bmd.writefile and pcall(bmd.writefile, path, "alice-result/1:" .. hex(json(facts)))
  if done then
    say("Let Alice know:  alice resolve record --from \"" .. path .. "\"")
  else
    say("The result could not be written; Alice does not know of this push.")
  end
end

-- The project ---------------------------------------------------------------

-- Between the numbers of a timecode that drops frames there may be a semicolon.
local function same_code(one, other)
  return (tostring(one):gsub(";", ":")) == (tostring(other):gsub(";", ":"))
end

local function list(found)
  return type(found) == "table" and found or {}
end

-- Every folder of the pool, the outer first.
local function walk(folder, found)
  found = found or {}
  found[#found + 1] = folder
  for _, inner in ipairs(list(folder:GetSubFolderList())) do
    walk(inner, found)
  end
  return found
end

local function known_files(pool)
  local known, count = {}, 0
  for _, folder in ipairs(walk(pool:GetRootFolder())) do
    for _, clip in ipairs(list(folder:GetClipList())) do
      local path = clip:GetClipProperty("File Path")
      if path and path ~= "" then
        known[path] = known[path] or clip
        count = count + 1
      end
    end
  end
  return known, count
end

local function rate_number(text)
  return tonumber((tostring(text):upper():gsub("%s*DF$", ""))) or 0
end

local function same_rate(one, other)
  return math.abs(rate_number(one) - rate_number(other)) < 0.0005
end

-- See that the project counts as the cut does before anything is imported: sound keeps the rate of its import.
local function prepare(project, cut)
  local wanted = cut.resolve_rate .. (cut.drop and " DF" or "")
  local rate = project:GetSetting("timelineFrameRate")
  if same_rate(rate, wanted) then
    return
  end
  local _, count = known_files(project:GetMediaPool())
  if count > 0 or project:GetTimelineCount() > 0 then
    stop("This project counts " .. tostring(rate) .. " frames a second, the cut " .. wanted .. ".",
      "Make a new project and choose the script again: it will be set to the rate of the cut.")
  end
  project:SetSetting("timelineFrameRate", wanted)
  project:SetSetting("timelineResolutionWidth", ("%.0f"):format(cut.width))
  project:SetSetting("timelineResolutionHeight", ("%.0f"):format(cut.height))
  if not same_rate(project:GetSetting("timelineFrameRate"), wanted) then
    stop("Resolve did not set the project to " .. wanted .. " frames a second.",
      "Set it in File > Project Settings and choose the script again.")
  end
  say("The empty project was set to " .. wanted .. " frames a second.")
end

-- The folder with these names, made where it is missing; AddSubFolder would make a second of the same name.
-- What each folder holds is remembered, so that a cut of many shots is not asked for over and over.
local function bin_of(pool, names, bins)
  local folder, path = pool:GetRootFolder(), ""
  for _, name in ipairs(names) do
    if not bins[path] then
      bins[path] = {}
      for _, one in ipairs(list(folder:GetSubFolderList())) do
        bins[path][one:GetName()] = bins[path][one:GetName()] or one
      end
    end
    bins[path][name] = bins[path][name] or pool:AddSubFolder(folder, name)
    folder, path = bins[path][name], path .. "\0" .. name
    if not folder then
      stop("Resolve did not make the bin " .. name .. ".", "Close any window that is open in it and try again.")
    end
  end
  return folder
end

-- The name of the outermost bin: the song's.
local function song_bin(cut)
  local name = cut.song.name:gsub("%.[^.]*$", "")
  return name ~= "" and name or "Song"
end

-- The clip of every file, imported into its bin where the project has none of it yet.
local function bring_media(pool, cut)
  local known = known_files(pool)
  local clips, bins, made, reused = {}, {}, 0, 0
  local function bring(path, names)
    if clips[path] then
      return
    end
    if known[path] then
      clips[path], reused = known[path], reused + 1
      return
    end
    pool:SetCurrentFolder(bin_of(pool, names, bins))
    clips[path] = list(pool:ImportMedia({ path }))[1]
    if not clips[path] then
      stop("Resolve did not import " .. path .. ".", "See that it is there and that Resolve can read it.")
    end
    made = made + 1
  end
  bring(cut.song.path, { song_bin(cut) })
  for _, one in ipairs(cut.clips) do
    bring(one.path, { song_bin(cut), (one.section or "") ~= "" and one.section or "-", one.shot })
  end
  say(made .. " files imported, " .. reused .. " were there already.")
  return clips, made, reused
end

-- A name that no timeline has: for a known one the import gives nothing, silently.
local function unique_name(project, name)
  local known = {}
  for number = 1, project:GetTimelineCount() do
    known[project:GetTimelineByIndex(number):GetName()] = true
  end
  local found, number = name, 2
  while known[found] do
    found, number = name .. " " .. number, number + 1
  end
  return found
end

local function import_cut(project, pool, cut)
  pool:SetCurrentFolder(bin_of(pool, { song_bin(cut) }, {}))
  local name = unique_name(project, cut.name)
  for _, kind in ipairs({ "fcpxml", "xmeml" }) do
    local options = { timelineName = name, importSourceClips = false, sourceClipsFolders = walk(pool:GetRootFolder()) }
    local timeline = cut.files[kind] and pool:ImportTimelineFromFile(cut.files[kind], options)
    if timeline then
      project:SetCurrentTimeline(timeline)
      for _, code in ipairs({ cut.start, (cut.start:gsub(";", ":")) }) do
        if not same_code(timeline:GetStartTimecode(), code) then
          timeline:SetStartTimecode(code)
        end
      end
      return timeline
    end
  end
  stop("Resolve imported none of the files of the cut.", "Import " .. tostring(cut.files.fcpxml) .. " by hand.")
end

-- The timeline --------------------------------------------------------------

local function mark(timeline, markers)
  for _, one in ipairs(markers) do
    local name = (one.name or "") ~= "" and one.name or " "
    timeline:AddMarker(one.frame, one.colour, name, one.note or "", one.duration or 1, one.custom)
  end
end

local function note(clip, facts)
  pcall(function() clip:SetThirdPartyMetadata(facts) end) -- older versions have no such call
end

local function note_origins(cut, clips)
  for number = #cut.clips, 1, -1 do -- of the shots that share a file the first has the last word
    local one = cut.clips[number]
    local facts = { alice_digest = one.digest, alice_shot = one.shot, alice_section = one.section or "" }
    for key, value in pairs(one.metadata or {}) do
      facts[key] = tostring(value)
    end
    note(clips[one.path], facts)
  end
  note(clips[cut.song.path], { alice_digest = cut.song.digest })
end

local function dress_items(timeline, cut)
  local start, shots = timeline:GetStartFrame(), {}
  for _, one in ipairs(cut.clips) do
    shots[one.record_in] = one
  end
  for _, item in ipairs(list(timeline:GetItemListInTrack("video", 1))) do
    local one = shots[item:GetStart() - start] or {}
    if one.colour and one.colour ~= "" then
      item:SetClipColor(one.colour)
    end
    if one.shot then
      pcall(function() item:SetName(one.shot) end) -- older versions have no SetName
    end
  end
end

-- What the saved timeline holds, against the cut.
local function compare(timeline, cut)
  local start, there, more = timeline:GetStartFrame(), {}, 0
  for track = 1, timeline:GetTrackCount("video") do
    for _, item in ipairs(list(timeline:GetItemListInTrack("video", track))) do
      there[item:GetStart() - start] = item
      more = more + 1
    end
  end
  local wrong, offline = { list = {} }, { list = {} }
  for _, one in ipairs(cut.clips) do
    local item = there[one.record_in]
    if not item or item:GetEnd() - start ~= one.record_out then
      table.insert(wrong.list, one.shot)
    elseif not item:GetMediaPoolItem() then
      table.insert(offline.list, one.shot)
    end
    more = more - (item and 1 or 0)
  end
  local marked, lost, marks = 0, { list = {} }, {}
  for frame, facts in pairs(list(timeline:GetMarkers())) do
    marks[tonumber(frame)] = facts.customData
  end
  for _, one in ipairs(cut.markers) do
    if marks[one.frame] == one.custom then
      marked = marked + 1
    else
      table.insert(lost.list, one.frame)
    end
  end
  local song = #list(timeline:GetItemListInTrack("audio", 1)) > 0
  local started = timeline:GetStartTimecode()
  local right = #cut.clips - #wrong.list - #offline.list
  local whole = right == #cut.clips and more == 0 and song and same_code(started, cut.start)
  return { shots = #cut.clips, right = right, wrong = wrong, offline = offline, more = more, song = song,
    start = started, markers = marked, unmarked = lost, whole = whole }
end

local function push()
  local folder = own_folder()
  if not folder then
    stop("The folder of this script is not known.", "Run it from Workspace > Scripts > Alice.")
  end
  local cut = read_cut(folder)
  local manager = resolve:GetProjectManager()
  local project = manager and manager:GetCurrentProject()
  if not project then
    stop("No project is open, or a window in Resolve waits for an answer.", "Close it and choose the script again.")
  elseif project:GetName() == "Untitled Project" then
    stop("The project has no name yet, and Resolve cannot save such a project from a script.",
      "Save it under a name (File > Save Project) and choose the script again.")
  end
  prepare(project, cut)
  local pool = project:GetMediaPool()
  local clips, made, reused = bring_media(pool, cut)
  local timeline = import_cut(project, pool, cut)
  mark(timeline, cut.markers)
  note_origins(cut, clips)
  dress_items(timeline, cut)
  if not manager:SaveProject() then
    stop("Resolve did not save the project.", "Close any window that is open in it and choose the script again.")
  end
  local report = compare(timeline, cut)
  report.imported, report.reused = made, reused
  say(report.right .. " of " .. report.shots .. " shots are on their frames, with their files.")
  say(report.markers .. " markers are set; the timeline starts at " .. tostring(report.start) .. ".")
  if #report.wrong.list > 0 then
    say("Shots that are not where they should be: " .. table.concat(report.wrong.list, ", "))
  end
  if #report.offline.list > 0 then
    say("Shots without their file: " .. table.concat(report.offline.list, ", "))
  end
  say(timeline:GetName() .. (report.whole and " is whole: every cut is on its frame." or " is not whole."))
  write_result(folder, cut, project:GetName(), timeline:GetName(), report)
end

local done, wrong = pcall(push)
if not done then
  if type(wrong) == "table" then
    print(wrong.message .. " " .. wrong.hint)
  else
    error(wrong, 0)
  end
end
