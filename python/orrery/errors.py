"""What goes wrong: each error says where, what, and what to do instead, as the command line does."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Note:
    """A line under an error: kind "note" or "help", a place ("winds.orr:61:3", or empty), text."""

    kind: str
    place: str
    message: str

    def __str__(self):
        return f"{self.place}: {self.kind}: {self.message}" if self.place else f"{self.kind}: {self.message}"


@dataclasses.dataclass(frozen=True)
class Diagnostic:
    """A message of the compiler. `orrery explain CODE` says more about a code."""

    file: str
    line: int  # from 1; 0 if the message has no place
    column: int
    severity: str  # "error" or "warning"
    code: str  # "E0301", "-Wunused"
    message: str
    notes: tuple

    def __str__(self):
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: " if self.file else ""
        return "\n".join([f"{place}{self.severity}: {self.message} [{self.code}]", *map(str, self.notes)])


class Error(Exception):
    """Any error of Orrery. `code`, `place` and `notes` are those of the message, `exit` is the exit code that the
    program would have: docs/cli.md lists both."""

    def __init__(self, message, code="", place="", notes=(), exit=1):
        self.message, self.code, self.place, self.notes, self.exit = message, code, place, tuple(notes), exit
        first = (f"{place}: " if place else "") + message + (f" [{code}]" if code else "")
        super().__init__("\n".join([first, *map(str, self.notes)]))


class CompileError(Error):
    """The model file is wrong. `diagnostics` lists what the compiler said, each with its place; the text is what
    `orrery check` prints, with the lines and carets."""

    def __init__(self, text, diagnostics, exit):
        first = next((d for d in diagnostics if d.severity == "error"), None)
        super().__init__(text, exit=exit)
        self.diagnostics = diagnostics
        if first:
            self.code, self.place = first.code, f"{first.file}:{first.line}:{first.column}"


class InputError(Error, ValueError):
    """An argument does not fit: a name, a dim, a size, a type of numbers."""


def of_runtime(exit, code, place, message, notes):
    """The exception for an error of the runtime; the extension calls it."""
    usage, data, weights = 2, 4, 7
    kind = InputError if exit in (usage, data, weights) else Error
    return kind(message, code, place, [Note(*note) for note in notes], exit)
