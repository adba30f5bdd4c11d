// Many products of a scalar with a point: for setups and ceremonies.
#pragma once
#include "points.hpp"
#include "pool.hpp"

namespace opg {

/** Called with the share of a job that is done, 0 to 1, from any thread. */
using Done = std::function<void(double)>;

/** out[i] = scalars[i] * base. File form. */
template <int D>
void multiplyBase(const u64* base, const u64* scalars, size_t count, u64* out, Pool& pool, const Task& task,
                  const Done& done);

/** out[i] = scalars[i] * points[i]. File form. */
template <int D>
void multiplyEach(const u64* points, const u64* scalars, size_t count, u64* out, Pool& pool, const Task& task,
                  const Done& done);

/** The transform of 2^logN points, natural order in and out. File form. */
template <int D>
void transformPoints(const u64* points, int logN, bool inverse, u64* out, Pool& pool, const Task& task,
                     const Done& done);

}  // namespace opg
