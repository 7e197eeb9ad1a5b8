// Layout of a batch of similarity maps, as the host's MapPlan has it.
#pragma once

#include "common.cuh"

// Whether a cell shows the picture rather than padding; valid holds a bit a cell in ceil(cells / 32) words a sample, or is
// null where all cells do.
__device__ __forceinline__ bool is_valid(const unsigned* valid, int cells, int sample, int cell) {
    return valid == nullptr || (valid[sample * ceil_div(cells, 32) + cell / 32] >> (cell % 32) & 1u) != 0;
}

// The sample that has a map; offsets[s] is the first map of sample s.
__device__ __forceinline__ int sample_of(const int* offsets, int map) {
    int sample = 0;
    while (offsets[sample + 1] <= map) {
        sample++;
    }
    return sample;
}
