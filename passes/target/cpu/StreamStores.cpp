// Stores results that no cache can hold past the caches.

#include "passes/target/cpu/Passes.h"

#include "passes/group/Outline.h"
#include "passes/memory/Placement.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"

#include <map>
#include <numeric>
#include <set>

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_STREAMSTORES
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

namespace {

// What the caches exchange with memory. A line that is only half written is read first.
constexpr int64_t lineBytes = 64;
static_assert(orrery::bufferAlignment % lineBytes == 0, "lines begin where buffers do");

// A sum of values, each times a number, and a number. Loops are counted by their turns.
struct Linear {
  int64_t constant = 0;
  std::map<const void *, int64_t> terms;

  void add(const Linear &other, int64_t times) {
    constant += other.constant * times;
    for (auto [value, factor] : other.terms)
      if ((terms[value] += factor * times) == 0)
        terms.erase(value);
  }
  int64_t of(Value value) const {
    auto it = terms.find(value.getAsOpaquePointer());
    return it == terms.end() ? 0 : it->second;
  }
  int64_t divisor() const {
    int64_t result = 0;
    for (auto [value, factor] : terms)
      result = std::gcd(result, factor);
    return result;
  }
};

// Where a loop's index begins and what it grows by, or nothing if the value is none.
std::optional<std::pair<Value, Value>> loopOf(Value value) {
  auto index = dyn_cast<BlockArgument>(value);
  if (!index)
    return std::nullopt;
  Operation *parent = index.getOwner()->getParentOp();
  unsigned n = index.getArgNumber();
  if (auto loop = dyn_cast<scf::ForOp>(parent); loop && loop.getInductionVar() == value)
    return std::pair(loop.getLowerBound(), loop.getStep());
  if (auto loop = dyn_cast<scf::ParallelOp>(parent))
    return std::pair<Value, Value>(loop.getLowerBound()[n], loop.getStep()[n]);
  if (auto loop = dyn_cast<omp::LoopNestOp>(parent))
    return std::pair<Value, Value>(loop.getLoopLowerBounds()[n], loop.getLoopSteps()[n]);
  return std::nullopt;
}

Linear linear(Value value) {
  Linear result;
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number))) {
    result.constant = number.getSExtValue();
    return result;
  }
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op)) {
    result = linear(op->getOperand(0));
    result.add(linear(op->getOperand(1)), isa<arith::AddIOp>(op) ? 1 : -1);
    return result;
  }
  if (auto product = dyn_cast_if_present<arith::MulIOp>(op))
    for (auto [factor, other] : {std::pair(product.getLhs(), product.getRhs()),
                                 std::pair(product.getRhs(), product.getLhs())})
      if (matchPattern(factor, m_ConstantInt(&number))) {
        result.add(linear(other), number.getSExtValue());
        return result;
      }
  if (auto loop = loopOf(value); loop && matchPattern(loop->second, m_ConstantInt(&number))) {
    result = linear(loop->first);
    result.terms[value.getAsOpaquePointer()] += number.getSExtValue();
    return result;
  }
  result.terms[value.getAsOpaquePointer()] = 1;
  return result;
}

// The indices of the loops around an operation of the kernel, the innermost first; nothing where
// it is not known how often it runs.
std::optional<SmallVector<Value>> loopsAround(Operation *op) {
  SmallVector<Value> indices;
  for (op = op->getParentOp(); !isa<func::FuncOp>(op); op = op->getParentOp()) {
    if (auto loop = dyn_cast<scf::ForOp>(op))
      indices.push_back(loop.getInductionVar());
    else if (auto loop = dyn_cast<scf::ParallelOp>(op))
      llvm::append_range(indices, llvm::reverse(loop.getInductionVars()));
    else if (auto loop = dyn_cast<omp::LoopNestOp>(op))
      llvm::append_range(indices, llvm::reverse(loop.getIVs()));
    else if (!isa<scf::IfOp, memref::AllocaScopeOp, omp::WsloopOp, omp::ParallelOp>(op))
      return std::nullopt;
  }
  return indices;
}

// The stores to one result of a kernel.
class Result {
public:
  Result(BlockArgument buffer) : buffer(buffer), type(cast<MemRefType>(buffer.getType())) {}

  bool isLarger(int64_t bytes) const {
    return type.hasStaticShape() && type.getElementType().isIntOrFloat() &&
           type.getNumElements() * type.getElementTypeBitWidth() / 8 > bytes;
  }
  bool canStream();
  ArrayRef<vector::StoreOp> all() const { return stores; }

private:
  // Stores side by side in one block: all but the constant of their place is the same.
  struct Side {
    Value innermost; // the loop around them
    int64_t element = 0, vector = 0;
    std::set<int64_t> at; // bytes
    bool fillsLines(int64_t divisor, int64_t perTurn) const;
  };
  using Key = std::pair<Block *, std::map<const void *, int64_t>>;

  bool collect();
  bool place(vector::StoreOp store);

  BlockArgument buffer;
  MemRefType type;
  SmallVector<vector::StoreOp> stores;
  std::map<Key, Side> sides;
};

// After all fences of a kernel every worker sees what it wrote.
class Fences {
public:
  bool canFollow(Operation *store);
  void add(Operation *store);
  void emit(func::FuncOp kernel);

private:
  llvm::SetVector<Operation *> parallels;
  bool isOutside = false;
};

struct StreamStores : orrery::impl::StreamStoresBase<StreamStores> {
  using StreamStoresBase::StreamStoresBase;
  void runOnOperation() override;
};
} // namespace

// Whatever else is done with the result, above all reading it, wants it in the cache.
bool Result::collect() {
  SmallVector<Value> open = {buffer};
  while (!open.empty())
    for (Operation *user : open.pop_back_val().getUsers()) {
      if (isa<memref::CollapseShapeOp, memref::ExpandShapeOp>(user))
        open.push_back(user->getResult(0));
      else if (auto store = dyn_cast<vector::StoreOp>(user))
        stores.push_back(store);
      else
        return false;
    }
  return !stores.empty();
}

// Is the vector aligned, and written in one turn of all loops around it?
bool Result::place(vector::StoreOp store) {
  MemRefType memory = store.getMemRefType();
  VectorType vector = store.getVectorType();
  std::optional<SmallVector<Value>> loops = loopsAround(store);
  if (!memory.getLayout().isIdentity() || !memory.hasStaticShape() || vector.getRank() != 1 ||
      vector.getElementType() != memory.getElementType() || !loops)
    return false;
  Linear at;
  int64_t stride = 1;
  for (int64_t axis = memory.getRank(); axis-- > 0; stride *= memory.getDimSize(axis))
    at.add(linear(store.getIndices()[axis]), stride);
  int64_t element = memory.getElementTypeBitWidth() / 8, bytes = element * vector.getNumElements();
  // Narrower and wider ones are no instruction's.
  if (bytes < 16 || bytes > lineBytes || !llvm::isPowerOf2_64(bytes))
    return false;
  if (std::gcd(at.divisor(), at.constant) * element % bytes != 0 ||
      llvm::any_of(*loops, [&](Value index) { return at.of(index) == 0; }))
    return false;
  Side &side = sides[Key(store->getBlock(), at.terms)];
  side.innermost = loops->empty() ? Value() : loops->front();
  side.element = element;
  side.vector = bytes;
  side.at.insert(at.constant * element);
  return true;
}

// Lines are whole where the vectors of one turn make whole lines, or those of the turns of the
// innermost loop follow each other.
bool Result::Side::fillsLines(int64_t divisor, int64_t perTurn) const {
  auto isWhole = [&](int64_t byte) {
    int64_t line = llvm::divideFloorSigned(byte, lineBytes) * lineBytes;
    for (int64_t part = line; part < line + lineBytes; part += vector)
      if (!at.count(part))
        return false;
    return true;
  };
  if (divisor % lineBytes == 0 && llvm::all_of(at, isWhole))
    return true;
  int64_t bytes = vector * int64_t(at.size());
  return *at.rbegin() + vector - *at.begin() == bytes && perTurn == bytes;
}

bool Result::canStream() {
  if (!collect() || !llvm::all_of(stores, [&](vector::StoreOp store) { return place(store); }))
    return false;
  return llvm::all_of(sides, [](auto &entry) {
    auto &[key, side] = entry;
    Linear terms{0, key.second};
    return side.fillsLines(terms.divisor() * side.element,
                           side.innermost ? terms.of(side.innermost) * side.element : 0);
  });
}

bool Fences::canFollow(Operation *store) {
  auto parallel = store->getParentOfType<omp::ParallelOp>();
  if (!parallel)
    return true;
  // Behind the loop, before its workers wait for each other.
  auto loop = dyn_cast<omp::WsloopOp>(&parallel.getRegion().front().front());
  return !parallel->getParentOfType<omp::ParallelOp>() && loop && loop.getReductionVars().empty() &&
         isa_and_nonnull<omp::TerminatorOp>(loop->getNextNode());
}

void Fences::add(Operation *store) {
  if (auto parallel = store->getParentOfType<omp::ParallelOp>())
    parallels.insert(parallel);
  else
    isOutside = true;
}

void Fences::emit(func::FuncOp kernel) {
  OpBuilder builder(kernel.getContext());
  auto fence = [&](Operation *before) {
    builder.setInsertionPoint(before);
    LLVM::CallIntrinsicOp::create(builder, before->getLoc(),
                                  builder.getStringAttr("llvm.x86.sse.sfence"), ValueRange());
  };
  for (Operation *parallel : parallels) {
    Block &body = parallel->getRegion(0).front();
    cast<omp::WsloopOp>(body.front()).setNowait(true); // the parallel region's end waits
    fence(body.getTerminator());
  }
  if (isOutside)
    kernel.walk([&](func::ReturnOp end) { fence(end); });
}

void StreamStores::runOnOperation() {
  func::FuncOp kernel = getOperation();
  if (!orrery::isKernel(kernel) || kernel.isExternal())
    return;
  Fences fences;
  for (BlockArgument argument : kernel.getArguments()) {
    if (!isa<MemRefType>(argument.getType()))
      continue;
    Result result(argument);
    if (!result.isLarger(cacheBytes) || !result.canStream() ||
        !llvm::all_of(result.all(), [&](Operation *store) { return fences.canFollow(store); }))
      continue;
    for (vector::StoreOp store : result.all()) {
      VectorType type = store.getVectorType();
      store.setNontemporal(true);
      store.setAlignment(type.getNumElements() * type.getElementTypeBitWidth() / 8);
      fences.add(store);
    }
    remark::passed(result.all().front()->getLoc(),
                   remark::RemarkOpts::name("Streamed").category("memory"))
        << "the result is larger than the cache and is stored past it";
  }
  fences.emit(kernel);
}
