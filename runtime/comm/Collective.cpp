// A collective operation as one rank carries it out, step by step.
#include "runtime/comm/Collective.h"
#include "runtime/comm/Element.h"
#include "runtime/core/Error.h"

#include <cstring>
#include <fmt/format.h>

namespace orrery::runtime {

static void put(char *to, size_t room, std::string_view text) {
  size_t length = std::min(text.size(), room - 1);
  std::memcpy(to, text.data(), length);
}

Description Collective::describe() const {
  Description result{.count = count, .extra = extra, .sequence = sequence};
  put(result.operation, sizeof result.operation, operation);
  put(result.type, sizeof result.type,
      numbers ? fmt::format("{} {}{}", nameOf(element), nameOf(reduction),
                            wire == Wire::BF16 ? " bf16" : "")
              : "bytes");
  std::string_view file = site.file_name();
  file = file.substr(file.rfind('/') + 1);
  put(result.site, sizeof result.site, fmt::format("{}:{}", file, site.line()));
  return result;
}

std::string Description::text() const {
  return fmt::format("{} of {} {} (number {}, at {})", operation, count, type, sequence, site);
}

void Collective::fail(std::exception_ptr why) {
  failure = why;
  done.store(true, std::memory_order_release);
}

int Collective::waitsFor() const {
  if (finished() || at == steps.size())
    return -1;
  for (const Stream *stream : {&incoming, &outgoing}) {
    const auto &transfers = stream == &incoming ? step().receives : step().sends;
    for (const Piece &piece : stream->pieces)
      if (piece.active)
        return piece.peer;
    if (stream->transfer < transfers.size())
      return transfers[stream->transfer].peer;
  }
  return -1;
}

// Whether a stream has pieces that were not taken yet.
bool Collective::left(Stream &stream, const std::vector<Transfer> &transfers) {
  while (stream.transfer < transfers.size() && stream.begin == transfers[stream.transfer].count) {
    ++stream.transfer;
    stream.begin = 0;
  }
  return stream.transfer < transfers.size();
}

// The next piece of a stream in a free slot; null when there is nothing left or no slot.
Collective::Piece *Collective::nextPiece(Stream &stream, const std::vector<Transfer> &transfers) {
  if (!left(stream, transfers) || stream.active == inFlight)
    return nullptr;
  for (Piece &piece : stream.pieces)
    if (!piece.active) {
      const Transfer &transfer = transfers[stream.transfer];
      piece.active = true;
      piece.peer = transfer.peer;
      piece.data = transfer.data + stream.begin * stepUnit();
      piece.count = std::min(transfer.count - stream.begin, pieceBytes / wireUnit());
      stream.begin += piece.count;
      ++stream.active;
      return &piece;
    }
  return nullptr;
}

void Collective::send(Piece &piece, const orrery_comm_table &table, orrery_comm *comm) {
  const char *from = piece.data;
  size_t bytes = piece.count * wireUnit();
  // What is sent while the same numbers are added to needs a copy.
  bool copied = step().kind == Step::Accumulate && !step().receives.empty() &&
                step().receives.front().data == step().sends.front().data;
  if (copied || narrow()) {
    piece.staging = std::make_unique_for_overwrite<char[]>(bytes);
    from = piece.staging.get();
    if (narrow())
      encodeBF16(reinterpret_cast<uint16_t *>(piece.staging.get()),
                 reinterpret_cast<const float *>(piece.data), piece.count);
    else
      std::memcpy(piece.staging.get(), piece.data, bytes);
  }
  table.isend(comm, from, bytes, piece.peer, tag, &piece.request);
}

void Collective::receive(Piece &piece, const orrery_comm_table &table, orrery_comm *comm) {
  char *into = piece.data;
  size_t bytes = piece.count * wireUnit();
  if (step().kind == Step::Accumulate || narrow()) {
    piece.staging = std::make_unique_for_overwrite<char[]>(bytes);
    into = piece.staging.get();
  }
  table.irecv(comm, into, bytes, piece.peer, tag, &piece.request);
}

void Collective::arrived(Piece &piece) {
  received += piece.count * wireUnit();
  auto *numbers = reinterpret_cast<float *>(piece.data);
  auto *narrowed = reinterpret_cast<const uint16_t *>(piece.staging.get());
  if (step().kind == Step::Accumulate && narrow())
    combineBF16(reduction, numbers, narrowed, piece.count);
  else if (step().kind == Step::Accumulate)
    combine(element, reduction, piece.data, piece.staging.get(), piece.count);
  else if (narrow())
    decodeBF16(numbers, narrowed, piece.count);
}

// Starts what can be started and takes in what has come. Whether anything happened.
bool Collective::move(const orrery_comm_table &table, orrery_comm *comm) {
  bool moved = false;
  while (Piece *piece = nextPiece(incoming, step().receives)) {
    receive(*piece, table, comm);
    moved = true;
  }
  while (Piece *piece = nextPiece(outgoing, step().sends)) {
    send(*piece, table, comm);
    moved = true;
  }
  for (Stream *stream : {&incoming, &outgoing})
    for (Piece &piece : stream->pieces)
      if (piece.active && table.test(comm, &piece.request)) {
        if (stream == &incoming)
          arrived(piece);
        piece.active = false;
        piece.staging.reset();
        --stream->active;
        moved = true;
      }
  return moved;
}

// The arithmetic of a step without messages.
void Collective::compute() {
  const Step &s = step();
  if (s.kind == Step::Merge)
    combine(element, reduction, s.to, s.from, s.count);
  else if (s.kind == Step::Copy)
    std::memcpy(s.to, s.from, s.count * unit);
  else if (s.kind == Step::Round)
    roundToBF16(reinterpret_cast<float *>(s.to), s.count);
  else if (s.kind == Step::Compare && std::memcmp(&mine, &theirs, sizeof mine) != 0)
    throw Error(ExitFailure, "E0812", "", fmt::format("MISMATCH: this rank is in {}", mine.text()))
        .note(fmt::format("rank {} is in {}", s.receives.front().peer, theirs.text()))
        .help("every rank must call the same collective operations in the same order");
}

bool Collective::advance(const orrery_comm_table &table, orrery_comm *comm) {
  bool any = false;
  while (at < steps.size()) {
    while (move(table, comm))
      any = true;
    if (outgoing.active || incoming.active)
      return any;
    compute();
    ++at;
    outgoing.restart();
    incoming.restart();
    any = true;
  }
  scratch.clear();
  done.store(true, std::memory_order_release);
  return true;
}

} // namespace orrery::runtime
