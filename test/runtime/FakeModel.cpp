// A compiled model written by hand: y = W x + b on a grid twice as fine, with everything that the
// compiler would emit. The runtime's own tests run it as a program.
#include "runtime/abi/orrery_abi.h"

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

constexpr int batch = 4, vin = 2, vout = 2, lat = 3, hlat = 6, flat = 48;
constexpr double beta1 = 0.9, beta2 = 0.99, eps = 1e-8, decay = 0.01, clip = 1.0, emaRate = 0.9;

float predict(const float *w, const float *b, const float *x, int v, int h) {
  float sum = b[v];
  for (int i = 0; i < vin; ++i)
    sum += w[v * vin + i] * x[i * lat + h / 2];
  return sum;
}

// args: weight, bias, unused, x, y, seed, step, samples -> loss, term, d weight, d bias, d unused
void gradient(orrery_context *, void *, void **args) {
  auto *w = static_cast<float *>(args[0]), *b = static_cast<float *>(args[1]),
       *x = static_cast<float *>(args[3]), *y = static_cast<float *>(args[4]);
  auto *loss = static_cast<float *>(args[8]), *term = static_cast<float *>(args[9]),
       *dw = static_cast<float *>(args[10]), *db = static_cast<float *>(args[11]);
  constexpr float n = batch * vout * hlat;
  double total = 0;
  std::memset(dw, 0, sizeof(float) * vout * vin);
  std::memset(db, 0, sizeof(float) * vout);
  *static_cast<float *>(args[12]) = 0;
  for (int s = 0; s < batch; ++s)
    for (int v = 0; v < vout; ++v)
      for (int h = 0; h < hlat; ++h) {
        float error = predict(w, b, x + s * vin * lat, v, h) - y[(s * vout + v) * hlat + h];
        total += double(error) * error / n;
        for (int i = 0; i < vin; ++i)
          dw[v * vin + i] += 2 * error * x[(s * vin + i) * lat + h / 2] / n;
        db[v] += 2 * error / n;
      }
  *loss = *term = float(total);
  // ORRERY_FAKE_NAN="loss 4 9": from step 4 to 9 the loss, or the gradient, is not finite.
  const char *fault = std::getenv("ORRERY_FAKE_NAN");
  char kind[16] = {};
  long first = 0, last = 0, step = long(*static_cast<int64_t *>(args[6])) + 1;
  if (fault && std::sscanf(fault, "%15s %ld %ld", kind, &first, &last) == 3 && step >= first &&
      step <= last)
    kind[0] == 'l' ? *loss = *term = NAN : *dw = INFINITY;
  // ORRERY_FAKE_CRASH=FILE, ORRERY_FAKE_HANG=FILE: the process dies, or does nothing any more, in
  // step 7 of a run, once: the file says that it has.
  auto once = [&](const char *name) {
    const char *mark = step == 7 ? std::getenv(name) : nullptr;
    FILE *file = mark ? std::fopen(mark, "wx") : nullptr;
    if (file)
      std::fclose(file);
    return file != nullptr;
  };
  if (once("ORRERY_FAKE_CRASH"))
    std::raise(SIGKILL);
  if (once("ORRERY_FAKE_HANG"))
    std::this_thread::sleep_for(std::chrono::hours(24));
}

// args: weight, bias, unused, x, y, std -> loss, term, rmse
void evaluate(orrery_context *, void *, void **args) {
  auto *w = static_cast<float *>(args[0]), *b = static_cast<float *>(args[1]),
       *x = static_cast<float *>(args[3]), *y = static_cast<float *>(args[4]);
  auto *std = static_cast<float *>(args[5]), *report = static_cast<float *>(args[8]);
  double total = 0;
  for (int v = 0; v < vout; ++v) {
    double squares = 0;
    for (int h = 0; h < hlat; ++h) {
      double error = predict(w, b, x, v, h) - y[v * hlat + h];
      squares += error * error / hlat;
    }
    report[v] = float(squares * std[v] * std[v]);
    total += squares / vout;
  }
  *static_cast<float *>(args[6]) = *static_cast<float *>(args[7]) = float(total);
}

// args: weight, bias, unused, x [2, ...] -> y [2, ...]
void apply(orrery_context *, void *, void **args) {
  auto *w = static_cast<float *>(args[0]), *b = static_cast<float *>(args[1]),
       *x = static_cast<float *>(args[3]), *y = static_cast<float *>(args[4]);
  for (int s = 0; s < 2; ++s)
    for (int v = 0; v < vout; ++v)
      for (int h = 0; h < hlat; ++h)
        y[(s * vout + v) * hlat + h] = predict(w, b, x + s * vin * lat, v, h);
}

// args: p, g, m, v, ema, lr, step -> p, m, v, ema, norm
void update(orrery_context *, void *, void **args) {
  float *in[5], *out[4];
  for (int i = 0; i < 5; ++i)
    in[i] = static_cast<float *>(args[i]);
  for (int i = 0; i < 4; ++i)
    out[i] = static_cast<float *>(args[7 + i]);
  double lr = *static_cast<float *>(args[5]), step = double(*static_cast<int64_t *>(args[6])),
         norm = 0;
  for (int i = 0; i < flat; ++i)
    norm += double(in[1][i]) * in[1][i];
  norm = std::sqrt(norm);
  double scale = norm > clip ? clip / norm : 1;
  for (int i = 0; i < flat; ++i) {
    double g = in[1][i] * scale, p = in[0][i];
    double m = beta1 * in[2][i] + (1 - beta1) * g, v = beta2 * in[3][i] + (1 - beta2) * g * g;
    p -= lr * (decay * p + m / (1 - std::pow(beta1, step)) /
                               (std::sqrt(v / (1 - std::pow(beta2, step))) + eps));
    double average = emaRate * in[4][i] + (1 - emaRate) * p;
    out[0][i] = float(p);
    out[1][i] = float(m);
    out[2][i] = float(v);
    out[3][i] = float(average);
  }
  *static_cast<float *>(args[11]) = float(norm);
}

} // namespace

extern "C" {

const uint32_t orrery_real_bytes = 4;

const orrery_entry orrery_entries[] = {
    {"gradient", gradient, 4096, 2048, 3e4, 1e4, nullptr},
    {"evaluate", evaluate, 128, 128, 3e3, 1e3, nullptr},
    {"predict_apply", apply, 0, 0, 1e3, 1e3, nullptr},
    {"update", update, 0, 0, 1e3, 1e3, nullptr},
};
const uint64_t orrery_entry_count = 4;

const char orrery_descriptor[] = R"({
  "version": 1, "model": "Line",
  "source": { "path": "line.orr", "text": "model Line" },
  "settings": [ { "name": "D", "value": "2", "origin": "line.orr:1" } ],
  "dims": [
    { "name": "vin", "size": 2, "labels": [ { "name": "u", "file": "wind" }, { "name": "m", "file": "mask" } ] },
    { "name": "vout", "size": 2, "labels": [ { "name": "a", "file": "ya" }, { "name": "b", "file": "yb" } ] },
    { "name": "lat", "size": 3 }, { "name": "hlat", "size": 6 }, { "name": "time", "size": null } ],
  "parameters": [
    { "name": "line.weight", "dims": ["vout", "vin"], "shape": [2, 2], "offset": 0, "init": { "kind": "uniform", "bound": 0.5 } },
    { "name": "line.bias", "dims": ["vout"], "shape": [2], "offset": 16, "init": { "kind": "constant", "value": 0.25 } },
    { "name": "unused", "dims": [], "shape": [], "offset": 32, "init": { "kind": "trunc_normal", "std": 0.02 } } ],
  "flat_size": 48,
  "data": {
    "name": "grid", "sample_dim": "time",
    "fields": [
      { "name": "x", "dims": ["time", "vin", "lat"], "shape": [null, 2, 3], "unit": "", "named": null, "location": "line.orr:3:3",
        "reader": { "kind": "netcdf", "path": "data/x_*.nc", "dims": {} } },
      { "name": "y", "dims": ["time", "vout", "hlat"], "shape": [null, 2, 6], "unit": "m/s", "named": null, "location": "line.orr:4:3",
        "reader": { "kind": "netcdf", "path": "data/y.nc", "dims": { "hlat": "lat" } } } ],
    "split": { "dim": "time", "kind": "range", "train": ["1982", "1983"], "valid": ["1984-01", "1984-03"], "test": ["1984-04", "1984-06-30"], "location": "line.orr:5:3" },
    "normalize": [ { "field": "x", "over": ["time", "lat"] }, { "field": "y", "over": ["time", "hlat"] } ]
  },
  "train": {
    "batch": 4, "seed": 3, "steps": null, "epochs": 30, "clip": 1.0, "ema": 0.9,
    "optimizer": { "kind": "adamw", "beta1": 0.9, "beta2": 0.99, "eps": 1e-8, "decay": 0.01,
      "lr": [ { "kind": "warmup", "length": 1, "unit": "epochs", "to": 0.1 }, { "kind": "cosine", "from": 0.1, "to": 1e-4 } ] },
    "losses": ["square"],
    "reports": [ { "name": "rmse", "kind": "rmse", "dims": ["vout"], "shape": [2], "unit": "m/s" } ]
  },
  "entries": [
    { "name": "gradient",
      "inputs": [ { "role": "parameter", "name": "line.weight" }, { "role": "parameter", "name": "line.bias" }, { "role": "parameter", "name": "unused" },
        { "role": "field", "name": "x", "shape": [4, 2, 3], "normalized": true }, { "role": "field", "name": "y", "shape": [4, 2, 6], "normalized": true },
        { "role": "seed" }, { "role": "step" }, { "role": "samples", "shape": [4] } ],
      "outputs": [ { "role": "loss" }, { "role": "term", "name": "square" }, { "role": "gradient", "name": "line.weight" }, { "role": "gradient", "name": "line.bias" }, { "role": "gradient", "name": "unused" } ] },
    { "name": "evaluate",
      "inputs": [ { "role": "parameter", "name": "line.weight" }, { "role": "parameter", "name": "line.bias" }, { "role": "parameter", "name": "unused" },
        { "role": "field", "name": "x", "shape": [1, 2, 3], "normalized": true }, { "role": "field", "name": "y", "shape": [1, 2, 6], "normalized": true }, { "role": "std", "name": "y", "shape": [2] } ],
      "outputs": [ { "role": "loss" }, { "role": "term", "name": "square" }, { "role": "report", "name": "rmse", "shape": [2] } ] },
    { "name": "predict_apply", "predict": "apply",
      "inputs": [ { "role": "parameter", "name": "line.weight" }, { "role": "parameter", "name": "line.bias" }, { "role": "parameter", "name": "unused" },
        { "role": "field", "name": "x", "shape": [2, 2, 3], "normalized": true } ],
      "outputs": [ { "role": "field", "name": "y", "dims": ["time", "vout", "hlat"], "shape": [2, 2, 6], "normalized": true } ] },
    { "name": "update",
      "inputs": [ { "role": "parameters" }, { "role": "gradients" }, { "role": "moment1" }, { "role": "moment2" }, { "role": "ema" }, { "role": "lr" }, { "role": "step" } ],
      "outputs": [ { "role": "parameters" }, { "role": "moment1" }, { "role": "moment2" }, { "role": "ema" }, { "role": "gradient_norm" } ] }
  ]
})";

} // extern "C"
