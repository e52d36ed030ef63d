// The one line that shows how a run goes.
#include "runtime/program/ProgressLine.h"
#include "runtime/core/Buffer.h"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

namespace orrery::runtime {

bool ProgressLine::due(bool endOfEpoch) const {
  if (talk.quiet && !talk.json)
    return false;
  double since = std::chrono::duration<double>(Clock::now() - last).count();
  // Epochs of a few steps would fill a log with lines, so an epoch's end gets one at most once a
  // second.
  return talk.terminal || talk.json ? since >= 0.2 : since >= 10 || (endOfEpoch && since >= 1);
}

static std::string bar(double share) {
  constexpr int cells = 20;
  int halves = int(share * cells * 2 + 0.5);
  std::string text;
  for (int i = 0; i < cells; ++i)
    text += 2 * i + 2 <= halves ? "━" : 2 * i + 1 <= halves ? "╸" : " ";
  return text;
}

// 1.9e-3 as people write it, not 1.9e-03.
static std::string scientific(double x) {
  if (x == 0)
    return "0";
  std::string text = fmt::format("{:.1e}", x);
  size_t e = text.find('e');
  int exponent = std::stoi(text.substr(e + 1));
  return fmt::format("{}e{}", text.substr(0, e), exponent);
}

std::string ProgressLine::compose(const Status &s, bool withBar) const {
  std::string text =
      fmt::format("epoch {}{} ", s.epoch, s.epochs ? fmt::format("/{}", s.epochs) : "");
  if (withBar)
    text += talk.paint("32", bar(s.done)) + " ";
  text += fmt::format("{:.0f}%  step {}  loss {:.4g}", 100 * s.done, grouped(s.step), s.loss);
  if (s.skipped)
    text += fmt::format("  {} skipped", grouped(s.skipped));
  if (!s.validation.empty())
    text += "  " + s.validation;
  text += fmt::format("  {:.3g} samples/s", s.samplesPerSecond);
  if (s.dataWait >= 0.005)
    text += fmt::format(" (data wait {:.0f}%)", 100 * s.dataWait);
  text += fmt::format("  lr {}  |g| {:.2g}  {:.1f} GB", scientific(s.lr), s.gradientNorm,
                      double(peakMemory()) / 1e9);
  if (s.done < 1)
    text += "  ETA " + duration(s.secondsLeft);
  return text;
}

// Cuts a line to the terminal's width; colour codes take no room.
static std::string cut(const std::string &text, size_t columns) {
  std::string out;
  size_t used = 0;
  bool escape = false;
  for (unsigned char c : text) {
    if (c == '\033')
      escape = true;
    bool first = (c & 0xC0) != 0x80;
    if (!escape && first && ++used >= columns)
      return out + "\033[0m";
    out += char(c);
    if (escape && c == 'm')
      escape = false;
  }
  return out;
}

void ProgressLine::show(const Status &status) {
  last = Clock::now();
  if (talk.json)
    talk.event({{"event", "step"},
                {"epoch", status.epoch},
                {"step", status.step},
                {"loss", status.loss},
                {"samples_per_s", status.samplesPerSecond},
                {"lr", status.lr},
                {"gradient_norm", status.gradientNorm},
                {"skipped", status.skipped},
                {"data_wait", status.dataWait},
                {"seconds_left", status.secondsLeft}});
  if (talk.quiet || (talk.json && !talk.terminal))
    return;
  if (!talk.terminal) {
    toStderr(compose(status, false) + "\n");
    return;
  }
  winsize window{};
  size_t columns =
      ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col ? window.ws_col : 120;
  toStderr(fmt::format("\r{}\033[K", cut(compose(status, true), columns)));
  std::fflush(stderr);
  shown = true;
}

void ProgressLine::clear() {
  if (shown)
    toStderr("\r\033[K");
  shown = false;
}

} // namespace orrery::runtime
