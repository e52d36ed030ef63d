// Time by the CF conventions.
#include "runtime/io/CfTime.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace orrery::runtime {

std::optional<Calendar> calendarNamed(std::string name) {
  static const std::map<std::string, Calendar> names = {
      {"", Calendar::Standard},          {"standard", Calendar::Standard},
      {"gregorian", Calendar::Standard}, {"proleptic_gregorian", Calendar::ProlepticGregorian},
      {"julian", Calendar::Julian},      {"noleap", Calendar::NoLeap},
      {"365_day", Calendar::NoLeap},     {"all_leap", Calendar::AllLeap},
      {"366_day", Calendar::AllLeap},    {"360_day", Calendar::Days360},
  };
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  auto found = names.find(name);
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

static int64_t floorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0); }

// The standard calendar is Julian up to 1582-10-04; the next day is 1582-10-15.
static bool julianRules(Calendar calendar, int64_t year, int month, int day) {
  if (calendar == Calendar::Julian)
    return true;
  if (calendar != Calendar::Standard || year > 1582)
    return false;
  return year < 1582 || month < 10 || (month == 10 && day < 15);
}

static bool leap(Calendar calendar, int64_t year) {
  switch (calendar) {
  case Calendar::NoLeap:
  case Calendar::Days360:
    return false;
  case Calendar::AllLeap:
    return true;
  case Calendar::Julian:
    return year % 4 == 0;
  case Calendar::Standard:
    if (year <= 1582)
      return year % 4 == 0;
    [[fallthrough]];
  case Calendar::ProlepticGregorian:
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  }
  return false;
}

int daysInMonth(Calendar calendar, int64_t year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (calendar == Calendar::Days360)
    return 30;
  return month == 2 && leap(calendar, year) ? 29 : days[month - 1];
}

// Days before a date; the year is taken to begin in March so that the leap day comes last.
static int64_t dayNumber(Calendar calendar, int64_t year, int month, int day) {
  if (calendar == Calendar::Days360)
    return year * 360 + (month - 1) * 30 + day - 1;
  if (calendar == Calendar::NoLeap || calendar == Calendar::AllLeap) {
    int64_t days = year * (calendar == Calendar::NoLeap ? 365 : 366) + day - 1;
    for (int m = 1; m < month; ++m)
      days += daysInMonth(calendar, year, m);
    return days;
  }
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t days = 365 * y + floorDiv(y, 4) + (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day;
  // Julian and Gregorian counts meet on 1582-10-05 (Julian) = 1582-10-15 (Gregorian), ten days
  // apart by then.
  return julianRules(calendar, year, month, day) ? days
                                                 : days - floorDiv(y, 100) + floorDiv(y, 400) + 2;
}

double secondsOf(Calendar calendar, const Date &d) {
  return double(dayNumber(calendar, d.year, d.month, d.day)) * 86400 + d.hour * 3600 +
         d.minute * 60 + d.second;
}

Date dateOf(Calendar calendar, double seconds) {
  // No calendar means anything ten million years from now, and the count of days must fit.
  constexpr double most = 3.2e14;
  if (!(std::abs(seconds) <= most))
    seconds = std::copysign(most, seconds);
  // Rounded to a microsecond: 0.1 s is no binary number, and a date should not read
  // 11:59:59.9999999.
  double days = std::floor(seconds / 86400),
         rest = std::round((seconds - days * 86400) * 1e6) / 1e6;
  if (rest >= 86400) {
    rest -= 86400;
    days += 1;
  }
  int64_t number = int64_t(days);
  Date date;
  date.year = int64_t(std::floor(days / (calendar == Calendar::Days360   ? 360
                                         : calendar == Calendar::AllLeap ? 366
                                                                         : 365.2425)));
  while (dayNumber(calendar, date.year, 1, 1) > number)
    --date.year;
  while (dayNumber(calendar, date.year + 1, 1, 1) <= number)
    ++date.year;
  while (date.month < 12 && dayNumber(calendar, date.year, date.month + 1, 1) <= number)
    ++date.month;
  int64_t first = dayNumber(calendar, date.year, date.month, 1);
  date.day = int(number - first) + 1;
  if (calendar == Calendar::Standard && date.year == 1582 && date.month == 10 && date.day > 4)
    date.day += 10; // the days that were left out
  date.hour = int(rest / 3600);
  date.minute = int((rest - date.hour * 3600) / 60);
  date.second = rest - date.hour * 3600 - date.minute * 60;
  return date;
}

std::string text(const Date &d) {
  std::string day = fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
  if (d.hour == 0 && d.minute == 0 && d.second == 0)
    return day;
  return day + (d.second == 0 ? fmt::format("T{:02}:{:02}", d.hour, d.minute)
                              : fmt::format("T{:02}:{:02}:{:02.0f}", d.hour, d.minute, d.second));
}

namespace {

// Reads a date from left to right; `parts` counts what was there: 1 year ... 6 second.
struct DateReader {
  const std::string &text;
  size_t at = 0;
  int parts = 0;
  Date date = {};
  double zone = 0; // seconds east

  char peek() const { return at < text.size() ? text[at] : '\0'; }
  bool take(char c) { return peek() == c ? (++at, true) : false; }
  void spaces() {
    while (peek() == ' ')
      ++at;
  }
  bool whole(int64_t &value) {
    size_t start = at;
    value = 0;
    while (std::isdigit(static_cast<unsigned char>(peek())) && at - start < 9)
      value = value * 10 + (text[at++] - '0');
    return at > start;
  }
  bool day() {
    int64_t n;
    bool negative = take('-');
    if (!whole(n))
      return false;
    date.year = negative ? -n : n;
    parts = 1;
    for (int *part : {&date.month, &date.day}) {
      if (!take('-'))
        break;
      if (!whole(n))
        return false;
      *part = int(n);
      ++parts;
    }
    return true;
  }
  bool clock() {
    int64_t n;
    if (!take('T'))
      spaces();
    if (!std::isdigit(static_cast<unsigned char>(peek())))
      return true;
    if (parts != 3 || !whole(n))
      return false;
    date.hour = int(n);
    parts = 4;
    if (take(':')) {
      if (!whole(n))
        return false;
      date.minute = int(n);
      parts = 5;
      if (take(':')) {
        size_t start = at;
        while (std::isdigit(static_cast<unsigned char>(peek())) || peek() == '.')
          ++at;
        if (at == start || at - start > 18)
          return false;
        date.second = std::strtod(text.substr(start, at - start).c_str(), nullptr);
        parts = 6;
      }
    }
    return true;
  }
  bool offset() {
    spaces();
    if (text.compare(at, std::string::npos, "Z") == 0)
      ++at;
    else if (text.compare(at, 3, "UTC") == 0 || text.compare(at, 3, "GMT") == 0)
      at += 3;
    spaces();
    bool west = peek() == '-';
    if (!west && peek() != '+')
      return at == text.size();
    ++at;
    int64_t hours, minutes = 0;
    if (!whole(hours))
      return false;
    if (take(':')) {
      if (!whole(minutes))
        return false;
    } else if (hours >= 100) {
      minutes = hours % 100;
      hours /= 100;
    }
    zone = (west ? -1.0 : 1.0) * double(hours * 3600 + minutes * 60);
    spaces();
    return at == text.size();
  }
  bool valid(Calendar calendar) const {
    return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= daysInMonth(calendar, date.year, date.month) && date.hour >= 0 &&
           date.hour <= 24 && date.minute >= 0 && date.minute < 60 && date.second < 61;
  }
};

} // namespace

std::optional<TimeUnits> timeUnits(const std::string &units, const std::string &calendarName) {
  auto calendar = calendarNamed(calendarName);
  size_t since = units.find(" since ");
  if (!calendar || since == std::string::npos)
    return {};
  std::string unit = units.substr(0, since), rest = units.substr(since + 7);
  unit.erase(std::remove(unit.begin(), unit.end(), ' '), unit.end());
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  static const std::map<std::string, double> scales = {{"s", 1},
                                                       {"sec", 1},
                                                       {"secs", 1},
                                                       {"second", 1},
                                                       {"seconds", 1},
                                                       {"min", 60},
                                                       {"mins", 60},
                                                       {"minute", 60},
                                                       {"minutes", 60},
                                                       {"h", 3600},
                                                       {"hr", 3600},
                                                       {"hrs", 3600},
                                                       {"hour", 3600},
                                                       {"hours", 3600},
                                                       {"d", 86400},
                                                       {"day", 86400},
                                                       {"days", 86400},
                                                       {"week", 604800},
                                                       {"weeks", 604800},
                                                       {"ms", 1e-3},
                                                       {"msec", 1e-3},
                                                       {"millisecond", 1e-3},
                                                       {"milliseconds", 1e-3},
                                                       {"microsecond", 1e-6},
                                                       {"microseconds", 1e-6}};
  auto scale = scales.find(unit);
  DateReader reader{rest};
  reader.spaces();
  if (scale == scales.end() || !reader.day() || !reader.clock() || !reader.offset() ||
      !reader.valid(*calendar))
    return {};
  return TimeUnits{*calendar, scale->second, secondsOf(*calendar, reader.date) - reader.zone};
}

std::optional<Period> periodNamed(Calendar calendar, const std::string &text) {
  DateReader reader{text};
  if (!reader.day() || !reader.clock() || reader.at != text.size() || !reader.valid(calendar))
    return {};
  Date next = reader.date;
  double begin = secondsOf(calendar, reader.date);
  switch (reader.parts) {
  case 1:
    next.year += 1;
    break;
  case 2:
    next.year += next.month == 12;
    next.month = next.month % 12 + 1;
    break;
  default: {
    static const double lengths[] = {86400, 3600, 60, 1};
    return Period{begin, begin + lengths[reader.parts - 3]};
  }
  }
  return Period{begin, secondsOf(calendar, next)};
}

} // namespace orrery::runtime
