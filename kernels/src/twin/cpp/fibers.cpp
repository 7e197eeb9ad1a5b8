// The threads of a block as fibers of one host thread. A fiber runs until it waits for others; which one runs next is
// the order of TWIN_SCHEDULE: forward (default), reverse, or a number that seeds a shuffle for every round.

#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <random>
#include <vector>

#include "launch.hpp"

namespace twin {

constexpr int kMostThreads = 1024;
constexpr size_t kStackBytes = 256 * 1024;
constexpr size_t kDynamicSharedBytes = 228 * 1024;

alignas(128) char dynamic_shared[kDynamicSharedBytes];

namespace {

struct Copy {
    void* to;
    const void* from;
    int bytes;
    int read;
};

struct Fiber {
    enum State { kReady, kAtBarrier, kInExchange, kDone };

    ucontext_t context;
    State state;
    uint3 index;
    int number;
    std::vector<Copy> open;                 // copies not yet committed
    std::deque<std::vector<Copy>> groups;   // committed ones, oldest first
};

// A meeting of the lanes of one mask. Two sets of values, so that a lane may come to the next meeting while others still
// read this one's; none can come to the one after that.
struct Meeting {
    uint64_t values[2][32];
    int set = 0;
    unsigned arrived = 0;
};

struct Block {
    std::vector<Fiber> fibers;
    std::vector<std::map<unsigned, Meeting>> warps;
    const Kernel* kernel;
    void** arguments;
};

Block block;
Fiber* current;
ucontext_t scheduler;

char* stacks() {
    static char* memory = static_cast<char*>(mmap(
        nullptr, kMostThreads * kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    return memory;
}

void wait(Fiber::State state) {
    current->state = state;
    swapcontext(&current->context, &scheduler);
}

void thread_main() {
    (*block.kernel)(block.arguments);
    wait_copies(0);
    wait(Fiber::kDone);
}

unsigned existing_lanes(int warp) {
    const int lanes = std::min<int>(32, static_cast<int>(block.fibers.size()) - 32 * warp);
    return lanes == 32 ? 0xffffffffu : (1u << lanes) - 1;
}

void start_block(uint3 dimensions) {
    const int threads = dimensions.x * dimensions.y * dimensions.z;
    block.fibers.resize(threads);
    block.warps.assign((threads + 31) / 32, {});
    for (int i = 0; i < threads; i++) {
        Fiber& fiber = block.fibers[i];
        fiber.state = Fiber::kReady;
        fiber.number = i;
        fiber.index = {i % dimensions.x, i / dimensions.x % dimensions.y, i / dimensions.x / dimensions.y};
        fiber.open.clear();
        fiber.groups.clear();
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = stacks() + i * kStackBytes;
        fiber.context.uc_stack.ss_size = kStackBytes;
        fiber.context.uc_link = nullptr;
        makecontext(&fiber.context, thread_main, 0);
    }
}

// Lets the block's barrier through when all threads that are left stand at it.
bool release_barrier() {
    for (const Fiber& fiber : block.fibers) {
        if (fiber.state != Fiber::kAtBarrier && fiber.state != Fiber::kDone) {
            return false;
        }
    }
    for (Fiber& fiber : block.fibers) {
        if (fiber.state == Fiber::kAtBarrier) {
            fiber.state = Fiber::kReady;
        }
    }
    return true;
}

std::string stuck() {
    std::string text = "threads wait for each other for ever:";
    for (const Fiber& fiber : block.fibers) {
        text += fiber.state == Fiber::kDone ? " e" : fiber.state == Fiber::kAtBarrier ? " b" : " x";
    }
    return text + " (e ended, b at __syncthreads, x in a warp operation)";
}

std::string run_block(const std::vector<int>& order) {
    for (;;) {
        bool progress = false;
        bool alive = false;
        for (int i : order) {
            Fiber& fiber = block.fibers[i];
            if (fiber.state == Fiber::kReady) {
                current = &fiber;
                threadIdx = fiber.index;
                swapcontext(&scheduler, &fiber.context);
                progress = true;
            }
            alive |= fiber.state != Fiber::kDone;
        }
        if (!alive) {
            return "";
        }
        if (!progress && !release_barrier()) {
            return stuck();
        }
    }
}

std::vector<int> order_of_threads(int threads) {
    std::vector<int> order(threads);
    for (int i = 0; i < threads; i++) {
        order[i] = i;
    }
    const char* schedule = std::getenv("TWIN_SCHEDULE");
    const std::string name = schedule == nullptr ? "forward" : schedule;
    if (name == "reverse") {
        std::reverse(order.begin(), order.end());
    } else if (name != "forward") {
        std::mt19937 random(std::stoul(name));
        std::shuffle(order.begin(), order.end(), random);
    }
    return order;
}

}  // namespace

int lane() { return current->number % 32; }

void block_barrier() { wait(Fiber::kAtBarrier); }

const uint64_t* exchange(unsigned mask, uint64_t value) {
    const int warp = current->number / 32;
    Meeting& meeting = block.warps[warp][mask];
    uint64_t* values = meeting.values[meeting.set];
    values[lane()] = value;
    meeting.arrived |= 1u << lane();
    if (meeting.arrived != (mask & existing_lanes(warp))) {
        wait(Fiber::kInExchange);
        return values;
    }
    meeting.set ^= 1;
    for (int i = 0; i < 32; i++) {
        if (meeting.arrived >> i & 1) {
            block.fibers[32 * warp + i].state = Fiber::kReady;
        }
    }
    meeting.arrived = 0;
    return values;
}

void copy_later(void* to, const void* from, int bytes, int read) { current->open.push_back({to, from, bytes, read}); }

void commit_copies() {
    current->groups.push_back(std::move(current->open));
    current->open.clear();
}

void wait_copies(int pending) {
    while (static_cast<int>(current->groups.size()) > pending) {
        for (const Copy& copy : current->groups.front()) {
            std::memset(copy.to, 0, copy.bytes);
            std::memcpy(copy.to, copy.from, copy.read);
        }
        current->groups.pop_front();
    }
}

std::string run(const Kernel& kernel, uint3 grid, uint3 dimensions, size_t dynamic_shared_bytes, void** arguments) {
    if (dynamic_shared_bytes > kDynamicSharedBytes) {
        return "more shared memory than there is";
    }
    block.kernel = &kernel;
    block.arguments = arguments;
    blockDim = dimensions;
    gridDim = grid;
    const std::vector<int> order = order_of_threads(dimensions.x * dimensions.y * dimensions.z);
    for (unsigned z = 0; z < grid.z; z++) {
        for (unsigned y = 0; y < grid.y; y++) {
            for (unsigned x = 0; x < grid.x; x++) {
                blockIdx = {x, y, z};
                std::memset(dynamic_shared, 0xff, dynamic_shared_bytes);  // NaN for whoever reads before writing
                start_block(dimensions);
                const std::string failure = run_block(order);
                if (!failure.empty()) {
                    return failure;
                }
            }
        }
    }
    return "";
}

}  // namespace twin
