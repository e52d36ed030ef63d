"""Values of fields on their way in and out: arrays by order of dims, xarray by their names."""
import dataclasses
import os

from .errors import InputError, Note

try:
    import numpy
except ImportError:
    numpy = None


def shown(array):
    """An array of the extension as NumPy sees it; a memoryview where there is no NumPy. Both share its memory."""
    return memoryview(array) if numpy is None else numpy.asarray(array)


def unmasked(value):
    """A masked array of NumPy, such as netCDF4 returns, as floats with NaN where it is masked: what lies under a mask is no
    value. Anything else as it is."""
    if numpy is None or not isinstance(value, numpy.ma.MaskedArray):
        return value
    return (value.astype(float) if value.dtype.kind in "iub" else value).filled(numpy.nan)


@dataclasses.dataclass(frozen=True)
class Field:
    """What a model reads or computes under a name. `dims` are the model's names in order; `shape` has None for the
    samples; `labels` are the names along a dim that has them; `unit` may be empty."""

    name: str
    dims: tuple
    shape: tuple
    unit: str = ""
    labels: dict = dataclasses.field(default_factory=dict)  # dim -> [label]
    files: dict = dataclasses.field(default_factory=dict)  # dim or label -> its name in files
    variable: str = ""  # in files, if no dim has labels
    index: str = ""  # the dim whose numbers it holds
    place: str = ""  # where the model declares it

    def __str__(self):
        sizes = (f"{dim} {'any' if size is None else size}" for dim, size in zip(self.dims, self.shape))
        labels = "".join(f"; {dim}: {', '.join(names)}" for dim, names in self.labels.items())
        return f"{self.name} [{', '.join(sizes)}]" + (f" in {self.unit}" if self.unit else "") + labels

    def in_files(self, name):
        return self.files.get(name, name)

    def given(self, value):
        """What the extension reads the field from: a path, or a list of (variable, dims, array, attributes)."""
        if isinstance(value, (str, os.PathLike)):
            return os.fspath(value)
        if is_xarray(value):
            return from_xarray(self, value)
        value = unmasked(value)
        shape = getattr(value, "shape", None)
        if shape is None:
            try:
                shape = memoryview(value).shape
            except TypeError:
                raise InputError(
                    f"'{self.name}' is {type(value).__name__}, and an array is wanted",
                    place=self.name,
                    exit=2,
                    notes=[Note("help", "", f"{self}: NumPy, PyTorch, xarray, anything with the buffer protocol, or the path of a file")],
                ) from None
        check_shape(self, tuple(shape))
        return [(self.variable, [self.in_files(dim) for dim in self.dims], value, {})]


def is_xarray(value):
    return type(value).__module__.split(".")[0] == "xarray"


def check_shape(field, shape):
    """Raises InputError where an array has other dims than the field."""
    if len(shape) != len(field.dims):
        what = f"has {len(field.dims)} dims [{', '.join(field.dims)}], and the array {len(shape)}, {shape}"
    else:
        wrong = [
            f"dim '{dim}' is {size} in the model, and {given} in the array (axis {axis})"
            for axis, (dim, size, given) in enumerate(zip(field.dims, field.shape, shape))
            if size is not None and size != given
        ]
        if not wrong:
            return
        what = f"{'; '.join(wrong)}; the array is {shape}"
    raise InputError(what, "E0503", field.name, [Note("note", field.place, f"the model reads {field}")], exit=4)


def from_xarray(field, value):
    import xarray

    variables = {}
    if isinstance(value, xarray.Dataset):
        names = [label for labels in field.labels.values() for label in labels] or [field.name]
        for name in names:
            file = field.in_files(name) if field.labels else field.variable
            found = file if file in value else name
            if found not in value:
                raise InputError(
                    f"no variable '{file}' in the Dataset",
                    "E0501",
                    field.name,
                    [Note("note", "", f"it has: {' '.join(map(str, value.data_vars))}"), Note("note", field.place, f"the model reads {field}")],
                    exit=4,
                )
            variables[file] = value[found]
    else:
        for dim, labels in field.labels.items():
            if dim in value.dims and dim in value.coords:
                value = value.sel({dim: labels})
        variables[field.variable] = value
    result, coordinates = [], {}
    for name, array in variables.items():
        dims = [field.in_files(dim) if dim in field.dims else str(dim) for dim in array.dims]
        for dim, file in zip(array.dims, dims):
            if dim in array.coords and dim not in field.labels:
                coordinates[file] = array.coords[dim]
        result.append((name, dims, numpy.asarray(array.values), texts(array.attrs)))
    for name, coordinate in coordinates.items():
        encoded = xarray.conventions.encode_cf_variable(coordinate.variable)
        if encoded.dtype.kind in "iuf":
            result.append((name, [name], numpy.ascontiguousarray(encoded.values), texts(encoded.attrs)))
    return result


def texts(attributes):
    """What the runtime reads of attributes: units and calendars."""
    return {str(name): value for name, value in attributes.items() if isinstance(value, (str, int, float))}


def to_xarray(field, array, inputs, coordinates):
    """A result by its dims, with the coordinates of the inputs, else those that the model learned from. `coordinates`:
    model dim -> (name, values, attributes)."""
    import xarray

    dims = [field.in_files(dim) for dim in field.dims]
    coords = {}
    for dim, name, size in zip(field.dims, dims, array.shape):
        if dim in field.labels:
            coords[name] = field.labels[dim]
            continue
        known = coordinates.get(dim)
        if known and known[0] == name and len(known[1]) == size:
            coords[name] = (name, known[1], known[2])
        for value in inputs:
            if name in value.coords and value.coords[name].shape == (size,):
                coords[name] = value.coords[name]
                break
    attributes = {"units": field.unit} if field.unit else {}
    if not all(isinstance(value, xarray.Dataset) for value in inputs) or not field.labels:
        return xarray.DataArray(array, coords, dims, name=field.name, attrs=attributes)
    (labelled, labels), *_ = field.labels.items()
    axis = field.dims.index(labelled)
    whole = xarray.DataArray(array, {k: v for k, v in coords.items() if k != labelled}, dims, attrs=attributes)
    return xarray.Dataset({field.in_files(label): whole.isel({dims[axis]: i}) for i, label in enumerate(labels)})
