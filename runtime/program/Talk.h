// What the program says: errors, warnings and notes on stderr, in colour or as JSON; results on
// stdout.
#ifndef ORRERY_RUNTIME_PROGRAM_TALK_H
#define ORRERY_RUNTIME_PROGRAM_TALK_H

#include "runtime/core/Error.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace orrery::runtime {

struct Talk {
  bool json = false, quiet = false;
  bool silent = false; // says nothing but errors: another rank speaks
  int verbose = 0;
  bool colour = false;                            // of stderr
  bool terminal = false;                          // stderr is one
  std::function<void(const std::string &)> heard; // takes warnings instead of stderr

  // `when`: auto, always, never.
  void chooseColour(const std::string &when);
  void say(const std::string &text) const; // not when quiet
  void warn(const std::string &text) const;
  void error(const Error &error) const;
  void event(const nlohmann::json &line) const; // one line of JSON on stdout, with --json only
  std::string paint(const char *code, const std::string &text) const;
};

// To stderr. A log that cannot be written, because it lies on the disk that is full, is nothing to
// fail for.
void toStderr(const std::string &text);

// 1234567 -> "1 234 567"; 1.3e9 -> "1.3 G".
std::string grouped(int64_t n);
std::string withPrefix(double value);
std::string duration(double seconds);

} // namespace orrery::runtime

#endif
