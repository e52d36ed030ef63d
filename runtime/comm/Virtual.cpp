// Many ranks in one process: fibers that take turns, with real messages and real data.
#include "runtime/comm/Virtual.h"
#include "runtime/comm/Mailbox.h"
#include "runtime/core/Error.h"

#include <cstring>
#include <cxxabi.h>
#include <deque>
#include <fmt/format.h>
#include <sys/mman.h>
#include <ucontext.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define ORRERY_ASAN 1
#endif
#endif

namespace orrery::runtime {
namespace {
// Ends a rank that called World::abort.
struct Aborted {
  int code;
};

// What the C++ runtime keeps a thread about exceptions being handled; a fiber takes it along.
struct ExceptionState {
  void *caught = nullptr;
  unsigned uncaught = 0;
  void swap() {
    auto *current = reinterpret_cast<ExceptionState *>(abi::__cxa_get_globals());
    std::swap(current->caught, caught);
    std::swap(current->uncaught, uncaught);
  }
};

// A stack, as AddressSanitizer must know it: switching to another one is told before and after.
struct Stack {
  const void *bottom = nullptr;
  size_t size = 0;
  void *fake = nullptr;
  void leave(const Stack &to, bool forGood = false) {
#ifdef ORRERY_ASAN
    __sanitizer_start_switch_fiber(forGood ? nullptr : &fake, to.bottom, to.size);
#endif
  }
  void arrive(Stack *from = nullptr) {
#ifdef ORRERY_ASAN
    __sanitizer_finish_switch_fiber(fake, from ? &from->bottom : nullptr,
                                    from ? &from->size : nullptr);
#endif
  }
};

class Machine;

// One rank: a fiber.
struct Rank {
  Machine *machine = nullptr;
  int rank = 0;
  ucontext_t context;
  Stack stack;
  ExceptionState exceptions;
  bool woken = false, blocked = false, finished = false;
  std::exception_ptr error;
};

// What others see of it.
orrery_comm *end(Rank &rank) { return reinterpret_cast<orrery_comm *>(&rank); }
Rank &of(orrery_comm *c) { return *reinterpret_cast<Rank *>(c); }

class Machine {
public:
  Machine(int ranks, const std::function<void(World &)> &program, const VirtualOptions &options);
  ~Machine();
  void run();
  void post(Rank &rank, const Letter &letter, orrery_comm_request *request);
  int idle(Rank &rank, bool wait);

  const VirtualOptions &options;
  Mailbox mailbox;
  std::vector<Rank> ranks;
  bool dead = false; // every rank waits: no message will come any more

private:
  static void enter(unsigned low, unsigned high);
  void body(Rank &rank);
  void resume(Rank &rank);
  void leave(Rank &rank);
  void wake(int rank);
  [[noreturn]] void fail();

  const std::function<void(World &)> &program;
  std::deque<Rank *> ready;
  ucontext_t scheduler;
  ExceptionState exceptions;
  char *stacks = nullptr;
  size_t stackBytes;
  Stack stack;
};

int nodeSize(const Rank &c) {
  int perNode = c.machine->options.ranksPerNode, all = int(c.machine->ranks.size());
  return std::min(perNode, all - c.rank / perNode * perNode);
}

const orrery_comm_table fibers = {
    .version = ORRERY_COMM_VERSION,
    .any_thread = 0,
    .name = [](orrery_comm *) { return "virtual"; },
    .rank = [](orrery_comm *c) { return of(c).rank; },
    .size = [](orrery_comm *c) { return int(of(c).machine->ranks.size()); },
    .local_rank = [](orrery_comm *c) { return of(c).rank % of(c).machine->options.ranksPerNode; },
    .local_size = [](orrery_comm *c) { return nodeSize(of(c)); },
    .node = [](orrery_comm *c) { return of(c).rank / of(c).machine->options.ranksPerNode; },
    .nodes =
        [](orrery_comm *c) {
          int perNode = of(c).machine->options.ranksPerNode;
          return (int(of(c).machine->ranks.size()) + perNode - 1) / perNode;
        },
    .isend =
        [](orrery_comm *c, const void *data, uint64_t bytes, int to, int tag,
           orrery_comm_request *request) {
          of(c).machine->post(of(c), Letter::sent(of(c).rank, data, bytes, to, tag), request);
        },
    .irecv =
        [](orrery_comm *c, void *data, uint64_t bytes, int from, int tag,
           orrery_comm_request *request) {
          of(c).machine->post(of(c), Letter::received(of(c).rank, data, bytes, from, tag), request);
        },
    .test =
        [](orrery_comm *c, orrery_comm_request *request) {
          auto *letter = reinterpret_cast<Letter *>(request->words[0]);
          return int(letter && of(c).machine->mailbox.taken(letter));
        },
    .idle = [](orrery_comm *c, int wait) { return of(c).machine->idle(of(c), wait != 0); },
    .abort = [](orrery_comm *, int code) { throw Aborted{code}; },
    .close = [](orrery_comm *) {},
};

// Stacks lie side by side, each with a page below it that may not be touched. Tens of thousands of
// such pages are more pieces than the kernel allows a process, so then there are none.
Machine::Machine(int count, const std::function<void(World &)> &program,
                 const VirtualOptions &options)
    : options(options), mailbox(count, [this](int rank) { wake(rank); }), ranks(size_t(count)),
      program(program), stackBytes((options.stackBytes + 4095) / 4096 * 4096 + 4096) {
  void *memory = mmap(nullptr, stackBytes * size_t(count), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    throw Error(ExitResources, "E0905", "", fmt::format("no memory for {} virtual ranks", count));
  stacks = static_cast<char *>(memory);
  for (int i = 0; i < count; ++i) {
    Rank &rank = ranks[size_t(i)];
    rank.machine = this;
    rank.rank = i;
    char *bottom = stacks + stackBytes * size_t(i);
    if (count <= 16384)
      mprotect(bottom, 4096, PROT_NONE);
    rank.stack = {.bottom = bottom + 4096, .size = stackBytes - 4096};
    getcontext(&rank.context);
    rank.context.uc_stack.ss_sp = bottom + 4096;
    rank.context.uc_stack.ss_size = rank.stack.size;
    rank.context.uc_link = nullptr;
    auto address = reinterpret_cast<uintptr_t>(&rank);
    makecontext(&rank.context, reinterpret_cast<void (*)()>(enter), 2, unsigned(address),
                unsigned(address >> 32));
    ready.push_back(&rank);
  }
}

Machine::~Machine() { munmap(stacks, stackBytes * ranks.size()); }

void Machine::enter(unsigned low, unsigned high) {
  auto *rank = reinterpret_cast<Rank *>(uintptr_t(high) << 32 | low);
  rank->stack.arrive(&rank->machine->stack);
  rank->machine->body(*rank);
}

void Machine::body(Rank &rank) {
  try {
    World world(fibers, end(rank), {.check = options.check, .progress = false});
    program(world);
  } catch (...) {
    rank.error = std::current_exception();
  }
  mailbox.forget(rank.rank);
  rank.finished = true;
  leave(rank);
}

void Machine::resume(Rank &rank) {
  exceptions.swap();
  rank.exceptions.swap();
  stack.leave(rank.stack);
  swapcontext(&scheduler, &rank.context);
  stack.arrive();
}

// Back to the scheduler.
void Machine::leave(Rank &rank) {
  rank.exceptions.swap();
  exceptions.swap();
  rank.stack.leave(stack, rank.finished);
  swapcontext(&rank.context, &scheduler);
  rank.stack.arrive(&stack);
}

void Machine::post(Rank &rank, const Letter &letter, orrery_comm_request *request) {
  request->words[0] = 0;
  if (dead)
    return;
  Letter *posted = mailbox.post(letter);
  if (!posted)
    throw Error(ExitFailure, "E0812", "",
                fmt::format("MISMATCH: ranks {} and {} disagree about the length of a message",
                            rank.rank, letter.peer));
  request->words[0] = reinterpret_cast<uint64_t>(posted);
}

void Machine::wake(int rank) {
  Rank &woken = ranks[size_t(rank)];
  woken.woken = true;
  if (woken.blocked) {
    woken.blocked = false;
    ready.push_back(&woken);
  }
}

int Machine::idle(Rank &rank, bool wait) {
  if (dead)
    return wait;
  if (!wait)
    ready.push_back(&rank);
  else if (!rank.woken)
    rank.blocked = true;
  if (!wait || rank.blocked)
    leave(rank);
  rank.woken = false;
  return wait && dead;
}

void Machine::run() {
  while (true) {
    while (!ready.empty()) {
      Rank *next = ready.front();
      ready.pop_front();
      resume(*next);
    }
    for (Rank &rank : ranks)
      if (!rank.finished)
        ready.push_back(&rank);
    if (ready.empty())
      break;
    dead = true; // each of them is told, and ends with an error
  }
  for (Rank &rank : ranks)
    if (rank.error)
      fail();
}

// An error of a rank's own comes before that of waiting for a rank that failed.
void Machine::fail() {
  constexpr size_t mostNotes = 7;
  std::vector<Error> waiting;
  for (Rank &rank : ranks)
    try {
      if (rank.error)
        std::rethrow_exception(rank.error);
    } catch (const Aborted &aborted) {
      throw Error(Exit(aborted.code), "", "",
                  fmt::format("rank {} ended all ranks with code {}", rank.rank, aborted.code));
    } catch (Error &error) {
      if (error.code != "E0811")
        throw std::move(error).note(fmt::format("on rank {} of {}", rank.rank, ranks.size()));
      waiting.push_back(std::move(error));
    }
  Error first = std::move(waiting.front());
  for (size_t i = 1; i < std::min(waiting.size(), mostNotes + 1); ++i)
    first.notes.push_back(
        {"note", "", std::string(waiting[i].what()).substr(strlen("DEADLOCK: "))});
  if (waiting.size() > mostNotes + 1)
    first.notes.push_back({"note", "", fmt::format("{} ranks wait in all", waiting.size())});
  for (Rank &rank : ranks)
    if (!rank.error) {
      first.notes.push_back({"note", "", fmt::format("rank {} has finished", rank.rank)});
      break;
    }
  throw first;
}
} // namespace

void runRanks(int ranks, const std::function<void(World &)> &program,
              const VirtualOptions &options) {
  if (ranks < 1)
    throw Error(ExitUsage, "E0801", "", fmt::format("{} is no number of ranks", ranks));
  Machine(ranks, program, options).run();
}

} // namespace orrery::runtime
