"""The conversation of the menu scripts: with Alice by a subprocess, with the person by windows or the console.

Part of the scripts of this folder, not one of them. It runs in Resolve's own Python, which
may be as old as 3.6 and has nothing but the standard library.
"""

import json
import os
import subprocess

LINK = "alice_resolve.json"
_NOT_FOR_ALICE = ("PYTHONHOME", "PYTHONPATH", "PYTHON3HOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH")
_NO_WINDOW = 0x08000000  # CREATE_NO_WINDOW of Windows: no black box behind Resolve


class Stop(Exception):
    """The script cannot go on; says why and what to do."""

    def __init__(self, message, hint=""):
        Exception.__init__(self, message)
        self.message = message
        self.hint = hint


class Menu:
    """Resolve, Alice and the person in front of them.

    ``resolve`` is Resolve's root object, ``studio`` whether it is the Studio edition,
    ``folder`` where the scripts and the link to Alice lie.
    """

    def __init__(self, names, folder, title):
        self.title = title
        self.folder = folder
        self.lines = []
        self._names = names
        self.resolve = names.get("resolve") or names["bmd"].scriptapp("Resolve")
        product = self.resolve.GetProductName() if self.resolve else None
        if not product:
            raise Stop(
                "Resolve does not answer.",
                "A window may be open in it, perhaps behind others: close it and choose the script again.",
            )
        self.product = str(product)
        self.studio = self.product.endswith("Studio")

    # Resolve

    def project(self):
        """The open project."""
        found = self.resolve.GetProjectManager().GetCurrentProject()
        if not found:
            raise Stop("No project is open in Resolve.", "Open or make a project and choose the script again.")
        return found

    def timeline(self):
        """The project's current timeline."""
        found = self.project().GetCurrentTimeline()
        if not found:
            raise Stop("No timeline is open in Resolve.", "Open the timeline and choose the script again.")
        return found

    def require_saveable(self):
        """Refuse a project that was never saved: Resolve waits for ever when a script saves one."""
        if str(self.project().GetName()) == "Untitled Project":
            raise Stop(
                "The project has no name yet, and Resolve cannot save such a project from a script.",
                "Save it under a name (File > Save Project) and choose the script again.",
            )

    def save(self):
        """Save the project; what is read before a save may be lost in it."""
        if not self.resolve.GetProjectManager().SaveProject():
            raise Stop(
                "Resolve did not save the project.",
                "Close any window that is open in it, save with File > Save Project, and choose the script again.",
            )

    # Alice

    def link(self):
        """What the installer wrote down: the command that runs Alice, and its folder of data."""
        path = os.path.join(self.folder, LINK)
        try:
            with open(path, encoding="utf-8") as source:
                found = json.load(source)
            found["command"][0]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise Stop(
                "The scripts do not know where Alice is: %s cannot be read (%s)." % (path, error),
                "Type:  alice resolve install",
            )
        return found

    def alice(self, *arguments, **options):
        """The answer of ``alice resolve ...`` as an object; ``stdin`` is given to it as JSON."""
        link = self.link()
        command = [str(part) for part in link["command"]] + ["resolve"] + [str(one) for one in arguments] + ["--json"]
        given = options.get("stdin")
        told = b"" if given is None else json.dumps(given).encode("ascii")
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(link.get("home")),
                creationflags=_NO_WINDOW if os.name == "nt" else 0,
            )
        except OSError as error:
            raise Stop(
                "Alice cannot be started: %s (%s)." % (command[0], error),
                "It was moved or removed. Type:  alice resolve install",
            )
        out, err = process.communicate(told)
        return _answer(out, err, process.returncode)

    def record(self, did, timeline, report, plan=None):
        """Tell Alice what was done here; she learns of edition and version in no other way."""
        version = str(self.resolve.GetVersionString())
        report = dict(report, resolve={"product": self.product, "version": version})
        facts = {"did": did, "project": str(self.project().GetName()), "timeline": timeline, "report": report}
        if plan:
            facts["plan"] = plan
        return self.alice("record", stdin=facts)

    # The person

    def say(self, text):
        """Print a line, and keep it for the report."""
        self.lines.append(text)
        print(text)

    def report(self, headline):
        """Show all that was said, under a headline: in a window in Studio, in the console elsewhere."""
        print(headline)
        window = self._window(headline, self.lines, [], ["OK"])
        if window is not None:
            window()

    def confirm(self, question, lines):
        """Whether the person agrees; without windows nobody can be asked and the answer is ``None``."""
        window = self._window(question, lines, [], ["OK", "Cancel"])
        return None if window is None else window()[0] == "OK"

    def choose(self, question, options):
        """The number of the chosen option, ``None`` for none of them or where nobody can be asked."""
        window = self._window(question, [], options, ["OK", "Cancel"])
        if window is None:
            return None
        button, number = window()
        return number if button == "OK" else None

    @property
    def windows(self):
        """Whether windows can be shown: the free edition answers the mere question with a window of its own."""
        return self.studio and self._dispatcher() is not None

    def _fusion(self):
        return self._names.get("fu") or self._names.get("fusion") or self.resolve.Fusion()

    def _dispatcher(self):
        fusion, bmd = self._fusion(), self._names.get("bmd")
        manager = fusion.UIManager if fusion else None
        return None if manager is None or bmd is None else (manager, bmd.UIDispatcher(manager))

    def _window(self, headline, lines, options, buttons):
        """A function that shows a window and gives the button pressed and the option chosen; ``None`` without."""
        if not self.windows:
            return None
        ui, dispatcher = self._dispatcher()
        rows = [ui.Label({"Text": headline, "WordWrap": True, "Weight": 0})]
        if lines:
            rows.append(ui.TextEdit({"ID": "lines", "PlainText": "\n".join(lines), "ReadOnly": True}))
        if options:
            rows.append(ui.ComboBox({"ID": "options", "Weight": 0}))
        rows.append(ui.HGroup({"Weight": 0}, [ui.Button({"ID": name, "Text": name}) for name in buttons]))
        size = [200, 200, 640, 420 if lines else 140]
        window = dispatcher.AddWindow({"ID": "Alice", "WindowTitle": self.title, "Geometry": size}, [ui.VGroup(rows)])
        items = window.GetItems()
        for option in options:
            items["options"].AddItem(option)
        pressed = [None]

        def press(name):
            def pressing(_event):
                pressed[0] = name
                dispatcher.ExitLoop()

            return pressing

        for name in buttons:
            window.On[name].Clicked = press(name)
        window.On["Alice"].Close = press(None)

        def show():
            window.Show()
            dispatcher.RunLoop()
            number = int(items["options"].CurrentIndex) if options else None
            window.Hide()
            return pressed[0], number

        return show


def run(verb, names, folder, title):
    """Do one script: ``verb(menu)`` gives the headline of its report; a stop is shown the same way."""
    menu = None
    try:
        menu = Menu(names, folder, title)
        headline = verb(menu)
    except Stop as stop:
        text = (stop.message + " " + stop.hint).strip()
        if menu is None:
            print(text)
        else:
            menu.report(text)
        return False
    if headline:
        menu.report(headline)
    return True


def _environment(home):
    """The environment without what Resolve's own Python and libraries put there."""
    found = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_ALICE}
    found["PYTHONUTF8"] = "1"
    if home:
        found["ALICE_HOME"] = str(home)
    return found


def _answer(out, err, status):
    try:
        found = json.loads(out.decode("utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        last = err.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Stop(
            "Alice gave no answer (exit status %s). %s" % (status, "".join(last)),
            "Type  alice resolve status  in a terminal to see why.",
        )
    if "error" in found:
        wrong = found["error"]
        message = "%s (%s)" % (wrong.get("message"), wrong.get("code"))
        raise Stop(message, wrong.get("hint") or "")
    if status:
        raise Stop("Alice stopped with exit status %s." % status, "Type  alice resolve status  in a terminal.")
    return found


if __name__ == "__main__":
    print("This is a part of Alice's scripts. Choose one of the others, such as Push latest cut.")
