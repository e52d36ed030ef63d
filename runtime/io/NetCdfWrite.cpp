// Writes NetCDF-4 files: compressed, with attributes, under a temporary name until they are whole.
#include "runtime/core/Error.h"
#include "runtime/io/NetCdf.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <netcdf.h>
#include <unistd.h>

namespace orrery::runtime {

// A file that HDF5 could not write stays open there, and its handler at exit stumbles over it. Ours
// comes first, as it was registered later, and is the last.
static void exitWithoutHdf5() {
  auto leave = [](int status, void *) {
    std::fflush(nullptr);
    _exit(status);
  };
  [[maybe_unused]] static const int once = on_exit(leave, nullptr);
}

void NcWriter::check(int status, const std::string &what) {
  if (status == NC_NOERR)
    return;
  exitWithoutHdf5();
  // netcdf-c reports a full disk as an HDF error; errno still knows.
  failWrite(name, what + ": " + nc_strerror(status));
}

NcWriter::NcWriter(const std::filesystem::path &path) : name(path.string()), file(path) {
  errno = 0;
  check(nc_create(file.path().c_str(), NC_NETCDF4 | NC_CLOBBER, &id), "cannot create");
}

NcWriter::~NcWriter() {
  if (id >= 0)
    nc_close(id);
}

int NcWriter::addDim(const std::string &dim, size_t size) {
  int dimId = -1;
  check(nc_def_dim(id, dim.c_str(), size ? size : NC_UNLIMITED, &dimId), "dimension " + dim);
  return dimId;
}

int NcWriter::addVariable(const std::string &variable, int type, const std::vector<int> &dims,
                          const Attributes &attributes, const std::vector<size_t> &chunk) {
  int variableId = -1;
  check(nc_def_var(id, variable.c_str(), type, int(dims.size()), dims.data(), &variableId),
        "variable " + variable);
  if (!dims.empty())
    check(nc_def_var_deflate(id, variableId, /*shuffle=*/1, /*deflate=*/1, /*level=*/4),
          "variable " + variable);
  if (!chunk.empty())
    check(nc_def_var_chunking(id, variableId, NC_CHUNKED, chunk.data()), "variable " + variable);
  addAttributes(attributes, variableId);
  return variableId;
}

void NcWriter::addAttributes(const Attributes &attributes, int variable) {
  int target = variable < 0 ? NC_GLOBAL : variable;
  for (const Attribute &a : attributes)
    check(a.type == NC_CHAR
              ? nc_put_att_text(id, target, a.name.c_str(), a.text.size(), a.text.data())
              : nc_put_att_double(id, target, a.name.c_str(), a.type, a.numbers.size(),
                                  a.numbers.data()),
          "attribute " + a.name);
}

void NcWriter::endDefinitions() { check(nc_enddef(id), "end of the definitions"); }

void NcWriter::write(int variable, const std::vector<size_t> &start,
                     const std::vector<size_t> &count, const double *from) {
  errno = 0;
  check(nc_put_vara_double(id, variable, start.data(), count.data(), from), "cannot write");
}

void NcWriter::commit() {
  errno = 0;
  int status = nc_close(id);
  id = -1;
  check(status, "cannot write");
  file.commit();
}

} // namespace orrery::runtime
