// Winds read from NetCDF, bilinear upsampling, and how far two of them are apart.

#ifndef ORRERY_MODELS_CLIMATE_DEMO_FIELDS_H
#define ORRERY_MODELS_CLIMATE_DEMO_FIELDS_H

#include <cstddef>
#include <string>
#include <vector>

namespace orrery::demo {

// One variable over time, latitude (south to north) and longitude; a variable without time has one
// time.
struct Field {
  size_t times = 1, rows = 0, cols = 0;
  std::vector<double> values;
  double at(size_t time, size_t row, size_t col) const {
    return values[(time * rows + row) * cols + col];
  }
};

// A file, its months as year * 12 + month (from 0), and where its grid is.
struct File {
  std::string path;
  std::vector<int> months;
  std::vector<double> lat, lon;
};

// Both stop the program with a message where the file is not what is expected.
File openFile(const std::string &path);
Field readField(const File &file, const std::string &name);

// The months of `wanted`, in that order, of a field that has those of `file`.
Field atMonths(const Field &field, const File &file, const std::vector<int> &wanted);

// Grid points are the centres of cells; beyond the outermost centres the field is constant.
Field upsample(const Field &coarse, size_t rows, size_t cols);

double meanSquare(const Field &a, const Field &b);

} // namespace orrery::demo

#endif // ORRERY_MODELS_CLIMATE_DEMO_FIELDS_H
