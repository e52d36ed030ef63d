// Fuzzes the JSON that the runtime reads: descriptors, and the files of a checkpoint. The first
// byte chooses.
#include "runtime/io/AtomicFile.h"
#include "runtime/program/Checkpoint.h"
#include "runtime/program/RunFolder.h"
#include "test/fuzz/Input.h"

#include <fstream>

using namespace orrery;

// A descriptor with a fault is our bug, so it is the one thing that may say so.
static void descriptor(const std::string &text) {
  try {
    runtime::Descriptor d = runtime::Descriptor::parse(text.c_str());
    for (const runtime::Parameter &p : d.parameters)
      if (p.offset + p.count() > d.flatSize)
        abort();
    for (const runtime::EntryInfo &entry : d.entries)
      for (const runtime::Slot &slot : entry.inputs)
        (void)slot.count();
  } catch (const runtime::Error &) {
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  std::string text(reinterpret_cast<const char *>(data) + 1, size - 1);
  unsigned which = data[0] % 5;
  if (which == 0) {
    descriptor(text);
    return 0;
  }
  static const std::filesystem::path folder = [] {
    char name[] = "/dev/shm/orrery-fuzz-XXXXXX";
    return std::filesystem::path(mkdtemp(name));
  }();
  static runtime::Model model(runtime::linkedModel());
  const char *names[] = {"", "stats.json", "run.json", "checkpoints.json", "manifest.json"};
  std::ofstream(folder / names[which], std::ios::binary) << text;
  fuzz::mayFail([&] {
    if (which == 1)
      runtime::readStatistics(model, folder).toJson();
    else if (which == 2)
      runtime::readProgress(folder);
    else if (which == 3)
      runtime::findCheckpoint(model, folder.string());
    else
      runtime::verifyCheckpoint(folder);
  });
  return 0;
}
