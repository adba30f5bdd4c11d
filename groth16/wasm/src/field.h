// The field that this build computes with: SIMD by default, 29-bit integers where fused multiply-add is missing.
#pragma once
#ifdef SCALAR_FIELD
#include "field_scalar.h"
#else
#include "field_simd.h"
#endif
