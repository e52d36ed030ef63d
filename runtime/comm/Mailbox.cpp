// Matches the messages of ranks that live in one process.
#include "runtime/comm/Mailbox.h"

#include <cstring>
#include <memory>

namespace orrery::runtime {

Letter *Mailbox::post(const Letter &letter) {
  auto mine = std::make_unique<Letter>(letter);
  int receiver = letter.from ? letter.peer : letter.owner;
  auto &letters = waiting[size_t(receiver)];
  for (auto it = letters.begin(); it != letters.end(); ++it) {
    Letter &other = **it;
    if (other.owner != letter.peer || other.peer != letter.owner || other.tag != letter.tag ||
        (other.from != nullptr) == (letter.from != nullptr))
      continue;
    if (other.bytes != letter.bytes)
      return nullptr;
    std::memcpy(letter.from ? other.to : letter.to, letter.from ? letter.from : other.from,
                letter.bytes);
    mine->done = other.done = true;
    letters.erase(it);
    wake(letter.owner);
    wake(letter.peer);
    return mine.release();
  }
  letters.push_back(mine.get());
  return mine.release();
}

bool Mailbox::taken(Letter *letter) {
  if (!letter->done)
    return false;
  delete letter;
  return true;
}

void Mailbox::forget(int rank) {
  for (auto &letters : waiting)
    letters.remove_if([&](Letter *letter) {
      bool own = letter->owner == rank;
      if (own)
        delete letter;
      return own;
    });
}

} // namespace orrery::runtime
