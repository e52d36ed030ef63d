// Settings that do not stand on the command line: a TOML file and the variable ORRERY_SET.

#include "frontend/driver/Options.h"

#include "llvm/Support/Process.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace orrery::driver {

// [train] epochs = 3 is train.epochs=3; a text is an expression of the language.
static bool flatten(const toml::table &table, const std::string &prefix, const std::string &file,
                    std::vector<sema::Setting> &settings, std::string &why) {
  for (const auto &[key, value] : table) {
    std::string name = prefix + std::string(key.str()), text;
    if (const toml::table *inner = value.as_table()) {
      if (!flatten(*inner, name + ".", file, settings, why))
        return false;
      continue;
    }
    if (auto string = value.as_string())
      text = string->get();
    else if (auto whole = value.as_integer())
      text = std::to_string(whole->get());
    else if (auto real = value.as_floating_point())
      text = sema::exactText(real->get());
    else if (auto truth = value.as_boolean())
      text = truth->get() ? "true" : "false";
    std::string place = file + ":" + std::to_string(value.source().begin.line);
    if (text.empty()) {
      why = place + ": '" + name + "' must be a number, true, false or a text";
      return false;
    }
    settings.push_back({name + "=" + text, place});
  }
  return true;
}

bool gatherSettings(Options &options, std::string &why) {
  std::vector<sema::Setting> all;
  if (auto variable = llvm::sys::Process::GetEnv("ORRERY_SET")) {
    llvm::SmallVector<llvm::StringRef> parts;
    llvm::StringRef(*variable).split(parts, ';', -1, false);
    for (llvm::StringRef part : parts)
      if (!part.trim().empty())
        all.push_back({part.trim().str(), "ORRERY_SET " + part.trim().str()});
  }
  if (!options.config.empty()) {
    toml::parse_result parsed = toml::parse_file(options.config);
    if (!parsed) {
      const toml::source_position &at = parsed.error().source().begin;
      why = options.config +
            (at ? ":" + std::to_string(at.line) + ":" + std::to_string(at.column) : std::string()) +
            ": " + std::string(parsed.error().description());
      return false;
    }
    if (!flatten(parsed.table(), "", options.config, all, why))
      return false;
  }
  llvm::append_range(all, options.settings);
  options.settings = std::move(all);
  return true;
}

} // namespace orrery::driver
