// TTD after the similarity maps: which tags are selected, both losses and their gradient (Eq. 3 to 6).
//
// The maps of a batch are the rows of cosines [maps, cells]; offsets [samples + 1] is the first row of every sample, its
// caption's, those of its tags follow. S = phi(cos) = sigmoid(w cos + b), or the cosine itself. With the min-max map
//     N = (S_teacher - least) / max(largest - least, minimum range), or hard: N > 1/2,
// of every selected tag, and U their largest value per cell,
//     L_distill = |S(caption) - U|^2,   L_tag = sum_selected |S - N|^2 + sum_rejected |S|^2,
// over the valid cells, divided by reductions[sample]: their number, or 1. U and N are constants of the gradient.
//
// Differences of sigmoids are taken without cancellation, however flat a map is:
//     sigmoid(x) - sigmoid(y) = sigmoid(x) sigmoid(-y) (1 - e^(y-x)).
// Scores are double: a selection hangs on which of two gaps is larger, and there is one score a map.
//
// Launch: ttd_select: grid samples, one warp, dynamic shared memory 8 bytes for every tag of the largest sample.
// ttd_loss: grid (ceil(cells / kThreads), samples), blocks of kThreads. ttd_loss_finish: one block of kFinishThreads.
// Rows, cells and samples are at least one; maps * cells < 2^31.
#include "maps.cuh"

constexpr int kThreads = 128;
constexpr int kFinishThreads = 256;

// ---------------------------------------------------------------------------------------------------------------------
// Helpers: selection

// Doubles as integers of the same order; -0.0 comes before 0.0, as in Double.compare.
__device__ __forceinline__ long long order_key(double x) {
    const long long bits = __double_as_longlong(x);
    return bits ^ ((bits >> 63) & 0x7fffffffffffffffLL);
}

// Whether tag i comes before tag j: larger scores first, equal ones in their order in the batch.
__device__ __forceinline__ bool is_before(double score_i, int i, double score_j, int j) {
    const long long a = order_key(score_i);
    const long long b = order_key(score_j);
    return a > b || (a == b && i < j);
}

__device__ __forceinline__ double score(double cosine, int sigmoid, double w, double b) {
    return sigmoid ? 1.0 / (1.0 + exp(-(w * cosine + b))) : cosine;
}

// ---------------------------------------------------------------------------------------------------------------------
// Helpers: losses

struct Phi {
    int sigmoid;
    float w, b;

    __device__ __forceinline__ float of(float cosine) const {
        return sigmoid ? 1.0f / (1.0f + expf(-fmaf(w, cosine, b))) : cosine;
    }
    // 1 - S
    __device__ __forceinline__ float rest(float cosine) const { return 1.0f / (1.0f + expf(fmaf(w, cosine, b))); }
    // dS/dcos, given S
    __device__ __forceinline__ float slope(float s) const { return sigmoid ? w * s * (1.0f - s) : 1.0f; }
};

// What a target is made of: target = (cos - least) factor for the cosine, and
// S sigmoid(-least) (1 - e^(w (least - cos))) / range, with factor = sigmoid(-least) / range, for the sigmoid.
struct TargetMap {
    float least;
    float factor;
    bool selected;
};

__device__ __forceinline__ TargetMap target_map(const Phi& phi, const float* extremes, float minimum_range, bool selected) {
    const float least = extremes[0];
    const float largest = extremes[1];
    if (!phi.sigmoid) {
        return {least, 1.0f / fmaxf(largest - least, minimum_range), selected};
    }
    const float rest = phi.rest(least);
    const float range = phi.of(largest) * rest * -expm1f(phi.w * (least - largest));
    return {least, rest / fmaxf(range, minimum_range), selected};
}

// N of a cell with the given cosine and S.
__device__ __forceinline__ float target(const Phi& phi, const TargetMap& map, bool hard, float cosine, float s) {
    const float norm = phi.sigmoid ? s * map.factor * -expm1f(phi.w * (map.least - cosine))
                                   : (cosine - map.least) * map.factor;
    return hard ? (norm > 0.5f ? 1.0f : 0.0f) : norm;
}

// ---------------------------------------------------------------------------------------------------------------------
// Exported kernels: selection

// Largest-gap selection: tags by descending score are cut at the first of the largest differences between neighbours.
// A tag's place is the number of tags before it; its neighbour the largest score after it.
// extremes [maps, 3]: least, largest, where; barred [maps] or null; selected [maps]: 1 or 0, 0 for captions.
extern "C" __global__ __launch_bounds__(32) void ttd_select(
    const int* __restrict__ offsets, const float* __restrict__ extremes, const int* __restrict__ barred,
    float* __restrict__ selected, int sigmoid, double w, double b) {
    extern __shared__ double scores[];  // [tags]
    const int lane = threadIdx.x;
    const int first = offsets[blockIdx.x] + 1;
    const int tags = offsets[blockIdx.x + 1] - first;
    for (int i = lane; i < tags; i += kWarpSize) {
        scores[i] = score(extremes[3 * (first + i) + 1], sigmoid, w, b);
    }
    __syncwarp();
    double gap = -INFINITY;
    int last = 0;               // place of the last selected tag
    int best_free = 0x7fffffff;  // place of the best tag that is not barred
    for (int i = lane; i < tags; i += kWarpSize) {
        int place = 0;
        double next = -INFINITY;
        bool has_next = false;
        for (int j = 0; j < tags; j++) {
            if (is_before(scores[j], j, scores[i], i)) {
                place++;
            } else if (j != i) {
                next = fmax(next, scores[j]);
                has_next = true;
            }
        }
        const double difference = scores[i] - next;
        if (has_next && (difference > gap || (difference == gap && place < last))) {
            gap = difference;
            last = place;
        }
        if (barred == nullptr || !barred[first + i]) {
            best_free = min(best_free, place);
        }
    }
#pragma unroll
    for (int offset = kWarpSize / 2; offset > 0; offset /= 2) {
        const double other_gap = __shfl_xor_sync(kFullMask, gap, offset);
        const int other_last = __shfl_xor_sync(kFullMask, last, offset);
        if (other_gap > gap || (other_gap == gap && other_last < last)) {
            gap = other_gap;
            last = other_last;
        }
        best_free = min(best_free, __shfl_xor_sync(kFullMask, best_free, offset));
    }
    // Where all above the gap are barred, the best that is not takes their stead.
    const int end = max(last, best_free == 0x7fffffff ? 0 : best_free);
    for (int i = lane; i < tags; i += kWarpSize) {
        int place = 0;
        for (int j = 0; j < tags; j++) {
            place += is_before(scores[j], j, scores[i], i);
        }
        const bool free = barred == nullptr || !barred[first + i];
        selected[first + i] = free && place <= end ? 1.0f : 0.0f;
    }
    if (lane == 0) {
        selected[first - 1] = 0.0f;
    }
}

// The same as LargestGap.java reads, walked from the best tag down by one thread a sample; grid samples.
extern "C" __global__ __launch_bounds__(32) void ttd_select_plain(
    const int* offsets, const float* extremes, const int* barred, float* selected, int sigmoid, double w, double b) {
    if (threadIdx.x != 0) {
        return;
    }
    const int first = offsets[blockIdx.x] + 1;
    const int end = offsets[blockIdx.x + 1];
    selected[first - 1] = 0.0f;
    const auto score_of = [&](int i) { return score(extremes[3 * i + 1], sigmoid, w, b); };
    // The best tag, or the best of those after tag i; -1 if there is none.
    const auto next_after = [&](int i) {
        int best = -1;
        for (int j = first; j < end; j++) {
            const bool after = i < 0 || is_before(score_of(i), i, score_of(j), j);
            if (after && (best < 0 || is_before(score_of(j), j, score_of(best), best))) {
                best = j;
            }
        }
        return best;
    };
    int count = 1;
    double largest = -INFINITY;
    int place = 0;
    for (int i = next_after(-1); i >= 0; place++) {
        const int next = next_after(i);
        if (next >= 0 && score_of(i) - score_of(next) > largest) {
            largest = score_of(i) - score_of(next);
            count = place + 1;
        }
        i = next;
    }
    place = 0;
    bool any = false;
    for (int i = next_after(-1); i >= 0; i = next_after(i), place++) {
        const bool free = barred == nullptr || !barred[i];
        const bool chosen = free && (place < count || !any);
        selected[i] = chosen ? 1.0f : 0.0f;
        any = any || chosen;
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Exported kernels: losses

// One thread a cell, one walk over the sample's maps: every cosine is read once and its gradient written at once.
// partial [samples, gridDim.x, 2]: L_distill and L_tag of a block's cells before the reduction.
// dmaps [maps, cells] or null: gradient of (distill_weight L_distill + tag_weight L_tag) / batch, 0 in padding;
// distill_scale and tag_scale are the weights over batch. teacher may be maps.
extern "C" __global__ __launch_bounds__(kThreads) void ttd_loss(
    const int* __restrict__ offsets, const unsigned* __restrict__ valid, const float* __restrict__ reductions,
    const float* __restrict__ maps, const float* __restrict__ teacher, const float* __restrict__ extremes,
    const float* __restrict__ selected, float* __restrict__ partial, float* __restrict__ dmaps, int cells, int sigmoid,
    float w, float b, int hard, float minimum_range, float distill_scale, float tag_scale) {
    __shared__ TargetMap targets[kThreads];
    __shared__ float scratch[kThreads / kWarpSize];
    __shared__ int rows[2];  // first and last + 1 of the sample: read once a block, as is the reduction
    __shared__ float reduction;
    const Phi phi = {sigmoid, w, b};
    const int sample = blockIdx.y;
    const int cell = blockIdx.x * kThreads + threadIdx.x;
    if (threadIdx.x < 2) {
        rows[threadIdx.x] = offsets[sample + threadIdx.x];
    } else if (threadIdx.x == 2) {
        reduction = reductions[sample];
    }
    __syncthreads();
    const int caption = rows[0];
    const int end = rows[1];
    const bool inside = cell < cells;
    const bool counts = inside && is_valid(valid, cells, sample, cell);
    const float tag_weight = 2.0f * tag_scale / reduction;
    const float distill_weight = 2.0f * distill_scale / reduction;
    float loss_tag = 0.0f;
    float all = 0.0f;  // union of the selected tags' targets
    for (int from = caption + 1; from < end; from += kThreads) {
        const int count = min(kThreads, end - from);
        __syncthreads();  // the targets of the maps before have been read
        if (threadIdx.x < count) {
            const int map = from + threadIdx.x;
            targets[threadIdx.x] = target_map(phi, extremes + 3 * map, minimum_range, selected[map] > 0.5f);
        }
        __syncthreads();
#pragma unroll 4
        for (int i = 0; i < (inside ? count : 0); i++) {
            const int at = (from + i) * cells + cell;
            float gradient = 0.0f;
            if (counts) {
                const float cosine = maps[at];
                const float s = phi.of(cosine);
                float t = 0.0f;
                if (targets[i].selected) {
                    const float taught = teacher == maps ? cosine : teacher[at];
                    t = target(phi, targets[i], hard != 0, taught, teacher == maps ? s : phi.of(taught));
                    all = fmaxf(all, t);
                }
                const float difference = s - t;
                loss_tag = fmaf(difference, difference, loss_tag);
                gradient = tag_weight * difference * phi.slope(s);
            }
            if (dmaps != nullptr) {
                dmaps[at] = gradient;
            }
        }
    }
    float loss_distill = 0.0f;
    if (inside) {
        const int at = caption * cells + cell;
        float gradient = 0.0f;
        if (counts) {
            const float s = phi.of(maps[at]);
            const float difference = s - all;
            loss_distill = difference * difference;
            gradient = distill_weight * difference * phi.slope(s);
        }
        if (dmaps != nullptr) {
            dmaps[at] = gradient;
        }
    }
    loss_distill = block_sum<kThreads>(loss_distill, scratch);
    loss_tag = block_sum<kThreads>(loss_tag, scratch);
    if (threadIdx.x == 0) {
        partial[2 * (sample * gridDim.x + blockIdx.x)] = loss_distill;
        partial[2 * (sample * gridDim.x + blockIdx.x) + 1] = loss_tag;
    }
}

// partial [samples, tiles, 2]. losses [samples, 2]: L_distill and L_tag. total [1]: their weighted sum, scales as above.
extern "C" __global__ __launch_bounds__(kFinishThreads) void ttd_loss_finish(
    const float* __restrict__ partial, const float* __restrict__ reductions, int samples, int tiles,
    float distill_scale, float tag_scale, float* __restrict__ losses, float* __restrict__ total) {
    __shared__ float scratch[kFinishThreads / kWarpSize];
    float sum = 0.0f;
    for (int sample = threadIdx.x; sample < samples; sample += kFinishThreads) {
        float distill = 0.0f;
        float tag = 0.0f;
        for (int tile = 0; tile < tiles; tile++) {
            distill += partial[2 * (sample * tiles + tile)];
            tag += partial[2 * (sample * tiles + tile) + 1];
        }
        distill /= reductions[sample];
        tag /= reductions[sample];
        losses[2 * sample] = distill;
        losses[2 * sample + 1] = tag;
        sum += distill_scale * distill + tag_scale * tag;
    }
    sum = block_sum<kFinishThreads>(sum, scratch);
    if (threadIdx.x == 0) {
        *total = sum;
    }
}

// The formulas as they read: one thread a sample, grid samples; losses as above before the total.
extern "C" __global__ __launch_bounds__(32) void ttd_loss_plain(
    const int* offsets, const unsigned* valid, const float* reductions, const float* maps, const float* teacher,
    const float* extremes, const float* selected, float* losses, float* dmaps, int cells, int sigmoid, float w, float b,
    int hard, float minimum_range, float distill_scale, float tag_scale) {
    const int sample = blockIdx.x;
    if (threadIdx.x != 0) {
        return;
    }
    const Phi phi = {sigmoid, w, b};
    const float reduction = reductions[sample];
    float distill = 0.0f;
    float tag = 0.0f;
    for (int cell = 0; cell < cells; cell++) {
        const bool counts = is_valid(valid, cells, sample, cell);
        // (S - goal)^2 of a map at the cell, its gradient written
        const auto square = [&](int map, float goal, float scale) {
            const float s = phi.of(maps[map * cells + cell]);
            if (dmaps != nullptr) {
                dmaps[map * cells + cell] = counts ? 2.0f * (s - goal) * phi.slope(s) * scale / reduction : 0.0f;
            }
            return counts ? (s - goal) * (s - goal) : 0.0f;
        };
        float all = 0.0f;
        for (int map = offsets[sample] + 1; map < offsets[sample + 1]; map++) {
            float goal = 0.0f;
            if (selected[map] > 0.5f) {
                const float least = phi.of(extremes[3 * map]);
                const float largest = phi.of(extremes[3 * map + 1]);
                goal = (phi.of(teacher[map * cells + cell]) - least) / fmaxf(largest - least, minimum_range);
                goal = hard ? (goal > 0.5f ? 1.0f : 0.0f) : goal;
                all = fmaxf(all, goal);
            }
            tag += square(map, goal, tag_scale);
        }
        distill += square(offsets[sample], all, distill_scale);
    }
    losses[2 * sample] = distill / reduction;
    losses[2 * sample + 1] = tag / reduction;
}
