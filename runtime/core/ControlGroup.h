// The limit of memory that a container or a job scheduler sets to a group of processes.
#ifndef ORRERY_RUNTIME_CORE_CONTROLGROUP_H
#define ORRERY_RUNTIME_CORE_CONTROLGROUP_H

#include <cstdint>
#include <filesystem>

namespace orrery::runtime {

// Bytes that this process and those that share its limits may still take; what caches of files hold
// counts as free. UINT64_MAX where there is no limit. Of both versions of control groups; the
// arguments are for tests.
uint64_t leftInControlGroup(const std::filesystem::path &groups = "/proc/self/cgroup",
                            const std::filesystem::path &mounted = "/sys/fs/cgroup");

} // namespace orrery::runtime

#endif
