// Moves the started operations of a rank on.
#include "runtime/comm/Engine.h"
#include "runtime/core/Error.h"

#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <sys/prctl.h>

namespace orrery::runtime {

using Clock = std::chrono::steady_clock;

// Tags of collective operations follow those of single messages, and come again after so many.
constexpr int firstTag = 1024, tags = 16384;

Engine::Engine(const orrery_comm_table &table, orrery_comm *comm, const WorldOptions &options)
    : table(table), comm(comm), options(options) {
  if (!options.progress || !table.any_thread || table.size(comm) == 1)
    return;
  sigset_t all, before; // signals are for the rank itself
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  thread = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Engine::~Engine() {
  {
    auto lock = lockAhead();
    stopping = true;
  }
  changed.notify_all();
  if (thread.joinable())
    thread.join();
}

std::unique_lock<std::mutex> Engine::lockAhead() {
  ++wanted;
  std::unique_lock lock(mutex);
  --wanted;
  return lock;
}

Traffic Engine::traffic() const {
  std::lock_guard lock(mutex);
  return counts;
}

bool Engine::idle() const {
  std::lock_guard lock(mutex);
  return underWay.empty();
}

// Earlier operations first. One that fails is taken off the list; who waits for it is told.
bool Engine::advanceAll() {
  bool moved = false;
  for (const Request &request : underWay) {
    uint64_t before = request->received;
    try {
      moved |= request->advance(table, comm);
    } catch (...) {
      request->fail(std::current_exception());
      moved = true;
    }
    counts.received += request->received - before;
    counts.whileWaiting += waiting ? request->received - before : 0;
  }
  if (moved)
    std::erase_if(underWay, [](const Request &request) { return request->finished(); });
  return moved;
}

void Engine::enter(const Request &request, int tag) {
  request->tag = tag >= 0 ? tag : firstTag + int(request->sequence % tags);
  underWay.push_back(request);
  advanceAll();
}

void Engine::start(const Request &request) {
  {
    auto lock = lockAhead();
    enter(request, -1);
  }
  changed.notify_all();
}

// The thread is not called for what its rank waits for.
void Engine::perform(const Request &request, int tag) {
  {
    auto lock = lockAhead();
    waiting = true;
    enter(request, tag);
  }
  wait(request);
}

void Engine::poll() {
  auto lock = lockAhead();
  if (!advanceAll())
    table.idle(comm, 0);
}

// While a rank waits it has nothing better to do than to move things on itself; the thread sleeps
// for lack of the lock.
void Engine::wait(const Request &request) {
  {
    auto lock = lockAhead();
    waiting = true;
    auto last = Clock::now();
    for (unsigned idles = 0; !request->finished();) {
      if (advanceAll()) {
        idles = 0;
        continue;
      }
      if (table.idle(comm, 1))
        throw Error(ExitFailure, "E0811", "",
                    fmt::format("DEADLOCK: rank {} waits for rank {} in {}", table.rank(comm),
                                request->waitsFor(), request->describe().text()));
      if (options.timeout <= 0)
        continue;
      // A look at the clock now and then.
      if (idles++ == 0)
        last = Clock::now();
      else if (idles % 256 == 0)
        waited(request, std::chrono::duration<double>(Clock::now() - last).count());
    }
    waiting = false;
  }
  if (request->failure)
    std::rethrow_exception(request->failure);
}

// Takes no lock: this may be another thread, while the rank itself waits for ever.
void Engine::halt() { stopping = true; }

void Engine::waited(const Request &request, double seconds) {
  if (seconds <= options.timeout)
    return;
  stopping = true; // the memory of what is under way may be gone soon
  throw Error(ExitAgain, "E0814", "",
              fmt::format("rank {} has waited {:.0f} s for rank {} in {}", table.rank(comm),
                          seconds, request->waitsFor(), request->describe().text()))
      .note("that rank is stuck, very slow, or gone");
}

// Polls, more and more rarely while nothing happens, so that computation keeps the processor.
void Engine::run() {
  prctl(PR_SET_TIMERSLACK, 1000);
  constexpr auto shortest = std::chrono::microseconds(10), longest = std::chrono::microseconds(200);
  auto pause = shortest;
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [&] { return stopping || !underWay.empty(); });
    if (stopping)
      return;
    pause = advanceAll() ? shortest : std::min(2 * pause, longest);
    lock.unlock();
    do
      std::this_thread::sleep_for(pause);
    while (wanted.load());
    lock.lock();
  }
}

} // namespace orrery::runtime
