// The one exception of the runtime: a message for the user, with its code, its place, notes and the
// program's exit code.
#ifndef ORRERY_RUNTIME_CORE_ERROR_H
#define ORRERY_RUNTIME_CORE_ERROR_H

#include <stdexcept>
#include <string>
#include <vector>

namespace orrery::runtime {

// Exit codes of the command line (cli reference, "Exit codes").
enum Exit : int {
  ExitDone = 0,
  ExitFailure = 1,
  ExitUsage = 2,
  ExitModel = 3,
  ExitData = 4,
  ExitNumbers = 5,
  ExitResources = 6,
  ExitWeights = 7,
  ExitAgain = 75,
};

struct Note {
  std::string kind; // "note" or "help"
  std::string place;
  std::string text;
};

// The text in front is the place (a file, a file with a line); it may be empty.
class Error : public std::runtime_error {
public:
  Error(Exit exit, std::string code, std::string place, const std::string &message)
      : std::runtime_error(message), exit(exit), code(std::move(code)), place(std::move(place)) {}
  Error &&note(std::string text, std::string where = {}) && {
    notes.push_back({"note", std::move(where), std::move(text)});
    return std::move(*this);
  }
  Error &&help(std::string text) && {
    if (!text.empty())
      notes.push_back({"help", "", std::move(text)});
    return std::move(*this);
  }

  // Thrown where every rank of a run throws it too, with the same words.
  Error &&onAllRanks() && {
    everywhere = true;
    return std::move(*this);
  }

  Exit exit;
  bool everywhere = false;
  std::string code;
  std::string place;
  std::vector<Note> notes;
};

} // namespace orrery::runtime

#endif
