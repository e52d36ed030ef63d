// attention(q, k, v, over: ...): finds the channel dims and emits attend.attention.

#include "frontend/emit/Emitter.h"

#include "dialects/attend/Attend.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace orrery::emit {

static bool contains(const Dims &dims, const Dim *dim) {
  return std::find(dims.begin(), dims.end(), dim) != dims.end();
}

// The dim that scores are sums over: one that query and key share. If several could be, one that
// the value lacks; else the query's last.
static const Dim *findChannel(const Dims &query, const Dims &key, const Dims &value,
                              const Dims &over) {
  Dims shared;
  for (const Dim *dim : query)
    if (contains(key, dim) && !contains(over, dim))
      shared.push_back(dim);
  Dims own;
  std::copy_if(shared.begin(), shared.end(), std::back_inserter(own),
               [&](const Dim *dim) { return !contains(value, dim); });
  if (own.size() == 1)
    return own.front();
  return shared.empty() ? nullptr : shared.back();
}

Value Emitter::attentionOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {"over", "channel", "scale"}) || !takes(e, operands, 3, 3))
    return {};
  mlir::Value arrays[] = {operands[0].array, operands[1].array, operands[2].array};
  widen(e.range, arrays);
  auto [query, key, value] = arrays;
  mlir::Type wide = mlir::getElementTypeOrSelf(query);
  Dims q = dimsOf(dims, query), k = dimsOf(dims, key), v = dimsOf(dims, value), over;
  const lang::NamedArg *named = args.find("over");
  if (!named) {
    error(e.range, "E0306", "attention needs 'over:', the dims that are attended to")
        .help("say over: row, col for attention over a grid of tokens");
    return {};
  }
  if (!dimsOver(e, args, key, over))
    return {};
  for (const Dim *dim : over)
    if (!isSized(dim, named->range, "attention"))
      return {};
  for (const Dim *dim : over)
    if (!contains(v, dim)) {
      error(e.range, "E0306",
            "attention over " + dim->name + ": the value is " + dimsText(v) + " and lacks it");
      return {};
    }

  const Dim *channel = findChannel(q, k, v, over);
  if (const lang::NamedArg *wanted = args.find("channel")) {
    if (!(channel = dimNamed(*wanted->values.front())))
      return {};
    if (contains(over, channel)) {
      error(wanted->range, "E0306",
            "attention cannot compare along '" + channel->name +
                "', which it attends over: the channel is another dim of query and key");
      return {};
    }
  }
  if (!channel || !contains(q, channel) || !contains(k, channel)) {
    error(e.range, "E0306", "attention needs a dim that query and key share, to compare them along")
        .note("the query is " + dimsText(q) + ", the key " + dimsText(k));
    return {};
  }
  if (!isSized(channel, e.range, "attention"))
    return {};
  double scale = 1.0 / std::sqrt(double(channel->size));
  if (const lang::NamedArg *wanted = args.find("scale")) {
    std::optional<double> number = numberOf(*wanted->values.front(), "scale");
    if (!number)
      return {};
    scale = *number;
  }

  // The value's channel: its own if the query and key lack one of its dims, else the same dim under
  // another name.
  const Dim *valueChannel = nullptr, *result = nullptr;
  field::Build b = build(e.range);
  if (contains(v, channel)) {
    valueChannel = dims.alias(channel, ".value");
    result = channel;
    value = b.rename(value, {StringRef(channel->ir)}, {StringRef(valueChannel->ir)});
  } else {
    for (const Dim *dim : v)
      if (!contains(q, dim) && !contains(k, dim))
        valueChannel = result = dim;
    if (!valueChannel) {
      error(e.range, "E0306",
            "attention: the value has no dim of its own beside those attended over")
          .note("the value is " + dimsText(v));
      return {};
    }
  }

  // Dims of the result: those of the larger of query and key, in its order.
  Dims order;
  for (const Dims *from : {&k, &q, &v}) {
    if (from == &k && q.size() >= k.size())
      continue;
    for (const Dim *dim : *from) {
      const Dim *seen = dim == channel ? valueChannel : dim;
      bool vanishes = contains(over, dim) && !contains(q, dim);
      if (!vanishes && !contains(order, seen) && !(from == &v && dim == channel))
        order.push_back(seen);
    }
  }
  if (!contains(order, valueChannel))
    order.push_back(valueChannel);
  if (q.size() >= k.size())
    for (const Dim *dim : k)
      if (dim != channel && !contains(order, dim) && !contains(over, dim))
        order.insert(order.begin(), dim);
  Dims sums;
  std::copy_if(order.begin(), order.end(), std::back_inserter(sums),
               [&](const Dim *dim) { return dim != valueChannel; });

  std::vector<StringRef> overNames = irNames(over);
  auto attention = attend::AttentionOp::create(
      builder, location(e.range), typeOf(context, order, wide), typeOf(context, sums, wide), query,
      key, value, builder.getStrArrayAttr(overNames), builder.getStringAttr(channel->ir),
      builder.getStringAttr(valueChannel->ir), builder.getF64FloatAttr(scale));
  mlir::Value y = attention.getResult();
  return Value::of(result == valueChannel
                       ? y
                       : b.rename(y, {StringRef(valueChannel->ir)}, {StringRef(result->ir)}));
}

} // namespace orrery::emit
