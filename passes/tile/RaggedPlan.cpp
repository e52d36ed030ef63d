// Decides how a kernel along a dim of run-time size is run.

#include "passes/tile/RaggedPlan.h"

#include "passes/shape/SmallContraction.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace orrery;

namespace {

// At most so many copies of one operation, and of all together.
constexpr int64_t mostUnrolled = 96, mostCopies = 3000;
// A static dim shorter than this is unrolled rather than swept by vectors.
constexpr int64_t shortestRow = 8;
// A product of fewer numbers an element is not worth a way through memory.
constexpr int64_t fewestNumbers = 8;
// The tiles of a kernel stay in the second cache. Heights are multiples of the rows that have their
// sums in registers.
constexpr int64_t tileBytes = 1 << 17, mostTile = 30, tileStep = 6;

SmallVector<StringAttr> runTimeNames(Type type) {
  SmallVector<StringAttr> names;
  auto tensor = cast<RankedTensorType>(type);
  for (auto [name, size] : llvm::zip(field::namesOf(type), tensor.getShape()))
    if (ShapedType::isDynamic(size))
      names.push_back(name);
  return names;
}

bool has(Type type, StringAttr name) { return field::axisOf(type, name) >= 0; }

bool isSum(Operation *op) { return isa<field::ReduceOp, field::ContractOp>(op); }

} // namespace

SmallVector<StringAttr> orrery::summedBy(Operation *sum) {
  SmallVector<StringAttr> names;
  for (auto name : sum->getAttrOfType<ArrayAttr>("over").getAsRange<StringAttr>())
    names.push_back(name);
  return names;
}

SmallVector<StringAttr> RaggedPlan::unrolled(Value value) const {
  SmallVector<StringAttr> names;
  auto type = cast<RankedTensorType>(value.getType());
  for (auto [name, size] : llvm::zip(field::namesOf(type), type.getShape()))
    if (!ShapedType::isDynamic(size) && name != row && name != target)
      names.push_back(name);
  return names;
}

static std::string unfit(func::FuncOp kernel) {
  for (Operation &op : kernel.front().without_terminator()) {
    if (auto constant = dyn_cast<field::ConstantOp>(op)) {
      if (!isa<SplatElementsAttr>(constant.getValue()))
        return "it holds a constant array";
    } else if (auto gather = dyn_cast<graph::GatherOp>(op)) {
      if (!isa<BlockArgument>(gather.getInput()))
        return "it gathers from what it makes itself";
    } else if (auto contract = dyn_cast<field::ContractOp>(op)) {
      if (!isSmallContraction(&op))
        return "it holds a contraction";
      if (contract.getLhs().getType().getElementType() != contract.getType().getElementType() ||
          contract.getRhs().getType().getElementType() != contract.getType().getElementType())
        return "it holds a contraction of several widths";
    } else if (!isa<ElementwiseOp, field::ReduceOp, field::ExtractOp, field::StackOp,
                    field::BroadcastOp, field::SliceOp, field::PadOp, field::IotaOp,
                    graph::SegmentOp>(op)) {
      return ("it holds " + op.getName().getStringRef()).str();
    }
  }
  return "";
}

std::string RaggedPlan::findMain(func::FuncOp kernel) {
  auto note = [&](StringAttr name) {
    if (!main)
      main = name;
    return name == main;
  };
  for (Operation &op : kernel.front().without_terminator()) {
    if (auto segment = dyn_cast<graph::SegmentOp>(op)) {
      segments.push_back(segment);
      target = segment.getTo();
      if (!note(segment.getFrom()))
        return "it runs along two dims";
      if (segment.getRanges() != segments[0].getRanges() ||
          segment.getOrder() != segments[0].getOrder())
        return "it sums over segments of two maps";
      if (!llvm::all_of(segment->getUsers(), llvm::IsaPred<func::ReturnOp>))
        return "it goes on computing with a segment's sum";
      continue;
    }
    SmallVector<StringAttr> names = runTimeNames(op.getResult(0).getType());
    if (isSum(&op))
      for (Value operand : op.getOperands())
        for (StringAttr name : runTimeNames(operand.getType()))
          if (!llvm::is_contained(names, name))
            names.push_back(name);
    for (StringAttr name : names)
      if (!note(name))
        return "it runs along two dims";
  }
  return main ? "" : "no dim of it has a run-time size";
}

// The innermost name of the largest array, as far as sizes are known.
void RaggedPlan::chooseRow(func::FuncOp kernel) {
  int64_t most = 0;
  auto consider = [&](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || tensor.getRank() == 0 || tensor.isDynamicDim(tensor.getRank() - 1) ||
        !isa<FloatType>(tensor.getElementType()) || tensor.hasStaticShape())
      return;
    int64_t size = tensor.getDimSize(tensor.getRank() - 1);
    if (size < shortestRow || field::elementsOf(type) <= most)
      return;
    most = field::elementsOf(type);
    row = field::namesOf(type).back();
    rowSize = size;
  };
  for (Type type : kernel.getArgumentTypes())
    consider(type);
  for (Operation &op : kernel.front().without_terminator())
    for (Type type : op.getResultTypes())
      consider(type);
}

const RaggedProduct *RaggedPlan::productOf(Operation *sum) const {
  auto found = llvm::find_if(products, [&](const RaggedProduct &p) { return p.sum == sum; });
  return found == products.end() ? nullptr : found;
}

int RaggedPlan::sweepOf(const RaggedProduct &product) const {
  return std::max(sweep.lookup(product.sum->getOperand(0)),
                  sweep.lookup(product.sum->getOperand(1)));
}

std::optional<RaggedProduct> RaggedPlan::asProduct(field::ContractOp sum) const {
  RaggedProduct product{sum, {}, {}, {}};
  for (Value array : {sum.getLhs(), sum.getRhs(), sum.getResult()}) {
    bool along = has(array.getType(), main), inRow = hasRow(array);
    if (!along && !inRow)
      return std::nullopt;
    Value &role = !inRow ? product.numbers : along ? product.vectors : product.matrix;
    if (role)
      return std::nullopt;
    role = array;
  }
  if (!product.makes(product.matrix) && !isa<BlockArgument>(product.matrix))
    return std::nullopt;
  // The unrolled names of numbers and vectors are the matrix's.
  SmallVector<StringAttr> names = unrolled(product.numbers);
  int64_t depth = 1;
  for (StringAttr name : names)
    depth *= field::sizeOf(product.numbers.getType(), name);
  llvm::append_range(names, unrolled(product.vectors));
  bool fit =
      field::isStatic(product.matrix.getType()) &&
      names.size() + 1 == field::namesOf(product.matrix).size() &&
      llvm::all_of(names, [&](StringAttr name) { return has(product.matrix.getType(), name); });
  return fit && depth >= fewestNumbers ? std::optional(product) : std::nullopt;
}

void RaggedPlan::findProducts(func::FuncOp kernel) {
  if (!row)
    return;
  for (auto sum : kernel.getOps<field::ContractOp>())
    if (std::optional<RaggedProduct> product = asProduct(sum))
      products.push_back(*product);
}

// What products read and make, and sums that are read in a later sweep. Where it is too much,
// element follows element.
void RaggedPlan::sizeTile() {
  if (products.empty())
    return;
  llvm::SmallSetVector<Value, 8> all;
  for (const RaggedProduct &product : products)
    for (Value array : {product.numbers, product.vectors})
      all.insert(array);
  for (Operation *sum : rowSums)
    all.insert(sum->getResult(0));
  kept = all.takeVector();
  int64_t bytes = 0;
  for (Value array : kept) {
    int64_t numbers = hasRow(array) ? rowSize : 1;
    for (StringAttr name : unrolled(array))
      numbers *= field::sizeOf(array.getType(), name);
    bytes += numbers * ((getElementTypeOrSelf(array).getIntOrFloatBitWidth() + 7) / 8);
  }
  tile = std::min(mostTile, tileBytes / bytes) / tileStep * tileStep;
  if (tile > 0)
    return;
  tile = 1;
  products.clear();
  kept.clear();
}

std::string RaggedPlan::sortSums(func::FuncOp kernel) {
  for (Operation &op : kernel.front().without_terminator()) {
    if (!isSum(&op))
      continue;
    SmallVector<StringAttr> over = summedBy(&op);
    if (llvm::is_contained(over, main)) {
      auto reduce = dyn_cast<field::ReduceOp>(op);
      if (reduce && reduce.getKind() != field::ReduceKind::Sum)
        return "it takes a maximum over all of '" + main.getValue().str() + "'";
      if (!llvm::all_of(op.getUsers(), llvm::IsaPred<func::ReturnOp>))
        return "it goes on computing with a sum over '" + main.getValue().str() + "'";
      columnSums.push_back(&op);
    } else if (row && llvm::is_contained(over, row)) {
      rowSums.push_back(&op);
    }
  }
  return "";
}

std::string RaggedPlan::sortResults(func::FuncOp kernel) {
  for (Value returned : kernel.front().getTerminator()->getOperands()) {
    Operation *op = returned.getDefiningOp();
    if (!op)
      return "it returns what it was given";
    if (isa<graph::SegmentOp>(op) || llvm::is_contained(columnSums, op))
      continue;
    if (!has(returned.getType(), main))
      return "a result lacks '" + main.getValue().str() + "'";
    if (!llvm::is_contained(stored, returned))
      stored.push_back(returned);
  }
  return "";
}

// Vectors are read and written where the row lies innermost. Arrays of static size can be turned
// round beforehand.
std::string RaggedPlan::judgeLayout(func::FuncOp kernel) const {
  auto innermost = [&](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return !tensor || !row || !has(type, row) || tensor.hasStaticShape() ||
           field::namesOf(type).back() == row;
  };
  for (Type type : llvm::concat<const Type>(kernel.getArgumentTypes(), kernel.getResultTypes()))
    if (!innermost(type))
      return "the vectors' dim is not innermost in an array";
  for (auto gather : kernel.getOps<graph::GatherOp>())
    if (row && has(gather.getInput().getType(), row) &&
        field::namesOf(gather.getInput()).back() != row)
      return "the vectors' dim is not innermost in an array that is gathered";
  for (Operation &op : kernel.front().without_terminator())
    for (StringRef key : {"dim", "as"})
      if (auto name = op.getAttrOfType<StringAttr>(key); name && name == row)
        return "it cuts or joins the vectors' dim";
  return "";
}

std::string RaggedPlan::judgeSize(func::FuncOp kernel) const {
  int64_t copies = 0;
  for (Operation &op : kernel.front().without_terminator()) {
    if (productOf(&op))
      continue;
    llvm::SmallSetVector<StringAttr, 8> names;
    int64_t product = 1;
    auto count = [&](Value value) {
      for (StringAttr name : unrolled(value))
        if (names.insert(name))
          product *= field::sizeOf(value.getType(), name);
    };
    count(op.getResult(0));
    if (isSum(&op))
      for (Value operand : op.getOperands())
        count(operand);
    if (product > mostUnrolled)
      return "too much of it would be unrolled";
    copies += product;
  }
  return copies > mostCopies ? "too much of it would be unrolled" : "";
}

void RaggedPlan::countSweeps(func::FuncOp kernel) {
  for (Operation &op : kernel.front().without_terminator()) {
    int known = 0;
    for (Value operand : op.getOperands())
      known = std::max(known, sweep.lookup(operand));
    if (llvm::is_contained(rowSums, &op))
      ++known;
    sweep[op.getResult(0)] = known;
    sweeps = std::max(sweeps, known + 1);
  }
}

std::optional<RaggedPlan> RaggedPlan::make(func::FuncOp kernel, std::string &why) {
  RaggedPlan plan;
  why = unfit(kernel);
  if (why.empty())
    why = plan.findMain(kernel);
  if (why.empty()) {
    plan.chooseRow(kernel);
    plan.findProducts(kernel);
    why = plan.sortSums(kernel);
    plan.sizeTile();
  }
  if (why.empty())
    why = plan.sortResults(kernel);
  if (why.empty())
    why = plan.judgeLayout(kernel);
  if (why.empty())
    why = plan.judgeSize(kernel);
  if (!why.empty())
    return std::nullopt;
  plan.countSweeps(kernel);
  return plan;
}
