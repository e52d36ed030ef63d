// Reads run.json of a checkpoint or of a run's best: `orrery info`, `predict` and `test` of one.

#include "frontend/driver/Checkpoint.h"

#include "frontend/driver/Driver.h"
#include "frontend/driver/Info.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace orrery::driver {

// Exit code of checkpoints that do not fit, as compiled programs have it.
static constexpr int weights = 7;

static int complain(llvm::StringRef path, llvm::StringRef what) {
  llvm::errs() << path << ": error: " << what << " [E0603]\n";
  return weights;
}

static std::string in(llvm::StringRef folder, llvm::StringRef name) {
  llvm::SmallString<256> path(folder);
  llvm::sys::path::append(path, name);
  return std::string(path);
}

// The JSON object in a file; nothing if there is none.
static std::optional<llvm::json::Object> readObject(const std::string &path) {
  auto text = llvm::MemoryBuffer::getFile(path);
  if (!text)
    return std::nullopt;
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse((*text)->getBuffer());
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return std::nullopt;
  }
  llvm::json::Object *object = parsed->getAsObject();
  return object ? std::optional(std::move(*object)) : std::nullopt;
}

// run.json of a checkpoint, or of the best of a run, which `folder` is then; the exit code.
static int readRun(std::string &folder, std::optional<llvm::json::Object> &run) {
  if (!llvm::sys::fs::exists(in(folder, "run.json"))) {
    std::optional<llvm::json::Object> index = readObject(in(folder, "checkpoints.json"));
    if (!index)
      return complain(folder,
                      "holds no checkpoint: neither run.json nor checkpoints.json is there");
    folder = in(folder, index->getString("best").value_or(""));
  }
  run = readObject(in(folder, "run.json"));
  return run ? int(Done) : complain(in(folder, "run.json"), "cannot be read");
}

int readTrained(const std::string &path, TrainedModel &trained) {
  std::string folder = path;
  std::optional<llvm::json::Object> run;
  if (int code = readRun(folder, run))
    return code;
  const llvm::json::Object *source = run->getObject("source");
  trained.path = source ? source->getString("path").value_or("").str() : "";
  trained.text = source ? source->getString("text").value_or("").str() : "";
  if (trained.path.empty() || trained.text.empty())
    return complain(in(folder, "run.json"), "does not hold the model's text");
  if (const llvm::json::Array *settings = run->getArray("settings"))
    for (const llvm::json::Value &value : *settings) {
      const llvm::json::Object *one = value.getAsObject();
      auto text = [&](llvm::StringRef key) {
        return one ? one->getString(key).value_or("").str() : std::string();
      };
      bool isGiven = text("origin") != "default" && text("origin") != "--plain" &&
                     !llvm::StringRef(text("origin")).starts_with(trained.path + ":");
      if (isGiven)
        trained.settings.push_back({text("name") + "=" + text("value"), text("origin")});
    }
  if (const llvm::json::Object *sizes = run->getObject("sizes"))
    for (const auto &[field, dims] : *sizes)
      if (const llvm::json::Object *all = dims.getAsObject())
        for (const auto &[dim, size] : *all)
          trained.sizes[{field.str(), dim.str()}] = size.getAsInteger().value_or(0);
  return Done;
}

int infoOfCheckpoint(const std::string &path, const Options &options) {
  std::string folder = path;
  std::optional<llvm::json::Object> run;
  if (int code = readRun(folder, run))
    return code;
  if (options.isJson) {
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(*run)));
    return Done;
  }
  auto line = [](llvm::StringRef name) -> llvm::raw_ostream & {
    return llvm::outs() << llvm::left_justify(name, 12);
  };
  auto text = [&](const llvm::json::Object *from, llvm::StringRef key) {
    return from ? from->getString(key).value_or("").str() : std::string();
  };
  line("checkpoint") << folder << "\n";
  line("model") << text(&*run, "model") << " of " << text(run->getObject("source"), "path") << "\n";
  if (const llvm::json::Object *state = run->getObject("state"))
    line("step") << state->getInteger("step").value_or(0) << "\n";
  line("parameters") << run->getInteger("parameters").value_or(0) << "\n";
  line("written") << text(&*run, "written") << " by Orrery "
                  << text(run->getObject("versions"), "runtime") << "\n";
  if (!options.wantsSettings)
    return Done;
  if (const llvm::json::Array *settings = run->getArray("settings"))
    printSettings(*settings);
  return Done;
}

} // namespace orrery::driver
