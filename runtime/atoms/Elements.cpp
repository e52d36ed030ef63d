// Symbols and numbers of the chemical elements.
#include "runtime/atoms/Elements.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iterator>

namespace orrery::runtime {

static constexpr std::string_view symbols[] = {
    "X",  "H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne", "Na", "Mg", "Al", "Si",
    "P",  "S",  "Cl", "Ar", "K",  "Ca", "Sc", "Ti", "V",  "Cr", "Mn", "Fe", "Co", "Ni", "Cu",
    "Zn", "Ga", "Ge", "As", "Se", "Br", "Kr", "Rb", "Sr", "Y",  "Zr", "Nb", "Mo", "Tc", "Ru",
    "Rh", "Pd", "Ag", "Cd", "In", "Sn", "Sb", "Te", "I",  "Xe", "Cs", "Ba", "La", "Ce", "Pr",
    "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W",
    "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac",
    "Th", "Pa", "U",  "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md", "No", "Lr", "Rf",
    "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og"};

int atomicNumber(std::string_view symbol) {
  std::string usual(symbol); // ASE's rule: CU and cu are Cu
  for (size_t i = 0; i < usual.size(); ++i)
    usual[i] = char(i ? std::tolower(uint8_t(usual[i])) : std::toupper(uint8_t(usual[i])));
  auto found = std::find(std::begin(symbols), std::end(symbols), usual);
  return found == std::end(symbols) ? -1 : int(found - std::begin(symbols));
}

std::string elementSymbol(int number) {
  return number >= 0 && number < int(std::size(symbols)) ? std::string(symbols[number]) : "?";
}

} // namespace orrery::runtime
