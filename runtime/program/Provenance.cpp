// What run.json says of where a run came from.
#include "runtime/program/Provenance.h"
#include "runtime/core/Hash.h"
#include "runtime/core/Process.h"
#include "runtime/io/AtomicFile.h"

#include <ctime>
#include <fmt/format.h>
#include <netcdf.h>
#include <nlohmann/json.hpp>
#include <omp.h>

namespace fs = std::filesystem;
using nlohmann::json;

namespace orrery::runtime {

std::string utcNow() {
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

json versionsJson(unsigned realBytes) {
  std::string netcdf = nc_inq_libvers();
  return {{"runtime", ORRERY_VERSION},
          {"abi", 1},
          {"compiler", __VERSION__},
          {"netcdf", netcdf.substr(0, netcdf.find(' '))},
          {"real_bytes", realBytes}};
}

// The commit that HEAD of the repository around `folder` names; read from its files, as git need
// not be there.
static std::string gitCommit(fs::path folder) {
  std::error_code none;
  folder = fs::weakly_canonical(folder.empty() ? fs::path(".") : folder, none);
  for (; !folder.empty(); folder = folder.parent_path()) {
    fs::path git = folder / ".git";
    if (fs::is_directory(git, none) && fs::exists(git / "HEAD", none)) {
      std::string head = readFile(git / "HEAD");
      head.erase(head.find_last_not_of("\n") + 1);
      if (head.rfind("ref: ", 0) != 0)
        return head;
      fs::path ref = git / head.substr(5);
      std::string commit = fs::exists(ref, none) ? readFile(ref) : "";
      return commit.substr(0, commit.find('\n'));
    }
    if (folder == folder.parent_path())
      break;
  }
  return "";
}

// Sizes of the dims of files, with which the model can be built again without them.
static json sizesJson(const Descriptor &descriptor) {
  json sizes = json::object();
  for (const DataField &field : descriptor.fields)
    for (size_t i = 0; i < std::min(field.dims.size(), field.shape.size()); ++i)
      if (field.shape[i] >= 0)
        sizes[field.name][field.fileDim(field.dims[i])] = field.shape[i];
  return sizes;
}

json environmentJson(const Model &model, const Dataset &data) {
  const Descriptor &descriptor = model.descriptor();
  return {{"written", utcNow()},
          {"source",
           {{"path", descriptor.sourcePath},
            {"sha256", sha256(descriptor.sourceText)},
            {"text", descriptor.sourceText}}},
          {"sizes", sizesJson(descriptor)},
          {"versions", versionsJson(model.realBytes())},
          {"host", hostName()},
          {"ranks", 1},
          {"threads", omp_get_max_threads()},
          {"git_commit", gitCommit(fs::path(descriptor.sourcePath).parent_path())},
          {"data", data.fingerprints()}};
}

} // namespace orrery::runtime
