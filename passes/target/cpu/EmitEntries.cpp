// Adds the C interface of a compiled module: a wrapper for each public function, and the tables
// that describe them.

#include "passes/target/cpu/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_EMITENTRIES
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

namespace {

struct Entry {
  LLVM::LLVMFuncOp wrapper;
  StringRef name;
  int64_t arenaBytes, liveBytes;
  double flops, bytes;
  LLVM::LLVMFuncOp arenaOf; // null where the arena has one size
};

struct EmitEntries : orrery::impl::EmitEntriesBase<EmitEntries> {
  void runOnOperation() override {
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    SmallVector<Entry> entries;
    for (auto function : llvm::to_vector(getOperation().getOps<LLVM::LLVMFuncOp>()))
      if (!function.isExternal() && function->hasAttr("orrery.outputs"))
        entries.push_back(wrap(builder, function));
    emitTable(builder, entries);
    auto constant = [&](StringRef name, Type type, Attribute value) {
      LLVM::GlobalOp::create(builder, getOperation().getLoc(), type, /*isConstant=*/true,
                             LLVM::Linkage::External, name, value);
    };
    constant("orrery_entry_count", builder.getI64Type(), builder.getI64IntegerAttr(entries.size()));
    auto real = getOperation()->getAttrOfType<IntegerAttr>("orrery.real_bytes");
    constant("orrery_real_bytes", builder.getI32Type(),
             builder.getI32IntegerAttr(real ? real.getInt() : 4));
    auto descriptor = getOperation()->getAttrOfType<StringAttr>("orrery.descriptor");
    std::string text = descriptor ? descriptor.getValue().str() : "{}";
    text.push_back('\0');
    constant("orrery_descriptor", LLVM::LLVMArrayType::get(builder.getI8Type(), text.size()),
             builder.getStringAttr(text));
  }

  Entry wrap(OpBuilder &builder, LLVM::LLVMFuncOp function) {
    Location loc = function.getLoc();
    auto number = [&](StringRef name) {
      auto value = function->getAttrOfType<IntegerAttr>(name);
      return value ? value.getInt() : 0;
    };
    auto real = [&](StringRef name) {
      auto value = function->getAttrOfType<FloatAttr>(name);
      return value ? value.getValueAsDouble() : 0.0;
    };
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&getContext()),
                                            {pointer, pointer, pointer});
    auto wrapper =
        LLVM::LLVMFuncOp::create(builder, loc, ("orrery_entry_" + function.getName()).str(), type);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(wrapper.addEntryBlock(builder));
    auto terms = function->getAttrOfType<ArrayAttr>("orrery.arena_terms");
    bool arena = terms || number("orrery.arena_bytes") > 0;
    bool context = function->hasAttr("orrery.takes_context");
    unsigned buffers = function.getNumArguments() - arena - context;
    SmallVector<Value> operands;
    for (unsigned i = 0; i < buffers; ++i) {
      Value slot = LLVM::GEPOp::create(builder, loc, pointer, pointer, wrapper.getArgument(2),
                                       ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
      Value given = LLVM::LoadOp::create(builder, loc, pointer, slot);
      Type type = function.getArgumentTypes()[i];
      // A size is handed over by its address, like all else.
      operands.push_back(isa<LLVM::LLVMPointerType>(type)
                             ? given
                             : Value(LLVM::LoadOp::create(builder, loc, type, given)));
    }
    if (arena)
      operands.push_back(wrapper.getArgument(1));
    if (context)
      operands.push_back(wrapper.getArgument(0));
    LLVM::CallOp::create(builder, loc, function, operands);
    LLVM::ReturnOp::create(builder, loc, ValueRange());
    return {wrapper,
            function.getName(),
            number("orrery.arena_bytes"),
            number("orrery.live_bytes"),
            real("orrery.flops"),
            real("orrery.bytes"),
            terms ? evaluateArena(function, terms) : LLVM::LLVMFuncOp()};
  }

  // uint64_t orrery_arena_f(const int64_t *sizes): the polynomial that plan-arena left.
  LLVM::LLVMFuncOp evaluateArena(LLVM::LLVMFuncOp function, ArrayAttr terms) {
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    Location loc = function.getLoc();
    Type pointer = LLVM::LLVMPointerType::get(&getContext()), i64 = builder.getI64Type();
    auto result =
        LLVM::LLVMFuncOp::create(builder, loc, ("orrery_arena_" + function.getName()).str(),
                                 LLVM::LLVMFunctionType::get(i64, {pointer}));
    builder.setInsertionPointToStart(result.addEntryBlock(builder));
    auto names = function->getAttrOfType<ArrayAttr>("orrery.sizes");
    auto number = [&](int64_t value) -> Value {
      return LLVM::ConstantOp::create(builder, loc, i64, builder.getI64IntegerAttr(value));
    };
    Value sum = number(0);
    for (auto term : terms.getAsRange<ArrayAttr>()) {
      Value product = number(cast<IntegerAttr>(term[0]).getInt());
      for (Attribute name : term.getValue().drop_front()) {
        auto at = static_cast<int32_t>(llvm::find(names, name) - names.begin());
        Value slot = LLVM::GEPOp::create(builder, loc, pointer, i64, result.getArgument(0),
                                         ArrayRef<LLVM::GEPArg>{at});
        product = LLVM::MulOp::create(builder, loc, product,
                                      LLVM::LoadOp::create(builder, loc, i64, slot));
      }
      sum = LLVM::AddOp::create(builder, loc, sum, product);
    }
    LLVM::ReturnOp::create(builder, loc, sum);
    return result;
  }

  // const struct orrery_entry orrery_entries[] of runtime/abi/orrery_abi.h.
  void emitTable(OpBuilder &builder, ArrayRef<Entry> entries) {
    Location loc = getOperation().getLoc();
    Type pointer = LLVM::LLVMPointerType::get(&getContext()), i64 = builder.getI64Type(),
         f64 = builder.getF64Type();
    Type row = LLVM::LLVMStructType::getLiteral(&getContext(),
                                                {pointer, pointer, i64, i64, f64, f64, pointer});
    auto type = LLVM::LLVMArrayType::get(row, entries.size());
    SmallVector<LLVM::GlobalOp> names;
    for (const Entry &entry : entries) {
      std::string text = entry.name.str() + '\0';
      names.push_back(LLVM::GlobalOp::create(
          builder, loc, LLVM::LLVMArrayType::get(builder.getI8Type(), text.size()),
          /*isConstant=*/true, LLVM::Linkage::Internal, ("orrery_name_" + entry.name).str(),
          builder.getStringAttr(text)));
    }
    auto table = LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true,
                                        LLVM::Linkage::External, "orrery_entries", Attribute());
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(builder.createBlock(&table.getInitializerRegion()));
    Value rows = LLVM::UndefOp::create(builder, loc, type);
    for (auto [i, entry] : llvm::enumerate(llvm::to_vector(entries))) {
      Value cells[] = {
          LLVM::AddressOfOp::create(builder, loc, names[i]),
          LLVM::AddressOfOp::create(builder, loc, pointer, entry.wrapper.getSymName()),
          LLVM::ConstantOp::create(builder, loc, i64, builder.getI64IntegerAttr(entry.arenaBytes)),
          LLVM::ConstantOp::create(builder, loc, i64, builder.getI64IntegerAttr(entry.liveBytes)),
          LLVM::ConstantOp::create(builder, loc, f64, builder.getF64FloatAttr(entry.flops)),
          LLVM::ConstantOp::create(builder, loc, f64, builder.getF64FloatAttr(entry.bytes)),
          entry.arenaOf
              ? Value(LLVM::AddressOfOp::create(builder, loc, pointer, entry.arenaOf.getSymName()))
              : Value(LLVM::ZeroOp::create(builder, loc, pointer))};
      for (auto [cell, value] : llvm::enumerate(cells))
        rows = LLVM::InsertValueOp::create(
            builder, loc, rows, value,
            ArrayRef<int64_t>{static_cast<int64_t>(i), static_cast<int64_t>(cell)});
    }
    LLVM::ReturnOp::create(builder, loc, rows);
  }
};

} // namespace
