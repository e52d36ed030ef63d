// What the program says, and how numbers are written for people.
#include "runtime/program/Talk.h"
#include "runtime/core/Process.h"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace orrery::runtime {

void Talk::chooseColour(const std::string &when) {
  terminal = isatty(STDERR_FILENO) && environment("TERM") != "dumb";
  if (when != "auto")
    colour = when == "always";
  else if (!environment("CLICOLOR_FORCE").empty() && environment("CLICOLOR_FORCE") != "0")
    colour = true;
  else
    colour = terminal && environment("NO_COLOR").empty();
}

std::string Talk::paint(const char *code, const std::string &text) const {
  return colour ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

void Talk::say(const std::string &text) const {
  if (!quiet && !silent)
    toStderr(text + "\n");
}

void Talk::warn(const std::string &text) const {
  if (heard)
    return heard(text);
  if (silent)
    return;
  if (json)
    event({{"event", "diagnostic"}, {"severity", "warning"}, {"message", text}});
  toStderr(fmt::format("{} {}\n", paint("1;35", "warning:"), text));
}

void Talk::error(const Error &e) const {
  if (json) {
    nlohmann::json notes = nlohmann::json::array();
    for (const Note &note : e.notes)
      notes.push_back({{"kind", note.kind}, {"place", note.place}, {"message", note.text}});
    event({{"event", "diagnostic"},
           {"severity", "error"},
           {"file", e.place},
           {"code", e.code},
           {"message", e.what()},
           {"notes", notes},
           {"exit", int(e.exit)}});
  }
  toStderr(fmt::format("{}{} {}{}\n", e.place.empty() ? "" : e.place + ": ",
                       paint("1;31", "error:"), e.what(),
                       e.code.empty() ? "" : " [" + e.code + "]"));
  for (const Note &note : e.notes)
    toStderr(fmt::format("{}{} {}\n", note.place.empty() ? "" : note.place + ": ",
                         note.kind == "help" ? paint("1", "help:") : paint("36", "note:"),
                         note.text));
}

// Names in files need not be UTF-8; JSON must be.
void Talk::event(const nlohmann::json &line) const {
  if (!json || silent)
    return;
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  std::fflush(stdout);
}

void toStderr(const std::string &text) { std::fputs(text.c_str(), stderr); }

std::string grouped(int64_t n) {
  std::string digits = std::to_string(n < 0 ? -n : n);
  for (size_t i = digits.size(); i > 3; i -= 3)
    digits.insert(i - 3, " ");
  return (n < 0 ? "-" : "") + digits;
}

std::string withPrefix(double value) {
  static const char *prefixes[] = {"", "k", "M", "G", "T", "P"};
  int i = 0;
  for (; value >= 1000 && i < 5; ++i)
    value /= 1000;
  return fmt::format("{:.3g} {}", value, prefixes[i]);
}

std::string duration(double seconds) {
  if (seconds < 100)
    return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400)
    return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

} // namespace orrery::runtime
