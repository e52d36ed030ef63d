// Matches the messages of ranks that live in one process.
#include "runtime/comm/Mailbox.h"

#include <cstring>
#include <iterator>

namespace orrery::runtime {

Letter *Mailbox::post(const Letter &letter) {
  auto &own = posted[size_t(letter.owner)];
  Letter &mine = own.emplace_back(letter);
  mine.self = std::prev(own.end());
  auto &letters = waiting[size_t(letter.from ? letter.peer : letter.owner)];
  for (auto it = letters.begin(); it != letters.end(); ++it) {
    Letter &other = **it;
    if (other.owner != mine.peer || other.peer != mine.owner || other.tag != mine.tag ||
        (other.from != nullptr) == (mine.from != nullptr))
      continue;
    if (other.bytes != mine.bytes)
      return nullptr;
    const Letter &sent = mine.from ? mine : other, &received = mine.from ? other : mine;
    std::memcpy(received.to, sent.from, mine.bytes);
    mine.done = other.done = true;
    letters.erase(it);
    wake(mine.owner);
    wake(mine.peer);
    return &mine;
  }
  letters.push_back(&mine);
  return &mine;
}

bool Mailbox::taken(Letter *letter) {
  if (!letter->done)
    return false;
  posted[size_t(letter->owner)].erase(letter->self);
  return true;
}

void Mailbox::forget(int rank) {
  auto own = [&](const Letter *letter) { return letter->owner == rank; };
  waiting[size_t(rank)].remove_if(own);
  for (const Letter &letter : posted[size_t(rank)])
    waiting[size_t(letter.peer)].remove_if(own);
  posted[size_t(rank)].clear();
}

} // namespace orrery::runtime
