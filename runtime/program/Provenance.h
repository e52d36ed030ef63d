// What run.json says of where a run came from.
#ifndef ORRERY_RUNTIME_PROGRAM_PROVENANCE_H
#define ORRERY_RUNTIME_PROGRAM_PROVENANCE_H

#include "runtime/io/Dataset.h"
#include "runtime/program/Model.h"

#include <nlohmann/json_fwd.hpp>

namespace orrery::runtime {

// Source and its hash, versions, host, threads, fingerprints of the data, the source folder's git
// commit.
nlohmann::json environmentJson(const Model &model, const Dataset &data);
nlohmann::json versionsJson(unsigned realBytes);
std::string utcNow();

} // namespace orrery::runtime

#endif
