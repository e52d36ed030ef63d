// winds-demo COARSE.nc FINE.nc PREDICTED.nc PICTURE.png: a table of errors, and one month as four
// maps.
//
// The months are those of PREDICTED. The picture shows the eastward wind of the month whose error
// is the median of all.

#include "models/climate/demo/Canvas.h"
#include "models/climate/demo/Fields.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <numeric>

using namespace orrery::demo;

namespace {

constexpr Colour ink{30, 30, 35}, grey{110, 110, 115};
constexpr int point = 5; // pixels a point of the fine grid

struct Winds {
  Field coarse, bilinear, model, truth;
};

// One row of the table; the bar is as long as bilinear's error, and as full as the model's.
void printRow(const std::string &name, double bilinear, double model) {
  constexpr int cells = 24;
  int full = std::clamp(int(std::lround(cells * model / bilinear)), 0, cells);
  std::string bar;
  for (int i = 0; i < cells; ++i)
    bar += i < full ? "━" : "┄";
  fmt::print("  {:<6} {:8.3f} {:8.3f}   {}  {:+.0f} %\n", name, bilinear, model, bar,
             100 * (model / bilinear - 1));
}

void printTable(const std::vector<std::string> &names, const std::vector<Winds> &winds,
                const std::vector<int> &months) {
  fmt::print("Error of the fine winds, {} to {} (root mean square, m/s)\n\n", months.front() / 12,
             months.back() / 12);
  fmt::print("         bilinear    model\n");
  double bilinear = 0, model = 0;
  for (size_t i = 0; i < winds.size(); ++i) {
    double b = meanSquare(winds[i].bilinear, winds[i].truth),
           m = meanSquare(winds[i].model, winds[i].truth);
    printRow(names[i], std::sqrt(b), std::sqrt(m));
    bilinear += b / winds.size();
    model += m / winds.size();
  }
  printRow("both", std::sqrt(bilinear), std::sqrt(model));
}

// The month whose error is in the middle: neither the luckiest nor the worst.
size_t typicalMonth(const Winds &winds) {
  size_t size = winds.truth.rows * winds.truth.cols;
  std::vector<double> errors;
  for (size_t t = 0; t < winds.truth.times; ++t) {
    double sum = 0;
    for (size_t i = t * size; i < (t + 1) * size; ++i)
      sum += std::pow(winds.model.values[i] - winds.truth.values[i], 2);
    errors.push_back(sum);
  }
  std::vector<size_t> order(errors.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return errors[a] < errors[b]; });
  return order[order.size() / 2];
}

class Map {
public:
  Map(Canvas &canvas, int x, int y, const Field &land) : canvas(canvas), x(x), y(y), land(land) {}

  // A field of any resolution, south at the bottom; values beyond `range` take its end's colour.
  template <typename At>
  void draw(const std::string &title, size_t rows, size_t cols, double range, At at) {
    int width = int(land.cols) * point, height = int(land.rows) * point;
    canvas.text(x, y - 22, title, ink, 2);
    for (size_t i = 0; i < rows; ++i)
      for (size_t j = 0; j < cols; ++j) {
        int left = int(j * width / cols), right = int((j + 1) * width / cols);
        int top = int((rows - 1 - i) * height / rows), bottom = int((rows - i) * height / rows);
        canvas.fill(x + left, y + top, right - left, bottom - top, diverging(at(i, j) / range));
      }
    coastline();
    canvas.frame(x, y, width, height, grey);
  }

private:
  // Lines between points that are mostly land and points that are mostly sea.
  void coastline() {
    auto isLand = [&](size_t i, size_t j) { return land.at(0, i, j % land.cols) > 0.5; };
    for (size_t i = 0; i < land.rows; ++i)
      for (size_t j = 0; j < land.cols; ++j) {
        int left = x + int(j) * point, top = y + int(land.rows - 1 - i) * point;
        if (j + 1 < land.cols && isLand(i, j) != isLand(i, j + 1))
          canvas.fill(left + point, top, 1, point + 1, ink);
        if (i + 1 < land.rows && isLand(i, j) != isLand(i + 1, j))
          canvas.fill(left, top, point + 1, 1, ink);
      }
  }

  Canvas &canvas;
  int x, y;
  const Field &land;
};

void colourBar(Canvas &canvas, int x, int y, int height, double range, const std::string &unit) {
  for (int j = 0; j < height; ++j)
    canvas.fill(x, y + j, 14, 1, diverging(1 - 2.0 * j / (height - 1)));
  canvas.frame(x, y, 14, height, grey);
  for (int k = -2; k <= 2; ++k) {
    int tick = y + (2 - k) * (height - 1) / 4;
    canvas.fill(x + 14, tick, 4, 1, grey);
    canvas.text(x + 22, tick - 3, fmt::format("{:g}", range * k / 2), ink);
  }
  canvas.text(x, y - 14, unit, ink);
}

bool drawMonth(const std::string &path, const Winds &u, const Field &land, size_t t, int month) {
  constexpr int margin = 20, gap = 90, header = 70;
  int width = int(land.cols) * point, height = int(land.rows) * point;
  Canvas canvas(margin + 2 * (width + gap), header + 2 * (height + 50));
  canvas.text(margin, 12,
              fmt::format("Eastward wind at 10 m, mean of {}-{:02}", month / 12, month % 12 + 1),
              ink, 2);

  double strongest = 0, error = 0;
  for (size_t i = 0; i < land.rows; ++i)
    for (size_t j = 0; j < land.cols; ++j) {
      strongest = std::max(strongest, std::fabs(u.truth.at(t, i, j)));
      error +=
          std::pow(u.model.at(t, i, j) - u.truth.at(t, i, j), 2) / double(land.rows * land.cols);
    }
  double range = std::ceil(strongest / 2) * 2, errorRange = 4;
  int left[2] = {margin, margin + width + gap}, top[2] = {header, header + height + 50};
  auto map = [&](int row, int col) { return Map(canvas, left[col], top[row], land); };
  map(0, 0).draw(fmt::format("coarse, {} x {}", u.coarse.rows, u.coarse.cols), u.coarse.rows,
                 u.coarse.cols, range, [&](size_t i, size_t j) { return u.coarse.at(t, i, j); });
  map(0, 1).draw(fmt::format("model, {} x {}", land.rows, land.cols), land.rows, land.cols, range,
                 [&](size_t i, size_t j) { return u.model.at(t, i, j); });
  map(1, 0).draw("truth", land.rows, land.cols, range,
                 [&](size_t i, size_t j) { return u.truth.at(t, i, j); });
  map(1, 1).draw(fmt::format("model - truth, rms {:.2f} m/s", std::sqrt(error)), land.rows,
                 land.cols, errorRange,
                 [&](size_t i, size_t j) { return u.model.at(t, i, j) - u.truth.at(t, i, j); });
  for (int row = 0; row < 2; ++row)
    for (int col = 0; col < 2; ++col)
      colourBar(canvas, left[col] + width + 14, top[row], height, row && col ? errorRange : range,
                "m/s");
  return canvas.write(path);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: winds-demo COARSE.nc FINE.nc PREDICTED.nc PICTURE.png\n");
    return 2;
  }
  File coarse = openFile(argv[1]), fine = openFile(argv[2]), predicted = openFile(argv[3]);
  const std::vector<int> &months = predicted.months;
  std::vector<std::string> names = {"u10", "v10"};
  std::vector<Winds> winds;
  for (const std::string &name : names) {
    Winds w;
    w.truth = atMonths(readField(fine, name), fine, months);
    w.coarse = atMonths(readField(coarse, name), coarse, months);
    w.bilinear = upsample(w.coarse, w.truth.rows, w.truth.cols);
    w.model = readField(predicted, name);
    winds.push_back(std::move(w));
  }
  printTable(names, winds, months);
  size_t t = typicalMonth(winds[0]);
  return drawMonth(argv[4], winds[0], readField(fine, "land_sea_mask"), t, months[t]) ? 0 : 1;
}
