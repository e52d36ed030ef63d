// What AdamW means, in field operations.

#include "dialects/train/Train.h"

#include "dialects/field/FieldBuild.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::train;

// The scalars are computed in f64 and rounded once, as PyTorch does on the host: 1 - beta2^t in f32
// would lose half its digits.
FailureOr<SmallVector<Value>> AdamWOp::decompose(OpBuilder &builder) {
  Location loc = getLoc();
  Type element = getWeight().getType().getElementType(), f64 = builder.getF64Type();
  field::Build d(builder, loc, element), s(builder, loc, f64);
  double beta1 = getBeta1().convertToDouble(), beta2 = getBeta2().convertToDouble();
  double eps = getEps().convertToDouble(), decay = getDecay().convertToDouble();

  Value step = s.cast(getStep(), f64), lr = s.cast(getLr(), f64);
  Value correction1 = s.sub(s.real(1.0), s.pow(s.real(beta1), step));
  Value correction2 = s.sqrt(s.sub(s.real(1.0), s.pow(s.real(beta2), step)));
  Value rate = d.cast(s.div(lr, correction1), element);
  Value shrink = d.cast(s.sub(s.real(1.0), s.mul(lr, s.real(decay))), element);
  Value root = d.cast(correction2, element);

  Value g = getGradient();
  Value m = d.add(d.mul(getMoment1(), d.real(beta1)), d.mul(g, d.real(1.0 - beta1)));
  Value v = d.add(d.mul(getMoment2(), d.real(beta2)), d.mul(d.mul(g, g), d.real(1.0 - beta2)));
  Value denominator = d.add(d.div(d.sqrt(v), root), d.real(eps));
  Value w = d.sub(d.mul(getWeight(), shrink), d.mul(rate, d.div(m, denominator)));
  return SmallVector<Value>{w, m, v};
}
