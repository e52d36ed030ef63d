// `orrery info` of a checkpoint or of the folder of a run: what run.json says.

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

int infoOfCheckpoint(const std::string &path, const Options &options) {
  std::string folder = path;
  if (!llvm::sys::fs::exists(in(folder, "run.json"))) {
    std::optional<llvm::json::Object> index = readObject(in(folder, "checkpoints.json"));
    if (!index)
      return complain(path, "holds no checkpoint: neither run.json nor checkpoints.json is there");
    folder = in(folder, index->getString("best").value_or(""));
  }
  std::optional<llvm::json::Object> run = readObject(in(folder, "run.json"));
  if (!run)
    return complain(in(folder, "run.json"), "cannot be read");
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
