"""Render the open timeline and let Alice register the film, with the plan it came from."""

import os
import sys
import time

try:
    HERE = os.path.dirname(os.path.abspath(__file__))
except NameError:  # some versions of Resolve run menu scripts without it
    HERE = os.path.dirname(
        (globals().get("fusion") or globals()["app"]).MapPath("Scripts:/Utility/Alice/alice_menu.py")
    )
if HERE not in sys.path:
    sys.path.insert(0, HERE)

import alice_menu


def render(menu):
    """Add one job for the whole timeline, wait for it, and register what it wrote."""
    menu.require_saveable()
    project, timeline = menu.project(), menu.timeline()
    folder = menu.alice("status").get("renders") or default_folder()
    if not os.path.isdir(folder):
        os.makedirs(folder)
    preset = chosen_preset(menu, project)
    if preset:
        project.LoadRenderPreset(preset)
    name = free_name(folder, str(timeline.GetName()))
    settings = {
        "SelectAllFrames": True,
        "TargetDir": folder,
        "CustomName": name,
        "ExportVideo": True,
        "ExportAudio": True,
    }
    job = project.AddRenderJob() if project.SetRenderSettings(settings) else None
    if not job or not project.StartRendering([job]):
        raise alice_menu.Stop(
            "Resolve did not start to render.", "Look at the Deliver page: the format or the folder may be refused."
        )
    while project.IsRenderingInProgress():
        time.sleep(0.5)
    state = dict(project.GetRenderJobStatus(job) or {})
    files = written(project, job, folder, name)
    if state.get("JobStatus") != "Complete" or not files:
        why = state.get("Error") or state.get("JobStatus") or "no file was written"
        raise alice_menu.Stop("The render was not finished: %s." % why, "Look at the job on the Deliver page.")
    menu.alice("registered", *files, "--timeline", str(timeline.GetName()))
    menu.record("render", str(timeline.GetName()), {"files": files})
    for path in files:
        menu.say(path)
    return "Rendered and registered."


def default_folder():
    """The system's folder of films."""
    films = "Movies" if sys.platform == "darwin" else "Videos"
    return os.path.join(os.path.expanduser("~"), films, "Alice renders")


def chosen_preset(menu, project):
    """A preset by name: settings are laid over whatever the Deliver page holds, sound-only presets too."""
    presets = [str(one["PresetName"] if isinstance(one, dict) else one) for one in project.GetRenderPresetList() or []]
    if not presets or not menu.windows:
        return next((name for name in presets if "H.264" in name), None)
    number = menu.choose("Render with which preset?", presets)
    if number is None:
        raise alice_menu.Stop("Nothing was rendered.")
    return presets[number]


def free_name(folder, name):
    """A name that no file of the folder begins with; nothing is written over."""
    plain = "".join(sign if sign.isalnum() or sign in " -_." else "_" for sign in name).strip(" .") or "timeline"
    taken = os.listdir(folder)
    found, number = plain, 2
    while any(one.startswith(found + ".") for one in taken):
        found, number = "%s %d" % (plain, number), number + 1
    return found


def written(project, job, folder, name):
    """The files of the job: what its list says, else what begins with its name."""
    said = [
        os.path.join(str(one.get("TargetDir") or folder), str(one.get("OutputFilename") or ""))
        for one in project.GetRenderJobList() or []
        if one.get("JobId") == job
    ]
    found = [path for path in said if os.path.isfile(path)]
    return found or [os.path.join(folder, one) for one in sorted(os.listdir(folder)) if one.startswith(name + ".")]


alice_menu.run(render, globals(), HERE, "Alice - Render and register")
