// A picture in memory: rectangles, small text, blue-white-red colours; written as PNG.

#ifndef ORRERY_MODELS_CLIMATE_DEMO_CANVAS_H
#define ORRERY_MODELS_CLIMATE_DEMO_CANVAS_H

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::demo {

struct Colour {
  uint8_t red, green, blue;
};

// Blue at -1, white at 0, red at 1.
Colour diverging(double x);

class Canvas {
public:
  Canvas(int width, int height)
      : width(width), height(height), pixels(size_t(width) * height, Colour{255, 255, 255}) {}

  void fill(int x, int y, int w, int h, Colour colour);
  void frame(int x, int y, int w, int h, Colour colour);
  // The left upper corner is (x, y); a character takes 6 * scale by 8 * scale points.
  void text(int x, int y, const std::string &text, Colour colour, int scale = 1);
  static int textWidth(const std::string &text, int scale = 1) {
    return int(text.size()) * 6 * scale - scale;
  }
  // False, with a reason on stderr, where the file cannot be written.
  bool write(const std::string &path) const;

private:
  int width, height;
  std::vector<Colour> pixels;
};

} // namespace orrery::demo

#endif // ORRERY_MODELS_CLIMATE_DEMO_CANVAS_H
