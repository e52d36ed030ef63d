// The gradient of a training step: micro-batches, shared out over the ranks and added up.
#include "runtime/program/Step.h"
#include "runtime/program/Ranks.h"

#include <bit>
#include <cstring>
#include <fmt/format.h>

namespace orrery::runtime {

static void checkMicro(const Model &model, const Call &call) {
  int64_t micro = model.descriptor().train.micro;
  for (const Slot &slot : call.entry().inputs)
    if (slot.role == "samples" && slot.isSized() && int64_t(slot.count()) != micro)
      throw Error(ExitFailure, "E0999", "",
                  fmt::format("the gradient entry takes {} samples and not {}: a fault of the "
                              "compiler that made this program",
                              slot.count(), micro));
}

static std::vector<std::string> namesOfTerms(const Call &call) {
  std::vector<std::string> names;
  for (const Slot &slot : call.entry().outputs)
    if (slot.role == "term")
      names.push_back(slot.name);
  return names;
}

Step::Step(const Model &model, World &world, StepOptions options)
    : model(model), world(world), options(options),
      gradient(model, *model.descriptor().entry("gradient")),
      shards(size_t(model.descriptor().train.parts)),
      leaves(options.reproducible ? std::bit_ceil(shards) : shards),
      mine(shardsOf(leaves, world.rank(), world.size())),
      atOnce(model.descriptor().train.together && !options.reproducible ? mine.size() : 1),
      termNames(namesOfTerms(gradient)), sums(model, 1 + termNames.size(), options.reproducible) {
  checkMicro(model, gradient);
  checkRanks();
  // A rank whose last leaf is no shard would hear of no bucket.
  overlap = options.overlap && leaves == shards;
  if (options.reproducible)
    subtrees = subtreesOf(mine);
  for (const auto &[begin, end] : model.descriptor().train.buckets)
    parts.push_back({begin, end});
  if (parts.empty())
    parts.push_back({0, model.descriptor().flatSize});
  listener.gradient_ready = [](orrery_context *context, int64_t bucket) {
    static_cast<Listener *>(context)->step->ready(size_t(bucket));
  };
  listener.step = this;
}

void Step::checkRanks() const {
  const Training &train = model.descriptor().train;
  if (world.size() <= 1 || size_t(world.size()) <= shards)
    return;
  if (train.whole)
    throw misfit(world, fmt::format("the loss of '{}' needs the whole batch at once, on one rank",
                                    model.descriptor().model))
        .note(train.whole->why, train.whole->place)
        .onAllRanks();
  if (!train.batch)
    throw misfit(world,
                 fmt::format("a batch in {} micro-batches feeds at most {} ranks", shards, shards))
        .help("build with --set train.batch=N --set train.micro=1: at most N samples in N "
              "micro-batches")
        .onAllRanks();
  throw misfit(world, fmt::format("a batch of {} in micro-batches of {} feeds at most {} ranks",
                                  train.batch, train.micro, shards))
      .help(train.micro > 1
                ? "build with smaller micro-batches, --set train.micro=1, or a larger batch"
                : "build with a larger batch, --set train.batch=N")
      .onAllRanks();
}

void Step::begin() {
  sums.clear();
  requests.assign(parts.size(), {});
  started.assign(parts.size(), false);
}

void Step::runShards(Part part) {
  ShardSums::Sum &sum = sums.begin(part.begin);
  bool last = part.end == mine.end;
  if (part.begin < shards) {
    gradient.bind("gradient", sum.gradients, true);
    gradient.run(last && overlap ? &listener : nullptr);
    sum.numbers[0] = gradient.scalar("loss");
    for (size_t i = 0; i < termNames.size(); ++i)
      sum.numbers[1 + i] = gradient.scalar("term", termNames[i]);
  } else {
    std::memset(sum.gradients.data(), 0, sum.gradients.bytes());
  }
  if (last)
    for (size_t bucket = 0; bucket < parts.size(); ++bucket)
      ready(bucket);
  else
    sums.add({0, model.descriptor().flatSize});
  sums.end();
}

// The same on every rank: the compiled code announces buckets in one order.
void Step::ready(size_t bucket) {
  if (started[bucket])
    return;
  started[bucket] = true;
  sums.add(parts[bucket]);
  if (world.size() > 1)
    requests[bucket] = start(parts[bucket]);
}

Request Step::start(Part elements) {
  Element element = model.realBytes() == 4 ? Element::F32 : Element::F64;
  void *result = sums.gradients().at(elements.begin);
  if (!options.reproducible)
    return world.startAllReduce(result, elements.size(), element);
  std::vector<Subtree> list;
  std::span<ShardSums::Sum> held = sums.sums();
  for (size_t i = 0; i < subtrees.size(); ++i)
    list.push_back({subtrees[i].begin, subtrees[i].size(), held[i].gradients.at(elements.begin)});
  return world.startAllReduceTree(list, leaves, result, elements.size(), element);
}

Request Step::startNumbers() {
  if (!options.reproducible) {
    numbers = sums.sums()[0].numbers;
    return world.startAllReduce(numbers.data(), numbers.size(), Element::F64);
  }
  std::vector<Subtree> list;
  std::span<ShardSums::Sum> held = sums.sums();
  for (size_t i = 0; i < subtrees.size(); ++i)
    list.push_back({subtrees[i].begin, subtrees[i].size(), held[i].numbers.data()});
  numbers.resize(1 + termNames.size());
  return world.startAllReduceTree(list, leaves, numbers.data(), numbers.size(), Element::F64);
}

void Step::finish() {
  auto begin = std::chrono::steady_clock::now();
  Request last = startNumbers();
  for (Request &request : requests)
    world.wait(request);
  world.wait(last);
  waitSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace orrery::runtime
