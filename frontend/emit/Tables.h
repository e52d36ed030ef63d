// Constant tables that functions of the language multiply with: interpolation weights, frequencies.

#ifndef ORRERY_FRONTEND_EMIT_TABLES_H
#define ORRERY_FRONTEND_EMIT_TABLES_H

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace orrery::emit {

enum class Interpolation { Nearest, Bilinear, Bicubic, Area };
std::optional<Interpolation> interpolationNamed(std::string_view name);

// Row-major [to, from]: weights of the `from` points in each of the `to` points. Grid points are
// the centres of cells, as in PyTorch's interpolate(align_corners=False); `wrap` counts round the
// end.
std::vector<double> resizeWeights(Interpolation kind, int64_t from, int64_t to, bool wrap);

// Row-major [positions, channels]: sin in the first half of the channels, cos in the second, of
// position * 10000^(-k / half).
std::vector<double> sinusoids(int64_t positions, int64_t channels);

// 1000 * 10000^(-k / count): a number in 0..1 turns as a step in 0..1000 does.
std::vector<double> fourierFrequencies(int64_t count);

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_TABLES_H
