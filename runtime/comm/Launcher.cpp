// Finds out whether an MPI launcher started this program, and loads the back end that fits it.
#include "runtime/comm/Comm.h"
#include "runtime/core/Error.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fs = std::filesystem;

namespace orrery::runtime {
namespace {

std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

struct Launcher {
  std::string name;    // "mpirun of Open MPI"
  std::string flavour; // the folder of its liborrery_mpi.so
  int ranks = 0;       // how many it says it started; 0: it does not say
};

int numberIn(const char *name) { return std::atoi(environment(name).c_str()); }

// What launchers leave in the environment. It only chooses the library: rank and size come from
// MPI. An empty name: nobody launched us.
Launcher launcher() {
  if (int ranks = numberIn("OMPI_COMM_WORLD_SIZE"))
    return {"mpirun of Open MPI", "openmpi", ranks};
  if (!environment("PMIX_RANK").empty())
    return {"a launcher that speaks PMIx", "openmpi", numberIn("SLURM_STEP_NUM_TASKS")};
  if (int ranks = numberIn("PMI_SIZE"); ranks || !environment("PMI_RANK").empty())
    return {"a launcher that speaks PMI (MPICH, srun)", "mpich", ranks};
  // srun without a process manager that an MPI library knows: each rank would believe to be alone.
  if (int ranks = numberIn("SLURM_STEP_NUM_TASKS"); ranks > 1)
    return {"srun", "mpich", ranks};
  return {};
}

fs::path programFolder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

// Where the library may lie: beside the program, where it is installed, and where this runtime was
// built.
std::vector<fs::path> candidates(const std::string &flavour) {
  std::vector<fs::path> result;
  for (const fs::path &base : {programFolder(), programFolder() / "../lib",
                               programFolder() / "../lib/orrery", fs::path(ORRERY_LIBRARY_FOLDER)})
    for (const std::string &folder : {flavour, std::string("mpi")})
      result.push_back((base / folder / "liborrery_mpi.so").lexically_normal());
  return result;
}

fs::path findLibrary(const Launcher &by, const std::string &asked) {
  if (asked.find('/') != std::string::npos)
    return asked;
  std::vector<fs::path> places = candidates(asked.empty() ? by.flavour : asked);
  for (const fs::path &place : places)
    if (fs::exists(place))
      return place;
  std::vector<std::string> texts(places.begin(), places.end());
  throw Error(ExitResources, "E0816", "",
              asked.empty()
                  ? fmt::format("started by {}, but there is no liborrery_mpi.so for it", by.name)
                  : fmt::format("there is no liborrery_mpi.so for '{}'", asked))
      .note(fmt::format("looked for {}", fmt::join(texts, ", ")))
      .help("it is built together with Orrery where the MPI's mpicxx is installed; "
            "ORRERY_MPI=/path/liborrery_mpi.so names another one, ORRERY_MPI=none runs alone");
}

WorldOptions optionsFromEnvironment() {
  WorldOptions options;
  options.check = !environment("ORRERY_COMM_CHECK").empty();
  options.progress = environment("ORRERY_COMM_THREAD") != "0";
  options.timeout = std::atof(environment("ORRERY_COMM_TIMEOUT").c_str());
  return options;
}

std::unique_ptr<World> load(const fs::path &library, const Launcher &by) {
  // Open MPI's plug-ins look for its symbols in the whole program.
  void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
  auto *open =
      handle ? reinterpret_cast<decltype(&orrery_comm_open)>(dlsym(handle, "orrery_comm_open"))
             : nullptr;
  if (!open)
    throw Error(ExitResources, "E0816", library.string(),
                fmt::format("cannot be loaded: {}", dlerror()));
  const orrery_comm_table *table = nullptr;
  orrery_comm *comm = open(&table);
  if (table->version != ORRERY_COMM_VERSION)
    throw Error(ExitResources, "E0816", library.string(),
                fmt::format("has version {} of the communication table, this program {}",
                            table->version, int(ORRERY_COMM_VERSION)))
        .help("build it again, with the Orrery that built the program");
  int size = table->size(comm);
  if (by.ranks && size != by.ranks)
    throw Error(ExitResources, "E0816", library.string(),
                fmt::format("{} started {} ranks, but {} sees {}", by.name, by.ranks,
                            table->name(comm), size))
        .help("the launcher and the library must be of one MPI; ORRERY_MPI=openmpi or mpich "
              "chooses the library");
  return std::make_unique<World>(*table, comm, optionsFromEnvironment());
}
} // namespace

std::unique_ptr<World> World::open() {
  Launcher by = launcher();
  std::string asked = environment("ORRERY_MPI");
  if (asked == "none" || (by.name.empty() && asked.empty()))
    return alone();
  return load(findLibrary(by, asked), by);
}

} // namespace orrery::runtime
