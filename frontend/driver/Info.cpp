// Prints what a model's descriptor says.

#include "frontend/driver/Info.h"

#include "frontend/driver/Driver.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace orrery::driver {

using llvm::json::Array;
using llvm::json::Object;

static void printDims(const Array &dims) {
  llvm::outs() << "dims\n";
  for (const llvm::json::Value &value : dims) {
    const Object &dim = *value.getAsObject();
    llvm::outs() << "  " << llvm::left_justify(*dim.getString("name"), 12);
    if (auto size = dim.getInteger("size"))
      llvm::outs() << llvm::left_justify(std::to_string(*size), 8);
    else
      llvm::outs() << "from the data";
    if (const Array *labels = dim.getArray("labels")) {
      llvm::ListSeparator comma(" ");
      for (const llvm::json::Value &label : *labels)
        llvm::outs() << comma << *label.getAsObject()->getString("name");
    }
    llvm::outs() << "\n";
  }
}

static void printParameters(const Array &parameters) {
  int64_t total = 0;
  llvm::outs() << "\nparameters\n";
  auto line = [](llvm::StringRef name, int64_t count) -> llvm::raw_ostream & {
    return llvm::outs() << "  " << llvm::left_justify(name, 40)
                        << llvm::right_justify(std::to_string(count), 10);
  };
  for (const llvm::json::Value &value : parameters) {
    const Object &parameter = *value.getAsObject();
    int64_t count = 1;
    for (const llvm::json::Value &size : *parameter.getArray("shape"))
      count *= *size.getAsInteger();
    total += count;
    auto name = [](const llvm::json::Value &dim) { return dim.getAsString()->str(); };
    line(*parameter.getString("name"), count)
        << "  [" << llvm::join(llvm::map_range(*parameter.getArray("dims"), name), ", ") << "]\n";
  }
  line("all", total) << "\n";
}

// Every name that --set knows; those that are not set have no value.
static Array settingsOf(const Array &used, const sema::Program &program) {
  Array all;
  for (const std::string &name : sema::settingNames(program)) {
    auto known = llvm::find_if(used, [&](const llvm::json::Value &value) {
      return value.getAsObject()->getString("name") == name;
    });
    if (known == used.end())
      all.push_back(Object{{"name", name}, {"value", nullptr}, {"origin", nullptr}});
    else
      all.push_back(*known);
  }
  return all;
}

void printSettings(const Array &settings) {
  for (const llvm::json::Value &value : settings) {
    const Object &setting = *value.getAsObject();
    llvm::outs() << llvm::left_justify(*setting.getString("name"), 24) << " "
                 << llvm::left_justify(setting.getString("value").value_or("-"), 12) << " "
                 << setting.getString("origin").value_or("not set") << "\n";
  }
}

int info(llvm::StringRef descriptor, const sema::Program &program, const Options &options) {
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(descriptor);
  if (!parsed) {
    llvm::errs() << "orrery: " << llvm::toString(parsed.takeError()) << "\n";
    return Internal;
  }
  const Object &all = *parsed->getAsObject();
  const Array empty;
  auto list = [&](llvm::StringRef key) -> const Array & {
    const Array *found = all.getArray(key);
    return found ? *found : empty;
  };
  Array settings = settingsOf(list("settings"), program);
  if (options.wantsSettings && options.isJson) {
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(settings)));
  } else if (options.wantsSettings) {
    printSettings(settings);
  } else if (options.isJson) {
    llvm::outs() << descriptor << "\n";
  } else {
    llvm::outs() << all.getString("model").value_or("") << "\n\n";
    printDims(list("dims"));
    printParameters(list("parameters"));
    llvm::outs() << "\n--settings lists what --set can change\n";
  }
  return Done;
}

} // namespace orrery::driver
