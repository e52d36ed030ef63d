// `diagnose`: whether what the program computes is what its model says, by differences, by the
// symmetries of structures, and beside the program in its own precision.
#include "runtime/program/Diagnose.h"
#include "runtime/core/Hash.h"
#include "runtime/io/Safetensors.h"
#include "runtime/program/Batch.h"
#include "runtime/program/Checkpoint.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Train.h"

#include <algorithm>
#include <cmath>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace orrery::runtime {

void Finding::note(double value, const std::string &place) {
  if (raise(error, value) || cases == 0)
    where = place;
  ++cases;
}

Draws::Draws(const std::string &name) : key(orrery_fold_key(1, int64_t(nameHash(name)))) {}
double Draws::next() { return orrery_random_normal_at(key, 0, count++); }

// Weights that begin as a constant would hide what lies before them, so they are moved.
static void drawWeights(const Descriptor &d, RealBuffer &weights, int64_t seed) {
  initialize(d, weights, seed);
  for (const Parameter &p : d.parameters) {
    if (p.init != "zeros" && p.init != "ones" && p.init != "constant")
      continue;
    Draws draws("moved " + p.name);
    for (size_t i = p.offset; i < p.offset + p.count(); ++i)
      weights.set(i, weights[i] + 0.1 * draws.next());
  }
}

// Both programs begin with the same numbers, which the narrower one can hold.
static void round(RealBuffer &weights) {
  for (size_t i = 0; i < weights.size(); ++i)
    weights.set(i, double(float(weights[i])));
}

namespace {

// Files of one process, removed with it.
struct Scratch {
  fs::path folder =
      fs::temp_directory_path() / fmt::format("orrery-diagnose-{}", int64_t(getpid()));
  Scratch() { fs::create_directories(folder); }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
};

} // namespace

// `gradient` of another program, without what it says; its exit code.
static int runBeside(const std::string &program, const Options &options, const fs::path &weights,
                     const fs::path &out) {
  std::vector<std::string> words = {program,          "gradient", "-q",        "--init",
                                    weights.string(), "--out",    out.string()};
  if (options.seed)
    words.insert(words.end(), {"--seed", fmt::format("{}", *options.seed)});
  for (const auto &[field, path] : options.data)
    words.insert(words.end(), {"--data", field.empty() ? path : field + "=" + path});
  if (!options.dataFolder.empty())
    words.insert(words.end(), {"--data", options.dataFolder});
  std::vector<char *> arguments;
  for (std::string &word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed)
    throw Error(ExitUsage, "", program, fmt::format("cannot be run: {}", std::strerror(failed)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : ExitFailure;
}

// What the program that --beside names makes of the same weights and samples.
static void checkDrift(Model &model, Subject &subject) {
  const Options &options = subject.options;
  bool isNarrow = options.precision == "bf16";
  Finding finding("drift", isNarrow ? 1e-1 : 1e-3, "no other program was named: --beside");
  if (!options.beside.empty()) {
    Scratch scratch;
    fs::path weights = scratch.folder / "weights.safetensors",
             theirs = scratch.folder / "theirs.safetensors",
             ours = scratch.folder / "ours.safetensors";
    writeWeights(model, weights, subject.weights);
    if (int code = runBeside(options.beside, options, weights, theirs))
      throw Error(Exit(code), "", options.beside, "could not compute the batch to compare with");
    Options own = options;
    own.init = weights.string();
    own.names.clear();
    own.out = ours.string();
    own.talk.silent = own.talk.quiet = true;
    own.talk.json = false;
    writeBatch(model, own);
    SafetensorsFile a(ours), b(theirs);
    double largest = 0;
    auto isGradient = [](const Tensor &t) { return t.name.rfind("gradient.", 0) == 0; };
    auto each = [&](auto visit) {
      for (const Tensor &t : a.tensors()) {
        const Tensor *other = b.find(t.name);
        bool isComputed = isGradient(t) || t.name == "loss" || t.name.rfind("prediction.", 0) == 0;
        if (!isComputed || !other || other->count() != t.count())
          continue;
        RealBuffer x(t.count(), 8, "numbers"), y(t.count(), 8, "numbers");
        a.read(t, x, 0);
        b.read(*other, y, 0);
        visit(t, x, y);
      }
    };
    auto most = [](const RealBuffer &x) {
      double value = 0;
      for (size_t i = 0; i < x.size(); ++i)
        value = std::max(value, std::abs(x[i]));
      return value;
    };
    each([&](const Tensor &t, const RealBuffer &x, const RealBuffer &) {
      if (isGradient(t))
        largest = std::max(largest, most(x));
    });
    each([&](const Tensor &t, const RealBuffer &x, const RealBuffer &y) {
      double error = 0;
      for (size_t i = 0; i < x.size(); ++i)
        raise(error, std::abs(x[i] - y[i]));
      double scale = std::max(most(x), isGradient(t) ? 1e-3 * largest : 0.0);
      finding.note(error == 0 ? 0 : error / scale, t.name);
    });
  }
  subject.findings.push_back(finding);
}

static int tell(const Subject &subject, const Options &options) {
  int64_t failed = 0;
  nlohmann::json list = nlohmann::json::array();
  if (!options.talk.json)
    fmt::print("{:<12} {:>9} {:>9}\n", "check", "error", "limit");
  for (const Finding &f : subject.findings) {
    failed += !f.holds();
    list.push_back({{"check", f.check},
                    {"error", f.error},
                    {"limit", f.limit},
                    {"cases", f.cases},
                    {"where", f.where},
                    {"holds", f.holds()}});
    if (options.talk.json)
      continue;
    if (f.cases == 0)
      fmt::print("{:<12} {:>9} {:>9}          {}\n", f.check, "-", "-", f.where);
    else
      fmt::print("{:<12} {:>9.1e} {:>9.0e}  {:<6}  {} ({} cases)\n", f.check, f.error, f.limit,
                 f.holds() ? "ok" : "FAILED", f.where, f.cases);
  }
  bool allLive = subject.dead.empty();
  failed += !allLive;
  if (!options.talk.json)
    fmt::print("{:<12} {:>9} {:>9}  {:<6}  {}\n", "dead", subject.dead.size(), 0,
               allLive ? "ok" : "FAILED",
               allLive ? "every parameter gets a gradient"
                       : fmt::format("no gradient for {}", fmt::join(subject.dead, ", ")));
  options.talk.event(
      {{"event", "diagnose"}, {"checks", list}, {"dead", subject.dead}, {"failed", failed}});
  return failed ? ExitNumbers : ExitDone;
}

int runDiagnose(Model &model, const Options &options) {
  const Descriptor &d = model.descriptor();
  if (model.realBytes() != 8)
    throw Error(ExitUsage, "", "", "this program computes in f32, too coarse to judge slopes by")
        .help("orrery diagnose MODEL.orr builds one that does not, as does --plain");
  Dataset data(d, datasetOptions(model, options));
  data.makeSplits();
  data.requireSamples("train");
  data.load();
  std::vector<std::string> warnings;
  Statistics statistics = Statistics::compute(d, data, warnings);
  RealBuffer weights = model.flat("the weights");
  int64_t seed = options.seed.value_or(d.train.seed);
  if (options.init.empty()) {
    drawWeights(d, weights, seed);
  } else {
    readWeights(model, options.init, weights, options.nameMap());
    warnOfUnused(model, options.init, options.nameMap(), options.talk);
  }
  round(weights);
  model.allocateArena();
  Subject subject{model, options, data, statistics, weights, someBatch(d, data), seed};
  options.talk.say(fmt::format("{} of {} training samples, weights {}", subject.samples.size(),
                               data.part("train").size(),
                               options.init.empty() ? "as drawn" : "of " + options.init));
  checkGradients(subject);
  checkAdjoints(subject);
  checkForces(subject);
  checkSymmetries(subject);
  checkDrift(model, subject);
  return tell(subject, options);
}

} // namespace orrery::runtime
