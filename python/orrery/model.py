"""A compiled model: its parameters, what it computes, its training."""
import dataclasses
import difflib
import json
import os
import warnings

from .arrays import Field, is_xarray, shown, to_xarray
from .errors import InputError, Note
from .structures import Source, is_structure


@dataclasses.dataclass
class Run:
    """What a training came to. `folder` is the run's, `best` and `last` are checkpoints in it; `history` holds the
    lines of its metrics.jsonl as dicts; `stopped` says that the callback ended it."""

    folder: str
    best: str
    last: str
    history: list
    stopped: bool


class Entry:
    """A `predict` of the model file, or the model by itself, to be called with its inputs by name. `inputs` are Fields,
    or Sources of structures; `outputs` are Fields."""

    def __init__(self, model, name, inputs, outputs, is_model):
        self._model, self.name, self.inputs, self.outputs, self.is_model = model, name, inputs, outputs, is_model
        what = "the model by itself: values as its code sees them" if is_model else "physical values in, physical values out"
        self.__doc__ = (
            f"{'model' if is_model else 'predict'} {name}({', '.join(inputs)}): {what}.\n\n"
            + "".join(f"    {field}\n" for field in inputs.values())
            + "returns\n"
            + "".join(f"    {field}\n" for field in outputs.values())
        )

    def __call__(self, structures=None, /, **fields):
        if structures is not None:
            fields[self._model.source().name] = structures
        return self._model.predict(self.name, **fields)

    def __repr__(self):
        return f"<{self.__doc__.splitlines()[0]}>"


class Model:
    """A compiled model with weights; orrery.compile makes one. Not tied to a file: `load` and `save` move weights.

    Every `predict NAME` of the model file is a method: m.NAME(field=array, ...). Fields are given in physical units;
    what the model file normalises is normalised here. A model of structures takes them by source, m.NAME(emt=atoms), or,
    where it has one source, as they are, m.NAME(atoms). A call keeps all threads of the machine busy and lets other
    threads of Python run; calls of one process run one after another.
    """

    def __init__(self, session, diagnostics=()):
        self._session = session
        self.warnings = [d for d in diagnostics if d.severity == "warning"]
        self.descriptor = json.loads(session.descriptor)
        self.name = self.descriptor["model"]
        data = self.descriptor.get("data") or {}
        self._sample_dim = data.get("sample_dim") or ""
        self.dims = {dim["name"]: dim["size"] for dim in self.descriptor["dims"]}
        self._labels = {dim["name"]: dim["labels"] for dim in self.descriptor["dims"] if dim.get("labels")}
        self.fields = {item["name"]: self._field(item) for item in data.get("fields", [])}
        self.sources = self._sources(data)
        self.entries = {
            item["predict"]: Entry(self, item["predict"], self._wanted(item["inputs"]), self._slots(item["outputs"]), item.get("model", False))
            for item in self.descriptor["entries"]
            if item.get("predict") and self._has_names(item["inputs"])
        }

    def _field(self, item):
        labels = {dim: [label["name"] for label in self._labels[dim]] for dim in item["dims"] if dim in self._labels}
        files = dict((item.get("reader") or {}).get("dims") or {})
        for dim in labels:
            files.update({label["name"]: label.get("file") or label["name"] for label in self._labels[dim]})
        shape = tuple(None if dim == self._sample_dim or size is None else size for dim, size in zip(item["dims"], item["shape"]))
        variable = item.get("named") or item["name"]
        return Field(item["name"], tuple(item["dims"]), shape, item.get("unit") or "", labels, files, variable, item.get("index") or "", item.get("location", ""))

    def _sources(self, data, slots=None):
        """The sources of structures; of each structure what these inputs of an entry are made from, or all fields."""
        near = data.get("neighbors") or {}
        used = {slot.get("name") for slot in slots or []} | {near.get("positions"), near.get("cell")}
        fields = tuple(field for field in self.fields.values() if slots is None or field.name in used)
        return {item["name"]: Source(item["name"], fields, self._sample_dim, item["location"]) for item in data.get("sources") or []}

    def _wanted(self, slots):
        """What an entry with these inputs is given by name: Fields, or Sources of structures."""
        if self.sources:
            return self._sources(self.descriptor["data"], slots)
        named = self._slots(slots)  # with dims of their own they are no fields of the data, whatever they are called
        return {**named, **{slot["name"]: self._field(slot) for slot in slots if slot.get("name") in named and slot.get("dims")}}

    def _has_names(self, slots):
        """Are the dims of all inputs known by name? A predict that takes arrays of its own says their sizes alone."""
        return all(slot["name"] in self.fields or slot.get("dims") for slot in slots if slot["role"] in ("field", "mask"))

    def _slots(self, slots):
        """The fields that an entry takes or returns; those that are none of the data's have the entry's own dims."""
        names = [slot for slot in slots if slot["role"] in ("field", "mask")]
        return {slot["name"]: self.fields.get(slot["name"]) or self._field(slot) for slot in names}

    @property
    def inputs(self):
        """What the loss reads, or, without a `train` block, the only `predict`: Fields, or Sources of structures, by
        name."""
        for item in self.descriptor["entries"]:
            if item["name"] == "gradient":
                return self._wanted(item["inputs"])
        return self.entry().inputs

    @property
    def outputs(self):
        """What the only `predict` of the model file returns: Fields by name."""
        return self.entry().outputs

    def entry(self, name=None):
        """The `predict` of this name; without a name the only one."""
        if name is not None:
            if name not in self.entries:
                raise InputError(f"no predict entry '{name}'{_near(name, self.entries)}", exit=2)
            return self.entries[name]
        predicts = [entry for entry in self.entries.values() if not entry.is_model]
        chosen = predicts or list(self.entries.values())
        if len(chosen) == 1:
            return chosen[0]
        raise InputError(
            f"'{self.name}' has {len(chosen)} predict entries" + (f": {', '.join(entry.name for entry in chosen)}" if chosen else ""),
            notes=[Note("help", "", "name one: m.NAME(...)" if chosen else "write one: predict NAME(field) -> field { return MODEL(field) }")],
            exit=2,
        )

    def source(self, name=None):
        """The source of structures of this name; without a name the only one."""
        if name is None and len(self.sources) == 1:
            name = next(iter(self.sources))
        if name in self.sources:
            return self.sources[name]
        names = ", ".join(self.sources)
        if not self.sources:
            raise InputError(f"'{self.name}' takes no structures: its fields go by name", notes=[Note("note", field.place, f"it reads {field}") for field in self.fields.values()], exit=2)
        if name is None:
            raise InputError(f"'{self.name}' has {len(self.sources)} sources of structures: {names}", notes=[Note("help", "", f"name one: {next(iter(self.sources))}=structures")], exit=2)
        raise InputError(f"'{self.name}' has no source '{name}'{_near(name, self.sources)}", notes=[Note("note", "", f"it has {names}")], exit=2)

    def __getattr__(self, name):
        entries = self.__dict__.get("entries", {})
        if name in entries:
            return entries[name]
        raise AttributeError(f"model '{self.__dict__.get('name')}' has no '{name}'" + _near(name, [*entries, *dir(type(self))]))

    def __dir__(self):
        return [*super().__dir__(), *self.entries]

    def __repr__(self):
        count = sum(_product(p["shape"]) for p in self.descriptor["parameters"])
        return f"<orrery model {self.name}: {count} parameters in {len(self.descriptor['parameters'])} tensors; predict {', '.join(self.entries) or 'nothing'}>"

    # Weights

    @property
    def parameters(self):
        """The weights by name, PyTorch's names and layout: {name: array}. The arrays are the model's own memory:
        what is written into them is what the model computes with."""
        return {name: shown(array) for name, array in self._session.parameters().items()}

    def state_dict(self):
        """Copies of the weights by name, as `module.load_state_dict` of PyTorch takes them once they are tensors."""
        return {name: array.copy() for name, array in self.parameters.items()}

    def set_parameters(self, values, *, strict=True):
        """Copies weights into the model: {name: array}, such as a `state_dict()` of PyTorch.

        With `strict`, every parameter must be there and nothing else. Raises InputError, and changes nothing, for a
        name that is not known or missing, and for another shape (E0601, naming the dim and both sizes).
        """
        known = [p["name"] for p in self.descriptor["parameters"]]
        unknown = [name for name in values if name not in known]
        missing = [name for name in known if name not in values]
        if unknown or (strict and missing):
            notes = [Note("note", "", f"no parameter '{name}'{_near(name, known)}") for name in unknown]
            notes += [Note("note", "", f"'{name}' is missing") for name in missing if strict]
            raise InputError(
                f"the names do not fit '{self.name}': {len(unknown)} are not known, {len(missing) if strict else 0} are missing", "E0601", "", notes, exit=7
            )
        self._session.set_parameters(dict(values))

    def initialize(self, seed=0):
        """Draws the first weights anew; they depend on the seed and the parameter's name alone."""
        self._session.initialize(seed)

    def load(self, path):
        """Reads a run's folder (its best checkpoint) or a checkpoint: weights and statistics; or a safetensors file:
        weights alone, by name. Raises InputError (E0601 to E0604) for what does not fit or is damaged; then nothing
        has changed. Returns the model."""
        self._session.load(os.fspath(path))
        return self

    def save(self, path):
        """Writes the weights as safetensors, by name; PyTorch reads it with safetensors.torch.load_file."""
        self._session.save(os.fspath(path))

    # Statistics of normalised fields, reference energies

    @property
    def statistics(self):
        """Mean and spread of the normalised fields: {field: {"dims": [...], "mean": [...], "std": [...]}}, and of a field
        with a baseline what each element counts: {field: {"dims": [...], "reference": [[...]]}}; may be set. They come from
        a checkpoint, a training, or `measure`. Raises InputError while there are none."""
        known = json.loads(self._session.statistics())
        if baseline := known.get("baseline"):
            dims = [self.fields[self._baseline["by"]].index]
            if self._baseline["per_source"]:
                dims.insert(0, "source")
            known["fields"][baseline["field"]] = {"dims": dims, "reference": baseline["table"]}
        return known["fields"]

    @statistics.setter
    def statistics(self, values):
        known = {"version": 1, "fields": dict(values), "variables": {}, "coordinates": {}}
        if self._baseline and self._baseline["field"] in values:
            reference = known["fields"].pop(self._baseline["field"])
            known["baseline"] = {"field": self._baseline["field"], "table": reference["reference"]}
        try:
            text = json.dumps(known, default=_plain, allow_nan=False)
        except ValueError:
            raise InputError("a number of the statistics is not finite", place="statistics", exit=2) from None
        self._session.set_statistics(text)

    @property
    def _baseline(self):
        return (self.descriptor.get("data") or {}).get("baseline")

    def measure(self, **fields):
        """Takes the statistics of the normalised fields, and reference energies, from all samples of these."""
        for text in self._session.measure(self._given(fields, self.sources or self.fields, "measure", partial=True)):
            warnings.warn(text, stacklevel=2)

    # Computing

    def __call__(self, structures=None, /, **fields):
        """The only `predict` of the model file."""
        return self.entry()(structures, **fields)

    def predict(self, entry, *, seed=None, **fields):
        """Runs `predict ENTRY` on any number of samples, in physical units: fields by name in, the result out (a tuple
        of several). With xarray in, xarray comes out, by the names of dims in files and with coordinates; else NumPy.
        Of structures, what each of them has comes as one array, and what its atoms have as a list of arrays, in the order
        of the sources and the structures; of a single one, not in a list, its own. Raises InputError for an input that does
        not fit."""
        chosen = self.entry(entry)
        outputs, told = self._session.predict(entry, self._given(fields, chosen.inputs, entry), self._seed(seed))
        for text in told:
            warnings.warn(text, stacklevel=3)
        alone = self.sources and len(fields) == 1 and is_structure(next(iter(fields.values())))
        named = [value for value in fields.values() if is_xarray(value)]
        known = self._coordinates() if named else {}
        results = []
        for field, arrays in zip(chosen.outputs.values(), outputs):
            result = [shown(array) for array in arrays]
            if named:
                results.append(to_xarray(field, result[0], named, known))
            elif self.sources and field.dims and field.dims[0] != self._sample_dim:
                results.append(result[0] if alone else result)
            else:
                results.append(result[0][0] if alone else result[0])
        return results[0] if len(results) == 1 else tuple(results)

    def loss(self, *, seed=None, step=0, **fields):
        """The training loss of one batch, as `train` would have it at this step (dropout included)."""
        return self._loss(fields, seed, step)[0]

    def loss_terms(self, *, seed=None, step=0, **fields):
        """The terms of the loss by name."""
        return self._loss(fields, seed, step)[1]

    def gradients(self, *, seed=None, step=0, **fields):
        """The gradient of the loss of one batch with respect to every parameter: {name: array}."""
        return {name: shown(array) for name, array in self._loss(fields, seed, step)[2].items()}

    def loss_and_gradients(self, *, seed=None, step=0, **fields):
        """Both, from one pass."""
        total, _, gradients = self._loss(fields, seed, step)
        return total, {name: shown(array) for name, array in gradients.items()}

    def _loss(self, fields, seed, step):
        wanted = self.inputs if any(e["name"] == "gradient" for e in self.descriptor["entries"]) else {}
        return self._session.loss(self._given(fields, wanted, "the loss", partial=not wanted), self._seed(seed), step)

    def evaluate(self, *, seed=None, **fields):
        """Mean loss and reports over samples, as `orrery test` prints them, without dropout."""
        return self._session.evaluate(self._given(fields, self.inputs, "the loss"), self._seed(seed))

    # Training

    def train(self, data=None, callback=None, **options):
        """Trains from the present weights, on files or arrays; afterwards the model has the best weights of the run.

        data       {field: array, xarray or path}, or {source: structures or path}; what is not named is read from the files
                   of the model file; or a folder
        callback   called with each event as a dict (event "start", "step" with loss and lr, "validation", "skipped",
                   "end": the lines of metrics.jsonl); meanwhile the model has the weights of that moment. Returning
                   False or raising ends the run after the step, with a checkpoint; so does Ctrl-C
        options    those of `orrery train`: out="runs/w", steps=100, epochs=3, seed=0, resume=True or a checkpoint,
                   save_every="10m", time_limit="1h", keep=2, max_skipped=3, reproducible=True, threads=2

        Returns a Run. Raises Error with the command line's code and exit code; the weights are then as before.
        """
        words, fields = [], {}
        if isinstance(data, (str, os.PathLike)):
            words += ["--data", os.fspath(data)]
        elif data:
            fields = self._given(data, self.sources or self.fields, "train", partial=True)
        for name, value in options.items():
            words += _words(name, value)
        history = []

        def hear(event):
            history.append(event)
            return callback(event) if callback else None

        result = self._session.train(words, fields, hear, callback is not None)
        for text in result["warnings"]:
            warnings.warn(text, stacklevel=2)
        if result["raised"] is not None:
            if hasattr(result["raised"], "add_note"):
                result["raised"].add_note(f"the training goes on with resume={result['folder']!r}")
            raise result["raised"]
        return Run(result["folder"], result["best"], result["last"], history, result["exit"] != 0)

    # Helpers

    def _seed(self, seed):
        return seed if seed is not None else (self.descriptor.get("train") or {}).get("seed") or 0

    def _given(self, fields, wanted, what, partial=False):
        for name in fields:
            if name not in wanted:
                raise InputError(f"{what} reads no '{name}'{_near(name, wanted)}", notes=[Note("note", "", f"it reads {field}") for field in wanted.values()], exit=2)
        missing = [] if partial or (self.sources and fields) else [field for name, field in wanted.items() if name not in fields]
        if missing:
            names = ", ".join(f"'{field.name}'" for field in missing)
            raise InputError(f"{what} needs {names}", notes=[Note("note", field.place, f"the model reads {field}") for field in missing], exit=2)
        return {name: wanted[name].given(value) for name, value in fields.items()}

    def _coordinates(self):
        if not self._session.has_statistics:
            return {}
        known = json.loads(self._session.statistics())["coordinates"]
        return {
            dim: (item["file_name"], item["values"], {a["name"]: a["value"] for a in item["attributes"] if isinstance(a["value"], str)})
            for dim, item in known.items()
        }


def _words(name, value):
    """An option of the command line from an argument of Python: save_every="10m" -> --save-every 10m."""
    option = "--" + name.replace("_", "-")
    if value is None or value is False:
        return []
    return [option] if value is True else [f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else value}"]


def _near(name, names):
    near = difflib.get_close_matches(name, list(names), 1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _plain(value):
    return value.tolist() if hasattr(value, "tolist") else list(value)


def _product(sizes):
    result = 1
    for size in sizes:
        result *= size
    return result
