// What `train` says of the run: batch, steps, clipping, optimizer, schedule.

#include "frontend/emit/Emitter.h"

#include "frontend/lang/Walk.h"

namespace orrery::emit {

using namespace lang;

// What `--set train.KEY=...` gives, else what the text has.
const Expr *Emitter::givenOr(const std::string &key, const NamedArg *inText) {
  if (inText)
    settingPlaces[key] = inText->range;
  auto it = program.otherSettings.find(key);
  return it != program.otherSettings.end() ? it->second.value.get()
         : inText                          ? inText->values.front().get()
                                           : nullptr;
}

namespace {
// What stands in a part of `train` that stands in `train` itself only.
struct Misplaced : Walker {
  const Stmt *first = nullptr;

private:
  void visit(const Stmt &stmt) override {
    if (!first && llvm::isa<Minimize, Report, lang::Optimizer, Directive, Return>(&stmt))
      first = &stmt;
  }
};
} // namespace

bool Emitter::readTraining() {
  trainJson = llvm::json::Object{{"bucket", 1024},   {"batch", nullptr},  {"seed", 0},
                                 {"steps", nullptr}, {"epochs", nullptr}, {"clip", nullptr},
                                 {"ema", nullptr}};
  bool hasOptimizer = false, hasRun = false, hasGoal = false;
  for (const StmtPtr &stmt : program.train->body) {
    auto isSecond = [&, place = stmt->range](bool hasOne, const char *what) {
      if (hasOne)
        error(place, "E0103", std::string("a second '") + what + "' in one 'train'");
      return hasOne;
    };
    Misplaced inside;
    if (llvm::isa<If, Repeat>(stmt.get()))
      inside.walk(*stmt);
    if (inside.first || llvm::isa<Return>(stmt.get())) {
      error(inside.first ? inside.first->range : stmt->range, "E0110",
            inside.first ? "this statement does not stand inside of 'if' or 'repeat' in 'train'"
                         : "'return' does not stand in 'train', which has no result");
      return false;
    }
    if (auto *directive = llvm::dyn_cast<Directive>(stmt.get())) {
      if (isSecond(hasRun, "run"))
        return false;
      hasRun = true;
      if (!readRun(*directive))
        return false;
    } else if (auto *statement = llvm::dyn_cast<lang::Optimizer>(stmt.get())) {
      if (isSecond(hasOptimizer, "optimizer"))
        return false;
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
  if (!setBatch())
    return false;
  if (auto clip = trainJson.getNumber("clip"))
    optimizer.clip = *clip;
  if (auto ema = trainJson.getNumber("ema"))
    optimizer.ema = *ema;
  return true;
}

// A batch has the samples that `run` says, at most so many where the data block has a budget; with
// a budget alone there is no number of them, and what counts is into how many parts it is dealt.
bool Emitter::setBatch() {
  std::optional<int64_t> batch = trainJson.getInteger("batch");
  microBatch = trainJson.getInteger("micro").value_or(0);
  fillsBudget = !batch && dataJson.getObject("budget");
  if (fillsBudget && microBatch) {
    error(program.train->range.start(), "E0204",
          "'micro' is a part of 'batch', the most samples of a batch, which this 'run' does not "
          "say: run(batch: 32, micro: 4)");
    return false;
  }
  constexpr int64_t parts = 8;
  batchSize = batch.value_or(fillsBudget ? parts : 1);
  if (microBatch < 0 || (microBatch && batchSize % microBatch)) {
    error(program.train->range.start(), "E0204",
          "micro-batches of " + std::to_string(microBatch) + " do not divide a batch of " +
              std::to_string(batchSize));
    return false;
  }
  if (!fillsBudget)
    trainJson["batch"] = batchSize;
  return true;
}

bool Emitter::readRun(const Directive &directive) {
  if (directive.name.text != "run") {
    error(directive.name.range, "E0110",
          "no directive '" + directive.name.text + "' in train" +
              diag::suggestion(directive.name.text, {"run"}));
    return false;
  }
  Arguments args(directive.args);
  if (!refuseOthers(directive.range, args, {std::begin(sema::runKeys), std::end(sema::runKeys)}))
    return false;
  if (!args.operands.empty() || !args.specs.empty()) {
    error(args.range, "E0106", "'run' takes named arguments only: run(epochs: 100, batch: 16)");
    return false;
  }
  if (args.find("epochs") && args.find("steps")) {
    error(directive.range, "E0404", "'run' lasts epochs or steps, not both");
    return false;
  }
  // A length that is set takes the place of the one in the text.
  auto isGiven = [&](const char *key) {
    return program.otherSettings.count(std::string("train.") + key) != 0;
  };
  bool hasLength = false;
  for (const char *key : sema::runKeys) {
    bool isLength = key == llvm::StringRef("epochs") || key == llvm::StringRef("steps");
    if (isLength && !isGiven(key) && (isGiven("epochs") || isGiven("steps")))
      continue;
    const Expr *value = givenOr(std::string("train.") + key, args.find(key));
    if (!value)
      continue;
    if (!readRunNumber(key, *value))
      return false;
    hasLength |= isLength;
  }
  if (!hasLength)
    error(directive.range, "E0404",
          "'run' needs how long to train: run(epochs: 100) or run(steps: 1000)");
  return hasLength;
}

bool Emitter::readRunNumber(const std::string &key, const Expr &value) {
  std::string what = "'" + key + "'";
  if (key == "clip" || key == "ema") {
    std::optional<double> number = numberOf(value, what);
    bool isFine = number && *number > 0 && (key != "ema" || *number < 1);
    if (number && !isFine)
      error(value.range, "E0204",
            key == "ema" ? "'ema' lies between 0 and 1" : "'clip' is larger than 0");
    if (isFine)
      trainJson[key] = *number;
    return isFine;
  }
  std::optional<int64_t> number = wholeOf(value, what);
  int64_t least = key == "seed" ? 0 : 1;
  if (number && *number < least)
    error(value.range, "E0204", what + " is at least " + std::to_string(least));
  if (!number || *number < least)
    return false;
  trainJson[key] = *number;
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
  if (!args.operands.empty() || !args.specs.empty()) {
    error(args.range, "E0106", "adamw takes named arguments only: adamw(lr: 1e-3)");
    return false;
  }
  for (auto [key, slot] :
       {std::pair("decay", &optimizer.decay), std::pair("eps", &optimizer.eps)}) {
    const Expr *value = givenOr(std::string("train.optimizer.") + key, args.find(key));
    std::optional<double> number = value ? numberOf(*value, key) : *slot;
    if (number && *number < 0)
      error(value->range, "E0204", std::string("'") + key + "' is not negative");
    if (!number || *number < 0)
      return false;
    *slot = *number;
  }
  if (const NamedArg *arg = args.find("ema"))
    if (!readRunNumber("ema", *givenOr("train.ema", arg)))
      return false;
  if (const NamedArg *arg = args.find("betas")) {
    Value pair = evaluate(*arg->values.front());
    if (!pair)
      return false;
    if (pair.kind != Value::Kind::Tuple || pair.items.size() != 2 || !pair.items[0].isNumber() ||
        !pair.items[1].isNumber() || llvm::any_of(pair.items, [](const Value &beta) {
          return beta.number < 0 || beta.number >= 1;
        })) {
      error(arg->range, "E0204", "betas are two numbers from 0 to below 1: betas: (0.9, 0.99)");
      return false;
    }
    optimizer.beta1 = pair.items[0].number;
    optimizer.beta2 = pair.items[1].number;
  }
  llvm::json::Array pieces;
  const Expr *lr = givenOr("train.optimizer.lr", args.find("lr"));
  if (!lr) {
    error(e.range, "E0404", "adamw needs its learning rate: adamw(lr: 1e-3)");
    return false;
  }
  if (!readSchedule(*lr, pieces))
    return false;
  if (pieces.back().getAsObject()->getString("kind") == "warmup") {
    error(lr->range, "E0405",
          "a warm-up goes on to a learning rate: warmup(2 epochs) then cosine(2e-3)");
    return false;
  }
  learningRate = lr;
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
    bool isFine = length &&
                  (length->unit.text == "epochs" || length->unit.text == "epoch" ||
                   length->unit.text == "steps" || length->unit.text == "step") &&
                  length->value >= 1;
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
    if (*from < 0 || *to < 0) {
      error(e.range, "E0204", "a learning rate is not negative");
      return false;
    }
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
  if (rate && *rate < 0) {
    error(e.range, "E0204", "a learning rate is not negative");
    return false;
  }
  if (rate)
    pieces.push_back(llvm::json::Object{{"kind", "constant"}, {"to", *rate}});
  return bool(rate);
}

} // namespace orrery::emit
