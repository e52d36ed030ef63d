// Replaces files by what the formatter makes of them, under another name first.

#include "frontend/driver/LayOut.h"

#include "frontend/driver/Driver.h"
#include "frontend/lang/Format.h"

#include "llvm/Support/FileSystem.h"

#include <unistd.h>

namespace orrery::driver {

static bool replace(const std::string &path, const std::string &text) {
  std::string temporary = path + "." + std::to_string(getpid());
  llvm::sys::fs::perms permissions = llvm::sys::fs::all_read | llvm::sys::fs::owner_write;
  if (auto found = llvm::sys::fs::getPermissions(path))
    permissions = *found;
  {
    std::error_code error;
    llvm::raw_fd_ostream os(temporary, error);
    if (error)
      return false;
    os << text;
    os.close();
    if (os.has_error()) {
      os.clear_error();
      llvm::sys::fs::remove(temporary);
      return false;
    }
  }
  return !llvm::sys::fs::setPermissions(temporary, permissions) &&
         !llvm::sys::fs::rename(temporary, path);
}

int layOut(llvm::ArrayRef<std::string> files, unsigned maxErrors) {
  int code = Done;
  for (const std::string &path : files) {
    lang::SourceManager sources;
    diag::Engine diags(sources);
    std::string why;
    std::optional<lang::FileId> file = sources.open(path, why);
    if (!file) {
      llvm::errs() << "orrery: cannot read '" << path << "': " << why << "\n";
      return Usage;
    }
    std::optional<std::string> text = lang::format(sources, *file, diags);
    diags.print(llvm::errs(), {diag::wantsColor(2), maxErrors});
    if (!text) {
      code = Model;
    } else if (path == "-") {
      llvm::outs() << *text;
    } else if (*text != sources.text(*file)) {
      if (!replace(path, *text)) {
        llvm::errs() << "orrery: cannot write '" << path << "'\n";
        return Failure;
      }
      llvm::outs() << path << "\n";
    }
  }
  return code;
}

} // namespace orrery::driver
