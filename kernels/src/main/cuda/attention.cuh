// What the attention kernels share: the work list, and where things lie.
//
//   qkv   [tokens, 3*width]  queries, keys and values side by side, each [tokens, width] with the heads side by side
//   out   [tokens, width]
//   lse   [heads, tokens]    natural logarithm of the sum of exponentials of the scaled scores
//   delta [heads, tokens]    sum over the head's channels of dout*out
//
// Sequences lie one behind the other; a token attends to the tokens of its own sequence only.
#pragma once

#include <cstddef>

#include "common.cuh"

// One entry of the work list: up to 64 rows (queries, or keys) of one sequence. A block works on one entry and one head.
struct __align__(16) AttentionTile {
    int first;   // first token of the sequence
    int length;  // tokens of the sequence
    int start;   // first row of the tile within the sequence
    int rows;    // rows of the tile, 1..64
};

constexpr int kTileRows = 64;
constexpr int kThreads = 128;
constexpr float kLog2E = 1.4426950408889634f;

// Number of keys that a query (its position in the sequence) sees: keys 0 to keys_seen-1. Rows behind the end of the sequence,
// which are computed with zeros and thrown away, see what the last token sees.
__device__ __forceinline__ int keys_seen(int query, int length, int causal) {
    return causal ? min(query + 1, length) : length;
}
