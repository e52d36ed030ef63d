// Arithmetic on sums of products of sizes.

#include "passes/memory/Polynomial.h"

#include <algorithm>

using namespace orrery;

Polynomial::Polynomial(int64_t constant) {
  if (constant != 0)
    coefficients[{}] = constant;
}

Polynomial Polynomial::unknown(unsigned number) {
  Polynomial result;
  result.coefficients[{number}] = 1;
  return result;
}

Polynomial Polynomial::operator+(const Polynomial &other) const {
  Polynomial result = *this;
  for (auto &[monomial, coefficient] : other.coefficients)
    result.coefficients[monomial] += coefficient;
  return result;
}

Polynomial Polynomial::operator*(const Polynomial &other) const {
  Polynomial result;
  for (auto &[mine, a] : coefficients)
    for (auto &[theirs, b] : other.coefficients) {
      Monomial product = mine;
      product.insert(product.end(), theirs.begin(), theirs.end());
      std::sort(product.begin(), product.end());
      result.coefficients[product] += a * b;
    }
  return result;
}

Polynomial Polynomial::with(llvm::ArrayRef<Polynomial> values) const {
  Polynomial result;
  for (auto &[monomial, coefficient] : coefficients) {
    Polynomial term(coefficient);
    for (unsigned unknown : monomial)
      term = term * values[unknown];
    result = result + term;
  }
  return result;
}

bool Polynomial::isConstant() const {
  return coefficients.empty() || (coefficients.size() == 1 && coefficients.begin()->first.empty());
}

int64_t Polynomial::constant() const {
  auto found = coefficients.find({});
  return found == coefficients.end() ? 0 : found->second;
}

double Polynomial::at(double value) const {
  double sum = 0;
  for (auto &[monomial, coefficient] : coefficients) {
    double term = static_cast<double>(coefficient);
    for (size_t i = 0; i < monomial.size(); ++i)
      term *= value;
    sum += term;
  }
  return sum;
}

bool Polynomial::covers(const Polynomial &other) const {
  return std::all_of(other.coefficients.begin(), other.coefficients.end(), [&](auto &term) {
    auto mine = coefficients.find(term.first);
    return mine != coefficients.end() && mine->second >= term.second;
  });
}
