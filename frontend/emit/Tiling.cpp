// f(x) tiled(lat: 2, lon: 2, halo: 3): the model runs on tiles of one size; their cores are put
// together again.

#include "frontend/emit/Emitter.h"

#include "llvm/Support/SaveAndRestore.h"

#include <algorithm>

namespace orrery::emit {

using namespace lang;

namespace {
// One dim that is cut: `count` tiles with cores of `core` points, each `size` long.
struct Cut {
  const Dim *whole;
  const Dim *tile;
  int64_t count, core, size, halo;

  // Where tile i begins; the first and the last shift inwards, so that all have one size.
  int64_t start(int64_t i) const {
    return std::clamp<int64_t>(i * core - halo, 0, whole->size - size);
  }
};

} // namespace

Value Emitter::evaluateTiled(const TiledExpr &e) {
  auto *name = llvm::dyn_cast<NameExpr>(e.operand->callee());
  auto it = name ? program.functions.find(name->name) : program.functions.end();
  if (it == program.functions.end() || it->second->role != Function::Role::Model ||
      !llvm::isa<CallExpr>(e.operand.get()))
    return unsupported(e.range, "'tiled' on anything but the call of a model");
  const Definition &model = *it->second;
  Arguments args(e.args), callArgs(llvm::cast<CallExpr>(e.operand.get())->args);
  if (!args.operands.empty() || !args.specs.empty()) {
    error(e.args.range, "E0106",
          "tiled takes dims with their number of tiles, and the halo: tiled(lat: 2, lon: 2, halo: "
          "3)");
    return {};
  }

  for (const NamedArg *arg : args.named)
    if (!isSingle(*arg, args))
      return {};
  int64_t halo = 0;
  if (const NamedArg *arg = args.find("halo")) {
    std::optional<int64_t> wanted = wholeOf(*arg->values.front(), "the halo");
    if (!wanted)
      return {};
    halo = *wanted;
  }
  std::vector<Cut> cuts;
  Env env = frame->file->env;
  for (const NamedArg *arg : args.named) {
    if (arg->name.text == "halo")
      continue;
    if (arg->name.text == "blend")
      return unsupported(arg->range, "'blend:' of tiles");
    const Dim *whole = findDim(arg->name.text, arg->name.range);
    std::optional<int64_t> count =
        whole ? wholeOf(*arg->values.front(), "a number of tiles") : std::nullopt;
    if (!count)
      return {};
    if (!isSized(whole, arg->range, "tiled"))
      return {};
    if (!env.fixed.count(whole->name)) {
      error(arg->range, "E0311",
            "only a dim whose size comes from the data can be tiled, and that of '" + whole->name +
                "' stands in the model");
      return {};
    }
    if (*count < 1 || whole->size % *count != 0 || halo < 0) {
      error(arg->range, "E0311",
            "'" + whole->name + "' has " + std::to_string(whole->size) + " points, which are not " +
                std::to_string(*count) + " equal tiles")
          .note(derivation(whole->name));
      return {};
    }
    int64_t core = whole->size / *count, size = std::min(core + 2 * halo, whole->size);
    if (*count > 1 && size == whole->size) {
      error(arg->range, "E0311",
            "tiles of " + std::to_string(core) + " points with " + std::to_string(halo) +
                " more on either side are as large as '" + whole->name + "', which has " +
                std::to_string(whole->size))
          .note(derivation(whole->name))
          .help("take a smaller halo, fewer tiles or a larger grid");
      return {};
    }
    env.fixed[whole->name] = size;
    cuts.push_back({whole, dims.resized(whole, size), *count, core, size, halo});
  }
  if (cuts.empty()) {
    error(e.args.range, "E0106", "tiled needs a dim: tiled(lat: 2, lon: 2, halo: 3)");
    return {};
  }
  std::optional<std::vector<Value>> values = argumentValues(model, *e.operand, callArgs, nullptr);
  if (!values)
    return {};

  field::Build b = build(e.range);
  // Dims of the result that follow a cut dim, found by asking what the file's dims are in a tile.
  auto sizeIn = [&](const std::string &dim, const Env &inEnv) -> const Dim * {
    llvm::SaveAndRestore file(frame->file, fileScope(inEnv));
    Scope none;
    llvm::SaveAndRestore inner(frame->scope, &none);
    Binding *binding = program.names.count(dim) ? lookup(dim) : nullptr;
    return binding && binding->kind == Binding::Kind::Dim ? binding->dim : nullptr;
  };
  std::function<mlir::Value(size_t, std::vector<Value>)> run =
      [&](size_t level, std::vector<Value> parts) -> mlir::Value {
    if (level == cuts.size()) {
      Value result = callDefinition(model, "", *e.operand, std::move(parts), env);
      if (!result)
        return {};
      if (!result.isArray()) {
        unsupported(e.range, "'tiled' on a model with several results");
        return {};
      }
      return result.array;
    }
    const Cut &cut = cuts[level];
    std::vector<mlir::Value> pieces;
    Dims along;
    const Dim *joined = nullptr;
    for (int64_t i = 0; i < cut.count; ++i) {
      int64_t start = cut.start(i);
      std::vector<Value> tiles = parts;
      for (Value &tile : tiles) {
        if (!tile.isArray())
          continue;
        for (const Dim *dim : dimsOf(dims, tile.array)) {
          // Every dim that follows the cut one is cut with it: a fine grid beside a coarse one.
          Env one = frame->file->env;
          one.fixed[cut.whole->name] = cut.size;
          const Dim *inTile = dim == cut.whole ? cut.tile : sizeIn(dim->name, one);
          if (sizeIn(dim->name, frame->file->env) != dim || !inTile || inTile->size == dim->size)
            continue;
          int64_t ratio = dim->size / cut.whole->size;
          if (ratio * cut.whole->size != dim->size || ratio * cut.size != inTile->size) {
            error(e.args.range, "E0311",
                  "'" + dim->name + "' does not scale with '" + cut.whole->name +
                      "', so it cannot be tiled with it");
            return {};
          }
          tile.array = b.slice(tile.array, dim->ir, start * ratio, inTile->size, inTile->ir);
          tile.field.clear();
        }
      }
      mlir::Value piece = run(level + 1, std::move(tiles));
      if (!piece)
        return {};
      const Dim *found = nullptr;
      for (const Dim *dim : dimsOf(dims, piece)) {
        Env full = env;
        full.fixed[cut.whole->name] = cut.whole->size;
        const Dim *whole = sizeIn(dim->name, full);
        if (sizeIn(dim->name, env) == dim && whole && whole != dim) {
          found = dim;
          joined = sizeIn(dim->name, frame->file->env);
        }
      }
      if (!found) {
        error(e.range, "E0311",
              "the result " + dimsText(piece) + " has no dim that follows '" + cut.whole->name +
                  "', so its tiles cannot be put together");
        return {};
      }
      int64_t ratio = joined->size / cut.whole->size;
      if (ratio * cut.whole->size != joined->size || ratio * cut.size != found->size) {
        error(e.args.range, "E0311",
              "'" + joined->name + "' does not scale with '" + cut.whole->name +
                  "', so its tiles cannot be put together");
        return {};
      }
      const Dim *core = dims.get(joined->name + ".core", cut.core * ratio);
      piece = b.slice(piece, found->ir, (i * cut.core - start) * ratio, core->size, core->ir);
      pieces.push_back(piece);
      along.push_back(core);
    }
    return pieces.size() == 1
               ? b.rename(pieces[0], {llvm::StringRef(along[0]->ir)}, {llvm::StringRef(joined->ir)})
               : b.concat(pieces, irNames(along), joined->ir);
  };
  size_t before = diags.all().size();
  if (mlir::Value result = run(0, *values))
    return Value::of(result);
  // A mistake that has nothing to do with tiles is told of the whole grid, whose sizes the user
  // knows.
  size_t after = diags.all().size();
  callDefinition(model, "", *e.operand, std::move(*values), frame->file->env);
  if (diags.all().size() > after) {
    diags.hide(before, after);
    return {};
  }
  std::string sizes;
  for (const Cut &cut : cuts)
    sizes += (sizes.empty() ? "" : ", ") + cut.whole->name + " = " + std::to_string(cut.size) +
             " of " + std::to_string(cut.whole->size);
  diags.note(before, after, e.args.range, "a tile has " + sizes);
  return {};
}

} // namespace orrery::emit
