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

// One entry of the work list: up to 64 rows (queries, or keys) of one sequence. A block works on one entry and one head.
struct __align__(16) AttentionTile {
    int first;   // first token of the sequence
    int length;  // tokens of the sequence
    int start;   // first row of the tile within the sequence
    int rows;    // rows of the tile, 1..64
};

constexpr int ATTENTION_TILE_ROWS = 64;
constexpr int ATTENTION_THREADS = 128;
constexpr float LOG2_E = 1.4426950408889634f;
constexpr float LN_2 = 0.6931471805599453f;

// Number of keys that a query (its position in the sequence) sees: keys 0 to keys_seen-1. Rows behind the end of the sequence,
// which are computed with zeros and thrown away, see what the last token sees.
__device__ __forceinline__ int keys_seen(int query, int length, int causal) {
    return causal ? min(query + 1, length) : length;
}

// Asynchronous copy of 16 bytes from global to shared memory; zeros instead where the row does not exist. Both addresses are
// multiples of 16, and the global one may be read even if the row does not exist.
__device__ __forceinline__ void copy16_async(void* shared, const void* global, bool exists) {
    unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(global), "r"(exists ? 16 : 0) : "memory");
}

// The same for 4 bytes.
__device__ __forceinline__ void copy4_async(void* shared, const void* global, bool exists) {
    unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(to), "l"(global), "r"(exists ? 4 : 0) : "memory");
}

// Closes the group of copies this thread has begun since the last call.
__device__ __forceinline__ void close_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits until at most OPEN of this thread's groups of copies are still under way.
template <int OPEN>
__device__ __forceinline__ void await_copies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(OPEN) : "memory");
}
