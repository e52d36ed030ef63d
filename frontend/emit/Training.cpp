// What `train` says of the run: batch, steps, clipping, optimizer, schedule.

#include "frontend/emit/Emitter.h"

namespace orrery::emit {

using namespace lang;

// A number from `--set train.KEY=...`, if there is one.
static std::optional<double> settingOf(const sema::Program &program, const std::string &key) {
  auto it = program.otherSettings.find(key);
  return it == program.otherSettings.end()
             ? std::nullopt
             : std::optional<double>(std::strtod(it->second.c_str(), nullptr));
}

bool Emitter::readTraining() {
  trainJson = llvm::json::Object{{"bucket", 1024},   {"batch", 1},        {"seed", 0},
                                 {"steps", nullptr}, {"epochs", nullptr}, {"clip", nullptr},
                                 {"ema", nullptr}};
  bool hasOptimizer = false, hasRun = false, hasGoal = false;
  for (const StmtPtr &stmt : program.train->body) {
    if (auto *directive = llvm::dyn_cast<Directive>(stmt.get())) {
      hasRun = true;
      if (!readRun(*directive))
        return false;
    } else if (auto *statement = llvm::dyn_cast<lang::Optimizer>(stmt.get())) {
      hasOptimizer = true;
      if (!readOptimizer(*statement->value))
        return false;
    } else {
      hasGoal |= llvm::isa<Minimize>(stmt.get());
    }
  }
  if (!hasOptimizer || !hasRun || !hasGoal) {
    error(program.train->model.range, "E0404",
          std::string("'train' needs ") + (!hasGoal ? "'minimize', what to make small"
                                           : !hasOptimizer
                                               ? "'optimizer', such as optimizer adamw(lr: 1e-3)"
                                               : "'run', such as run(epochs: 100, batch: 16)"));
    return false;
  }
  for (const char *key : {"epochs", "steps", "batch", "micro", "bucket", "seed", "clip", "ema"})
    if (std::optional<double> number = settingOf(program, std::string("train.") + key)) {
      bool isWhole =
          *number == int64_t(*number) && std::string(key) != "clip" && std::string(key) != "ema";
      trainJson[key] = isWhole ? llvm::json::Value(int64_t(*number)) : llvm::json::Value(*number);
    }
  for (const char *key : {"epochs", "steps", "batch", "micro", "bucket", "seed"})
    if (std::optional<double> number = trainJson.getNumber(key);
        number && (*number != int64_t(*number) || *number < (llvm::StringRef(key) != "seed"))) {
      error(program.train->range.start(), "E0204",
            std::string("'") + key + "' must be a whole number of at least " +
                (llvm::StringRef(key) == "seed" ? "0" : "1") + ", and this is " +
                sema::numberText(*number));
      return false;
    }
  batchSize = trainJson.getInteger("batch").value_or(1);
  microBatch = trainJson.getInteger("micro").value_or(0);
  if (microBatch < 0 || (microBatch && batchSize % microBatch)) {
    error(program.train->range.start(), "E0204",
          "micro-batches of " + std::to_string(microBatch) + " do not divide a batch of " +
              std::to_string(batchSize));
    return false;
  }
  if (auto clip = trainJson.getNumber("clip"))
    optimizer.clip = *clip;
  if (auto ema = trainJson.getNumber("ema"))
    optimizer.ema = *ema;
  return true;
}

bool Emitter::readRun(const Directive &directive) {
  if (directive.name.text != "run") {
    error(directive.name.range, "E0110",
          "no directive '" + directive.name.text + "' in train" +
              (diag::nearest(directive.name.text, {"run"}).empty() ? "" : "; did you mean 'run'?"));
    return false;
  }
  Arguments args(directive.args);
  if (!refuseOthers(directive.range, args,
                    {"epochs", "steps", "batch", "micro", "bucket", "seed", "clip", "ema"}))
    return false;
  for (const NamedArg *arg : args.named) {
    bool isReal = arg->name.text == "clip" || arg->name.text == "ema";
    if (isReal) {
      std::optional<double> number = numberOf(*arg->values.front(), "'" + arg->name.text + "'");
      if (!number)
        return false;
      trainJson[arg->name.text] = *number;
    } else {
      std::optional<int64_t> number = wholeOf(*arg->values.front(), "'" + arg->name.text + "'");
      if (!number)
        return false;
      if (*number < (arg->name.text == "seed" ? 0 : 1)) {
        error(arg->range, "E0204", "'" + arg->name.text + "' is at least 1");
        return false;
      }
      trainJson[arg->name.text] = *number;
    }
  }
  return true;
}

bool Emitter::readOptimizer(const Expr &e) {
  auto *call = llvm::dyn_cast<CallExpr>(&e);
  if (!call || calleeName(e) != "adamw") {
    unsupported(e.range, "an optimizer other than adamw(...)");
    return false;
  }
  Arguments args(call->args);
  if (!refuseOthers(e.range, args, {"lr", "betas", "decay", "eps", "ema"}))
    return false;
  for (auto [key, slot] :
       {std::pair("decay", &optimizer.decay), std::pair("eps", &optimizer.eps)}) {
    if (const NamedArg *arg = args.find(key)) {
      std::optional<double> number = numberOf(*arg->values.front(), key);
      if (!number)
        return false;
      *slot = *number;
    }
    if (std::optional<double> number = settingOf(program, std::string("train.optimizer.") + key))
      *slot = *number;
  }
  if (const NamedArg *arg = args.find("ema")) {
    std::optional<double> number = numberOf(*arg->values.front(), "'ema'");
    if (!number)
      return false;
    trainJson["ema"] = *number;
  }
  if (const NamedArg *arg = args.find("betas")) {
    Value pair = evaluate(*arg->values.front());
    if (!pair)
      return false;
    if (pair.kind != Value::Kind::Tuple || pair.items.size() != 2 || !pair.items[0].isNumber() ||
        !pair.items[1].isNumber()) {
      error(arg->range, "E0204", "betas are two numbers: betas: (0.9, 0.99)");
      return false;
    }
    optimizer.beta1 = pair.items[0].number;
    optimizer.beta2 = pair.items[1].number;
  }
  llvm::json::Array pieces;
  const NamedArg *lr = args.find("lr");
  if (!lr) {
    error(e.range, "E0404", "adamw needs its learning rate: adamw(lr: 1e-3)");
    return false;
  }
  if (!readSchedule(*lr->values.front(), pieces))
    return false;
  if (std::optional<double> number = settingOf(program, "train.optimizer.lr"))
    pieces = llvm::json::Array{llvm::json::Object{{"kind", "constant"}, {"to", *number}}};
  trainJson["optimizer"] = llvm::json::Object{
      {"kind", "adamw"},      {"beta1", optimizer.beta1}, {"beta2", optimizer.beta2},
      {"eps", optimizer.eps}, {"decay", optimizer.decay}, {"lr", std::move(pieces)}};
  return true;
}

// warmup(2 epochs) then cosine(2e-3, to: 1e-8); pieces follow one another.
bool Emitter::readSchedule(const Expr &e, llvm::json::Array &pieces) {
  if (auto *both = llvm::dyn_cast<ThenExpr>(&e)) {
    if (!readSchedule(*both->first, pieces))
      return false;
    size_t warmup = pieces.size() - 1;
    if (!readSchedule(*both->second, pieces))
      return false;
    // A warm-up ends where the next piece begins.
    llvm::json::Object &first = *pieces[warmup].getAsObject(),
                       &next = *pieces[warmup + 1].getAsObject();
    if (first.getString("kind") == "warmup")
      first["to"] = next.getNumber(next.getString("kind") == "cosine" ? "from" : "to").value_or(0);
    else if (!first.get("length")) {
      error(both->first->range, "E0405", "only the last piece of a learning rate lasts to the end");
      return false;
    }
    return true;
  }
  auto *call = llvm::dyn_cast<CallExpr>(&e);
  std::string kind = call ? calleeName(e) : std::string();
  if (kind == "warmup") {
    Arguments args(call->args);
    auto *length = args.operands.size() == 1 ? llvm::dyn_cast<IntExpr>(args.operands[0]) : nullptr;
    bool isFine = length && (length->unit.text == "epochs" || length->unit.text == "epoch" ||
                             length->unit.text == "steps" || length->unit.text == "step");
    if (!isFine || !refuseOthers(e.range, args, {})) {
      if (!isFine)
        error(e.range, "E0405", "a warm-up lasts epochs or steps: warmup(2 epochs)");
      return false;
    }
    pieces.push_back(llvm::json::Object{
        {"kind", "warmup"},
        {"length", length->value},
        {"unit", length->unit.text.substr(0, 4) == "step" ? "steps" : "epochs"}});
    return true;
  }
  if (kind == "cosine") {
    Arguments args(call->args);
    std::optional<double> from =
        args.operands.size() == 1 ? numberOf(*args.operands[0], "a learning rate") : std::nullopt;
    std::optional<double> to = 0.0;
    if (const NamedArg *arg = args.find("to"))
      to = numberOf(*arg->values.front(), "a learning rate");
    if (args.operands.size() != 1)
      error(e.range, "E0405",
            "cosine takes the learning rate that it begins with: cosine(2e-3, to: 1e-6)");
    if (!from || !to || !refuseOthers(e.range, args, {"to"}))
      return false;
    pieces.push_back(llvm::json::Object{{"kind", "cosine"}, {"from", *from}, {"to", *to}});
    return true;
  }
  const Expr *number = &e;
  if (kind == "constant") {
    Arguments args(call->args);
    number = args.operands.size() == 1 ? args.operands[0] : nullptr;
  } else if (call) {
    number = nullptr;
  }
  if (!number) {
    error(e.range, "E0405",
          "a learning rate is a number, or made of warmup(...), cosine(...) and constant(...)");
    return false;
  }
  std::optional<double> rate = numberOf(*number, "a learning rate");
  if (rate)
    pieces.push_back(llvm::json::Object{{"kind", "constant"}, {"to", *rate}});
  return bool(rate);
}

} // namespace orrery::emit
