// Converts between the units of files and of models with UDUNITS.
#include "runtime/io/Units.h"
#include "runtime/abi/units.h"
#include "runtime/core/Error.h"

#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <udunits2.h>

namespace orrery::runtime {

namespace {
struct FreeUnit {
  void operator()(ut_unit *unit) const { ut_free(unit); }
};
struct FreeConverter {
  void operator()(cv_converter *converter) const { cv_free(converter); }
};
struct FreeSystem {
  void operator()(ut_system *system) const { ut_free_system(system); }
};
} // namespace

// Atomic units, which the database lacks (CODATA 2018).
static void addAtomicUnits(ut_system *system) {
  for (auto [name, definition] :
       {std::pair("hartree", "27.211386245988 eV"), std::pair("bohr", "0.529177210903 angstrom"),
        std::pair("rydberg", "13.605693122994 eV")}) {
    ut_unit *unit = ut_parse(system, definition, UT_ASCII);
    if (unit)
      ut_map_name_to_unit(name, UT_ASCII, unit);
    ut_free(unit);
  }
}

// Reading the unit database takes milliseconds, so it is read only when two spellings differ.
static ut_system *unitSystem() {
  static std::unique_ptr<ut_system, FreeSystem> system = [] {
    ut_set_error_message_handler(ut_ignore);
    std::unique_ptr<ut_system, FreeSystem> read(ut_read_xml(nullptr));
    if (read)
      addAtomicUnits(read.get());
    return read;
  }();
  if (!system)
    throw Error(ExitFailure, "E0904", "",
                "the unit database of UDUNITS cannot be read; install libudunits2-data or set "
                "UDUNITS2_XML_PATH");
  return system.get();
}

static std::string trimmed(const std::string &text) {
  size_t begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

using Unit = std::unique_ptr<ut_unit, FreeUnit>;

// Whether one of the two counts moles and the other does not, and nothing else keeps them apart.
static bool differByMole(const Unit &a, const Unit &b) {
  Unit mole(ut_get_unit_by_name(unitSystem(), "mole"));
  if (!mole)
    return false;
  Unit aMole(ut_multiply(a.get(), mole.get())), bMole(ut_multiply(b.get(), mole.get()));
  return (aMole && ut_are_convertible(aMole.get(), b.get())) ||
         (bMole && ut_are_convertible(bMole.get(), a.get()));
}

std::optional<Conversion> conversion(const std::string &fromText, const std::string &toText,
                                     std::string &why) {
  std::string from = trimmed(fromText), to = trimmed(toText);
  if (from == to)
    return Conversion{};
  Unit a(ut_parse(unitSystem(), from.c_str(), UT_UTF8)),
      b(ut_parse(unitSystem(), to.c_str(), UT_UTF8));
  if (!a || !b) {
    why = fmt::format("\"{}\" is no unit that UDUNITS knows", a ? to : from);
    return {};
  }
  if (!ut_are_convertible(a.get(), b.get())) {
    why = differByMole(a, b) ? "per-mole and per-particle units do not convert"
                             : "these do not convert";
    return {};
  }
  if (ut_compare(a.get(), b.get()) == 0)
    return Conversion{};
  std::unique_ptr<cv_converter, FreeConverter> converter(ut_get_converter(a.get(), b.get()));
  why = "this conversion is no straight line, and only such are made";
  if (!converter)
    return {};
  double zero = cv_convert_double(converter.get(), 0), one = cv_convert_double(converter.get(), 1);
  double ten = cv_convert_double(converter.get(), 10);
  Conversion result{one - zero, zero};
  // Logarithmic units are no straight line, and must not be taken for one; their numbers may be as
  // small as 1e-18 (dBZ in m^3), so what differs is measured by them.
  double straight = result.offset + 10 * result.scale,
         tolerance = 1e-9 * (std::abs(zero) + std::abs(one) + std::abs(ten));
  return std::abs(straight - ten) <= tolerance ? std::optional(result) : std::nullopt;
}

} // namespace orrery::runtime

int orrery_is_unit(const char *text) {
  using namespace orrery::runtime;
  try {
    return Unit(ut_parse(unitSystem(), trimmed(text).c_str(), UT_UTF8)) != nullptr;
  } catch (const Error &) {
    return 1;
  }
}
