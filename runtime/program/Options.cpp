// Reads the command line; an unknown option is answered with the nearest that there is.
#include "runtime/program/Options.h"
#include "runtime/core/Nearest.h"
#include "runtime/core/Process.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orrery::runtime {

static Error usage(const std::string &message) { return Error(ExitUsage, "", "", message); }

double parseDuration(const std::string &text) {
  double total = 0;
  size_t at = 0;
  while (at < text.size()) {
    size_t used = 0;
    double number = 0;
    if (text[at] == '-' || text[at] == '+' || text[at] == ' ')
      break;
    char *end = nullptr;
    number = std::strtod(text.c_str() + at, &end);
    used = size_t(end - text.c_str()) - at;
    if (used == 0)
      break;
    at += used;
    char unit = at < text.size() ? text[at++] : 's';
    if (unit != 'h' && unit != 'm' && unit != 's')
      throw usage(fmt::format("'{}' is no length of time: write 1h50m, 10m or 90s", text));
    total += number * (unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
  }
  if (text.empty() || at < text.size() || !std::isfinite(total))
    throw usage(fmt::format("'{}' is no length of time: write 1h50m, 10m or 90s", text));
  return total;
}

static Requirement parseRequirement(const std::string &text) {
  for (const char *comparison : {"<=", ">=", "<", ">"}) {
    size_t at = text.find(comparison);
    if (at == std::string::npos)
      continue;
    std::string name = text.substr(0, at),
                number = text.substr(at + std::string(comparison).size());
    auto trim = [](std::string &s) {
      s.erase(0, s.find_first_not_of(' '));
      s.erase(s.find_last_not_of(' ') + 1);
    };
    trim(name);
    trim(number);
    char *end = nullptr;
    double bound = std::strtod(number.c_str(), &end);
    if (name.empty() || number.empty() || *end || std::isnan(bound))
      break;
    return {text, name, comparison, bound};
  }
  throw usage(fmt::format(
      "--require '{}' is no comparison: write --require \"rmse<1.2\" or \"rmse.u10<=1\"", text));
}

// FIELD=PATH, or a path alone under the key "".
static std::pair<std::string, std::string> fieldPath(const std::string &text, const Descriptor &d) {
  size_t equals = text.find('=');
  if (equals == std::string::npos)
    return {"", text};
  std::string field = text.substr(0, equals);
  std::vector<std::string> names;
  for (const Source &source : d.sources)
    names.push_back(source.name);
  if (d.sources.empty() ? bool(d.field(field))
                        : std::find(names.begin(), names.end(), field) != names.end())
    return {field, text.substr(equals + 1)};
  for (const DataField &f : d.fields)
    if (d.sources.empty())
      names.push_back(f.name);
  std::string near = nearest(field, names);
  throw usage(fmt::format("no {} '{}'{}", d.sources.empty() ? "data field" : "source", field,
                          near.empty() ? "; there are " + fmt::format("{}", fmt::join(names, ", "))
                                       : fmt::format("; did you mean '{}'?", near)));
}

namespace {

// Texts as they stand on the command line, checked after parsing.
struct Raw {
  std::string colour = "auto", saveEvery = "10m", timeLimit, watchdog, resume, split;
  std::vector<std::string> data, in, require;
  std::optional<int64_t> batch;
  bool version = false;
  int quiet = 0;
};

void addCommon(CLI::App &app, Options &o, Raw &raw) {
  app.set_help_flag("-h,--help", "show this help");
  app.set_help_all_flag("--help-all", "show the help of every command");
  app.add_flag("--version", raw.version, "show the versions (with --json: as JSON)");
  app.add_flag("-v", o.talk.verbose, "say more");
  app.add_flag("-q", raw.quiet, "errors and results only");
  app.add_option("--color", raw.colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--json", o.talk.json, "results and progress as JSON (lines) on stdout");
  app.add_option("--threads", o.threads,
                 "threads (else ORRERY_THREADS, OMP_NUM_THREADS, at most the processors)")
      ->check(CLI::Range(1, 65536));
}

void addData(CLI::App &command, Raw &raw) {
  command.add_option("--data", raw.data, "FIELD=PATH for one field, or DIR for the files of all")
      ->allow_extra_args(false);
}

void addNames(CLI::App &command, Options &o) {
  command.add_option("--names", o.names,
                     "what the file of --init calls the tensors: lines of OURS THEIRS");
}

void addRanks(CLI::App &command, Options &o) {
  command.add_flag("--reproducible", o.reproducible,
                   "the same bits for any number of ranks: sums in one fixed order");
  command.add_flag("!--no-overlap", o.overlap,
                   "communicate after the gradients are computed, not meanwhile");
  command
      .add_option("--virtual-ranks", o.virtualRanks,
                  "run so many ranks one after another in this process, to try a run out")
      ->check(CLI::Range(1, 1 << 20));
}

CLI::App &addTrain(CLI::App &app, Options &o, Raw &raw, const Descriptor &d) {
  CLI::App &train = *app.add_subcommand("train", "learn the weights from the data");
  addData(train, raw);
  train.add_option("--out", o.out, fmt::format("folder of the run (default runs/<model>-NN)"));
  train
      .add_option("--resume", raw.resume,
                  "go on from the last checkpoint of the newest run, of --out, or of the one named")
      ->expected(0, 1);
  train.add_option("--init", o.init, "start from the weights in a safetensors file");
  addNames(train, o);
  train
      .add_option(
          "--allow-mismatch", o.allowMismatch,
          "patterns of tensors that --init may lack, or have in another size: head1.*,smooth.*")
      ->delimiter(',')
      ->allow_extra_args(false);
  train.add_option("--epochs", o.epochs, "passes over the training samples")
      ->check(CLI::PositiveNumber);
  train.add_option("--steps", o.steps, "steps altogether")->check(CLI::PositiveNumber);
  // What a program is not told that only prints its help: the seed and the batch.
  bool isTold = d.train.present;
  train.add_option("--seed", o.seed,
                   "of first weights, order and noise (default " +
                       (isTold ? std::to_string(d.train.seed) : "the model's") + ")");
  train.add_option("--batch", raw.batch,
                   "compiled in" +
                       (isTold && d.train.batch ? fmt::format(" as {}", d.train.batch) : "") +
                       "; another one needs another build");
  train.add_option("--save-every", raw.saveEvery, "time between checkpoints (default 10m)");
  train.add_option("--keep", o.keep, "checkpoints to keep beside the best (default 2)")
      ->check(CLI::PositiveNumber);
  train
      .add_option("--max-skipped", o.maxSkipped,
                  "give up after so many steps in a row whose numbers are not finite (default 3)")
      ->check(CLI::PositiveNumber);
  train.add_option("--time-limit", raw.timeLimit,
                   "stop after this time with a checkpoint and exit code 75 (1h50m)");
  train.add_option(
      "--watchdog", raw.watchdog,
      "end this rank when it gets nothing done for so long (default: what `orrery run` "
      "says; 0: never)");
  addRanks(train, o);
  train.add_flag("--dry-run", o.dryRun,
                 "bind the data, take one step, print memory and expected time; write nothing");
  return train;
}

void addSplit(CLI::App &command, Raw &raw, const std::string &usual) {
  command
      .add_option("--split", raw.split, "train, valid, test or all samples (default " + usual + ")")
      ->check(CLI::IsMember({"train", "valid", "test", "all"}));
}

void addOthers(CLI::App &app, Options &o, Raw &raw) {
  CLI::App &predict =
      *app.add_subcommand("predict", "apply a predict entry of the model file to data");
  predict.add_option("NAME", o.predict, "the entry")->required();
  predict
      .add_option(
          "--in", raw.in,
          "FILE.nc for all input fields, or FIELD=FILE.nc (default: the files of the model)")
      ->allow_extra_args(false);
  predict.add_option("--out", o.out, "file to write (default NAME.nc, of structures NAME.extxyz)");
  predict.add_option("--checkpoint", o.checkpoint,
                     "checkpoint or run (default: the best of the newest run)");
  addSplit(predict, raw, "all");
  predict.add_option("--seed", o.seed, "of the noise a predict entry draws");
  addData(predict, raw);
  CLI::App &test = *app.add_subcommand("test", "measure a checkpoint on the test split");
  test.add_option("CKPT", o.checkpoint, "checkpoint or run (default: the best of the newest run)");
  test.add_option("--checkpoint", o.checkpoint, "the same");
  addSplit(test, raw, "test");
  test.add_option("--require", raw.require,
                  "exit with 5 unless it holds: rmse<1.2, rmse.u10<1, loss<0.1")
      ->allow_extra_args(false);
  addData(test, raw);
  CLI::App &data = *app.add_subcommand("data", "open the data and show what is bound to what");
  data.add_option("--mock", o.mock, "write random NetCDF files of the right form into this folder");
  addData(data, raw);
  CLI::App &gradient = *app.add_subcommand(
      "gradient", "write weights, fields, loss, gradients and predictions of one batch");
  gradient.add_option("--init", o.init, "the weights, a safetensors file (default: first weights)");
  addNames(gradient, o);
  gradient.add_option("--out", o.out, "safetensors file to write (default gradient.safetensors)");
  gradient.add_option("--seed", o.seed, "of first weights and noise");
  addData(gradient, raw);
  CLI::App &diagnose = *app.add_subcommand(
      "diagnose",
      "check gradients, forces, symmetries and precision (programs built with --plain)");
  diagnose.add_option("--init", o.init, "the weights, a safetensors file (default: drawn ones)");
  addNames(diagnose, o);
  diagnose.add_option("--seed", o.seed, "of drawn weights and noise");
  diagnose.add_option("--beside", o.beside, "a program of the same model, to compare with");
  diagnose.add_option("--precision", o.precision, "what that program computes in: f32 or bf16")
      ->check(CLI::IsMember({"f32", "bf16"}));
  addData(diagnose, raw);
  CLI::App &replay = *app.add_subcommand(
      "replay", "run a step again that training gave up at, and show what it computes");
  replay.add_option("FOLDER", o.checkpoint, "the replay-STEP folder of the run")->required();
  addData(replay, raw);
  CLI::App &bench = *app.add_subcommand("bench", "time training steps on random numbers");
  bench.add_option("--steps", o.steps, "steps to time (default 20)")->check(CLI::PositiveNumber);
  bench.add_option("--predict", o.predict, "time calls of this predict entry instead");
  addRanks(bench, o);
  CLI::App &info =
      *app.add_subcommand("info", "dims, parameters, memory, floating-point operations");
  info.add_option("CKPT", o.checkpoint, "also what this checkpoint is");
  info.add_option("--mock", o.mock, "the same as data --mock");
}

std::vector<std::string> optionNames(const CLI::App &app) {
  std::vector<std::string> names;
  for (const CLI::Option *option : app.get_options())
    for (const std::string &name : option->get_lnames())
      names.push_back("--" + name);
  return names;
}

[[noreturn]] void refuse(const std::string &given, const CLI::App &app, const CLI::App *command) {
  std::string option = given.substr(0, given.find('='));
  if (option == "--set" || option == "--precision" || option == "--config")
    throw usage(
        fmt::format(
            "{} has no effect on a compiled model: sizes and settings are part of the program",
            option))
        .help("build again: orrery build MODEL.orr --set NAME=VALUE");
  if (option.rfind("-", 0) != 0) {
    std::vector<std::string> commands;
    for (const CLI::App *sub : app.get_subcommands(nullptr))
      commands.push_back(sub->get_name());
    std::string near = command ? "" : nearest(option, commands);
    throw usage(fmt::format("{} '{}'{}", command ? "unexpected argument" : "unknown command", given,
                            near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }
  std::vector<std::string> names = optionNames(app);
  if (command)
    for (const std::string &name : optionNames(*command))
      names.push_back(name);
  std::string near = nearest(option, names);
  throw usage(fmt::format("unknown option '{}'{}", option,
                          near.empty() ? "; --help lists them"
                                       : fmt::format("; did you mean '{}'?", near)));
}

void finish(Options &o, const Raw &raw, const Descriptor &d) {
  o.talk.quiet = raw.quiet > 0;
  o.talk.chooseColour(raw.colour);
  o.saveEvery = parseDuration(raw.saveEvery);
  if (!raw.timeLimit.empty())
    o.timeLimit = parseDuration(raw.timeLimit);
  if (!raw.timeLimit.empty() && o.timeLimit <= 0)
    throw usage(fmt::format("--time-limit {} leaves no time to train", raw.timeLimit));
  if (!raw.watchdog.empty())
    o.watchdog = parseDuration(raw.watchdog);
  o.split = raw.split;
  for (const std::string &text : raw.data) {
    auto [field, path] = fieldPath(text, d);
    if (field.empty())
      o.dataFolder = path;
    else
      o.data[field] = path;
  }
  for (const std::string &text : raw.in)
    o.in.insert(fieldPath(text, d));
  for (const std::string &text : raw.require)
    o.requirements.push_back(parseRequirement(text));
  if (raw.batch && *raw.batch != d.train.batch)
    throw usage(fmt::format("this program was compiled for batches of {}, not of {}",
                            d.train.batch ? std::to_string(d.train.batch) : "any number",
                            *raw.batch))
        .help("change run(batch: ...) in the model file and build again");
  o.resumeFrom = raw.resume;
}

std::string examples(const Descriptor &d, const std::string &program) {
  std::string text =
      fmt::format("Examples:\n  {0} train                      learn; checkpoints go to runs/\n  "
                  "{0} test --require \"rmse<1.2\"   measure the best checkpoint\n",
                  program);
  for (const EntryInfo &entry : d.entries)
    if (!entry.predict.empty())
      text += fmt::format("  {} predict {} --in a.nc --out b.nc\n", program, entry.predict);
  return text;
}

} // namespace

std::vector<Setting> settingsOf(const Descriptor &d, const Options &options) {
  std::vector<Setting> settings = d.settings;
  auto give = [&](const std::string &name, const char *option, std::optional<int64_t> value) {
    if (!value)
      return;
    Setting given{name, std::to_string(*value), fmt::format("{} {}", option, *value)};
    auto known = std::find_if(settings.begin(), settings.end(),
                              [&](const Setting &s) { return s.name == name; });
    if (known != settings.end())
      *known = given;
    else
      settings.push_back(given);
  };
  bool hasLength = options.steps || options.epochs;
  std::erase_if(settings, [&](const Setting &s) {
    return hasLength && (s.name == "train.steps" || s.name == "train.epochs");
  });
  give("train.seed", "--seed", options.seed);
  give("train.steps", "--steps", options.steps);
  if (!options.steps) // as in a run, which takes steps before epochs
    give("train.epochs", "--epochs", options.epochs);
  return settings;
}

Options parseOptions(int argc, char **argv, const Descriptor &d) {
  Options o;
  Raw raw;
  o.arguments.assign(argv, argv + argc);
  o.talk.json = std::find(o.arguments.begin(), o.arguments.end(), "--json") !=
                o.arguments.end(); // also for errors of the command line
  o.talk.chooseColour("auto");
  std::string program = o.arguments.empty() ? "model" : o.arguments[0];
  program = program.substr(program.find_last_of('/') + 1);
  CLI::App app(
      fmt::format("{}: a model compiled by Orrery\n\n{}", d.model, examples(d, "./" + program)),
      program);
  addCommon(app, o, raw);
  CLI::App &train = addTrain(app, o, raw, d);
  addOthers(app, o, raw);
  app.allow_extras();
  app.fallthrough();
  for (CLI::App *sub : app.get_subcommands(nullptr)) {
    sub->fallthrough();
    sub->allow_extras();
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &help) {
    o.exit = app.exit(help);
    return o;
  } catch (const CLI::ParseError &problem) {
    throw usage(problem.what());
  }
  const CLI::App *command = app.get_subcommands().empty() ? nullptr : app.get_subcommands().front();
  for (const CLI::App *asked : {static_cast<const CLI::App *>(&app), command})
    if (asked && !asked->remaining().empty())
      refuse(asked->remaining().front(), app, command);
  finish(o, raw, d);
  if (raw.version) {
    o.command = "version";
    return o;
  }
  if (!command) {
    fmt::print(stderr, "{}", app.help());
    o.exit = ExitUsage;
    return o;
  }
  o.command = command->get_name();
  if (o.split.empty())
    o.split = o.command == "test" ? "test" : "all";
  o.resume = train.get_option("--resume")->count() > 0;
  return o;
}

} // namespace orrery::runtime
