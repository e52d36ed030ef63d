// Time by the CF conventions: "hours since 1980-01-14 14:00:00" in one of the calendars, and dates
// a user writes ("1982", "1982-03").
#ifndef ORRERY_RUNTIME_IO_CFTIME_H
#define ORRERY_RUNTIME_IO_CFTIME_H

#include <cstdint>
#include <optional>
#include <string>

namespace orrery::runtime {

enum class Calendar { Standard, ProlepticGregorian, Julian, NoLeap, AllLeap, Days360 };

std::optional<Calendar> calendarNamed(std::string name);

struct Date {
  int64_t year = 0;
  int month = 1, day = 1, hour = 0, minute = 0;
  double second = 0;

  friend bool operator==(const Date &, const Date &) = default;
};

int daysInMonth(Calendar calendar, int64_t year, int month);
// Seconds since 0000-01-01 00:00 of that calendar's own count; differences and order are what
// matters.
double secondsOf(Calendar calendar, const Date &date);
Date dateOf(Calendar calendar, double seconds);
std::string text(const Date &date);

// How numbers of a time coordinate become seconds.
struct TimeUnits {
  Calendar calendar;
  double scale;     // seconds a unit
  double reference; // seconds of the moment counted from

  double seconds(double value) const { return reference + scale * value; }
};

// Nothing if `units` is not of the form "<unit> since <date>", or has a unit whose length varies
// (months, years).
std::optional<TimeUnits> timeUnits(const std::string &units, const std::string &calendar);

// "1982", "1982-03", "1982-03-05", "1982-03-05 12", "...T12:30", "...:30": the moment it begins and
// the moment its last unit ends.
struct Period {
  double begin, end;
};
std::optional<Period> periodNamed(Calendar calendar, const std::string &text);

} // namespace orrery::runtime

#endif
