// Symbols and numbers of the chemical elements.
#ifndef ORRERY_RUNTIME_ATOMS_ELEMENTS_H
#define ORRERY_RUNTIME_ATOMS_ELEMENTS_H

#include <string>
#include <string_view>

namespace orrery::runtime {

// 1 for H ... 118 for Og; 0 for X, which stands for no element; -1 for what is no symbol.
int atomicNumber(std::string_view symbol);
std::string elementSymbol(int number);

} // namespace orrery::runtime

#endif
