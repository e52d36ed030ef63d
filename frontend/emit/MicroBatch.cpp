// Cuts the batch of a training step into micro-batches, which ranks share out: as many samples as
// one call of the gradient entry takes, and why that must be all of them where it must.

#include "frontend/emit/Emitter.h"

#include "passes/shard/SplitBatch.h"

namespace orrery::emit {

using namespace lang;

// Why a loss of this program cannot be computed in parts, apart from what its operations say.
static std::string obstacle(const std::vector<Parameter> &parameters, const std::string &batchDim,
                            bool sizeIsRead) {
  if (batchDim.empty())
    return "the data have no dim of samples";
  for (const Parameter &parameter : parameters)
    for (const Dim *dim : parameter.dims)
      if (dim->name == batchDim)
        return "parameter '" + parameter.name + "' has the dim of the samples";
  if (sizeIsRead)
    return "the program computes with '" + batchDim + "', the number of samples";
  return {};
}

static std::string placeOf(mlir::Operation *op) {
  auto place = op->getLoc()->findInstanceOf<mlir::FileLineColLoc>();
  return place ? place.getFilename().str() + ":" + std::to_string(place.getLine()) + ":" +
                     std::to_string(place.getColumn())
               : std::string();
}

// The dims of samples and of what samples are made of: an atom belongs to one structure.
std::vector<llvm::StringRef> Emitter::dimsOfSamples() {
  std::vector<llvm::StringRef> names = {batchOf(batchSize)->ir};
  for (const std::string &name : program.order)
    if (Binding *binding = lookup(name);
        binding && binding->kind == Binding::Kind::Dim && binding->dim->isRunTime())
      names.push_back(binding->dim->ir);
  return names;
}

// The loss is emitted for the whole batch first. If it turns out to be a sum over the samples, that
// is taken back and the loss is emitted for a micro-batch.
bool Emitter::emitLoss() {
  mlir::Operation *before = module.getBody()->empty() ? nullptr : &module.getBody()->back();
  auto formerInstances = instances;
  auto formerSymbols = symbols;
  if (!emitLossOf(batchSize))
    return false;
  std::optional<int64_t> asked = microBatch ? std::optional(microBatch) : std::nullopt;
  setMicroBatch(batchSize);
  std::string place, why = obstacle(parameters, batchDim, batchSizeIsRead);
  if (why.empty())
    if (std::optional<NotAdditive> problem = splitBatch(lossFunction, dimsOfSamples(), 1)) {
      why = problem->why;
      place = placeOf(problem->where);
    }
  if (!why.empty()) {
    trainJson["whole"] = llvm::json::Object{{"place", place}, {"why", why}};
    if (!asked || *asked == batchSize)
      return true;
    error(program.train->range.start(), "E0412",
          "the loss cannot be computed in micro-batches of " + std::to_string(*asked) + ": " + why +
              (place.empty() ? "" : " (" + place + ")"));
    return false;
  }
  setMicroBatch(asked.value_or(defaultMicroBatch()));
  if (microBatch == batchSize)
    return true;
  std::vector<llvm::StringRef> samples = dimsOfSamples();
  if (!isGraph()) { // functions that speak of the size of a batch
    while (!module.getBody()->empty() && &module.getBody()->back() != before)
      module.getBody()->back().erase();
    instances = std::move(formerInstances);
    symbols = std::move(formerSymbols);
    if (!emitLossOf(microBatch))
      return false;
    samples = {dims.get(batchDim, microBatch)->ir};
  }
  size_t scaled = 0;
  if (splitBatch(lossFunction, samples, double(microBatch) / double(batchSize), &scaled)) {
    error(program.train->range.start(), "E0999", "a loss that can be split cannot be split");
    return false;
  }
  // How many structures a call computes is known when it runs. Pieces that nobody asked for are
  // there for ranks to share; what has no samples is scaled for one of them.
  if (isGraph() && !asked && !scaled)
    trainJson["together"] = true;
  return true;
}

void Emitter::setMicroBatch(int64_t size) {
  microBatch = size;
  if (fillsBudget)
    trainJson["parts"] = batchSize / size;
  else
    trainJson["micro"] = size;
}

// The largest that leaves enough shards for a few ranks.
int64_t Emitter::defaultMicroBatch() const {
  if (fillsBudget)
    return 1;
  const int64_t enough = isGraph() ? 4 : 8; // a structure is a small sample
  for (int64_t size = batchSize; size > 1; --size)
    if (batchSize % size == 0 && batchSize / size >= enough)
      return size;
  return 1;
}

// The flat vector of gradients in pieces of about `bucket` KiB, which ranks add up one by one while
// later ones are still being computed. The gradients of the last parameters are final first, so the
// pieces are counted from the end. Returns the piece of each parameter.
std::vector<int64_t> Emitter::cutBuckets() {
  int64_t most =
      trainJson.getInteger("bucket").value_or(1024) * 1024 * 8 / real.getIntOrFloatBitWidth();
  std::vector<int64_t> bucketOf(parameters.size());
  llvm::json::Array ranges;
  int64_t end = flatSize;
  for (size_t i = parameters.size(); i-- > 0;) {
    bucketOf[i] = int64_t(ranges.size());
    if (i > 0 && end - offsets[i] < most)
      continue;
    ranges.push_back(llvm::json::Array{offsets[i], end});
    end = offsets[i];
  }
  trainJson["buckets"] = std::move(ranges);
  return bucketOf;
}

} // namespace orrery::emit
