// libcuda.so.1 over the twin's kernels: as much of the driver API as the backend calls. Everything happens inside the call;
// device memory is host memory, poisoned with NaN; a module is whatever PTX it is given, of which only the kernels' names
// matter. Functions that are not here answer CUDA_ERROR_NOT_SUPPORTED (unsupported.c).

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "launch.hpp"

namespace {

using Handle = void*;
using Address = unsigned long long;

enum Status { kSuccess = 0, kInvalidValue = 1, kOutOfMemory = 2, kNotFound = 500, kLaunchFailed = 719 };

constexpr size_t kMemory = 8ull << 30;
constexpr size_t kAlignment = 256;

std::mutex device;
std::map<Address, size_t> allocations;
size_t in_use;
char handle;  // every object without state

Status allocate(Address* address, size_t bytes) {
    const std::lock_guard<std::mutex> lock(device);
    if (bytes == 0) {
        return kInvalidValue;
    }
    const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    void* memory = in_use + rounded > kMemory ? nullptr : std::aligned_alloc(kAlignment, rounded);
    if (memory == nullptr) {
        return kOutOfMemory;
    }
    std::memset(memory, 0xff, rounded);
    *address = reinterpret_cast<Address>(memory);
    allocations[*address] = rounded;
    in_use += rounded;
    return kSuccess;
}

Status release(Address address) {
    const std::lock_guard<std::mutex> lock(device);
    const auto found = allocations.find(address);
    if (found == allocations.end()) {
        return kInvalidValue;
    }
    in_use -= found->second;
    allocations.erase(found);
    std::free(reinterpret_cast<void*>(address));
    return kSuccess;
}

template <typename T>
Status fill(Address address, T value, size_t count) {
    T* to = reinterpret_cast<T*>(address);
    for (size_t i = 0; i < count; i++) {
        to[i] = value;
    }
    return kSuccess;
}

Status give(Handle* object) {
    *object = &handle;
    return kSuccess;
}

// CUdevice_attribute values of an A100 that somebody asks for.
int attribute(int number) {
    switch (number) {
        case 1: return 1024;         // threads of a block
        case 2: case 3: return 1024; // along x, y
        case 4: return 64;           // along z
        case 5: return 2147483647;   // blocks along x
        case 6: case 7: return 65535;
        case 8: return 49152;        // shared memory of a block
        case 10: return 32;          // warp
        case 16: return 108;         // multiprocessors
        case 75: return 8;           // compute capability
        case 76: return 0;
        case 81: return 167936;      // shared memory of a multiprocessor
        case 97: return 166912;      // shared memory of a block that asks for it
        default: return 0;
    }
}

}  // namespace

extern "C" {

int cuInit(unsigned) { return kSuccess; }
int cuDriverGetVersion(int* version) { *version = 12000; return kSuccess; }
int cuDeviceGetCount(int* count) { *count = 1; return kSuccess; }
int cuDeviceGet(int* number, int) { *number = 0; return kSuccess; }
int cuDeviceGetName(char* name, int bytes, int) { std::snprintf(name, bytes, "TTD kernels on the CPU (g++)"); return kSuccess; }
int cuDeviceGetAttribute(int* value, int number, int) { *value = attribute(number); return kSuccess; }
int cuDeviceTotalMem_v2(size_t* bytes, int) { *bytes = kMemory; return kSuccess; }
int cuMemGetInfo_v2(size_t* unused, size_t* total) { *unused = kMemory - in_use; *total = kMemory; return kSuccess; }
int cuDevicePrimaryCtxRetain(Handle* context, int) { return give(context); }
int cuDevicePrimaryCtxRelease_v2(int) { return kSuccess; }
int cuCtxSetCurrent(Handle) { return kSuccess; }
int cuCtxGetCurrent(Handle* context) { return give(context); }
int cuCtxSynchronize() { return kSuccess; }

int cuMemAlloc_v2(Address* address, size_t bytes) { return allocate(address, bytes); }
int cuMemAllocAsync(Address* address, size_t bytes, Handle) { return allocate(address, bytes); }
int cuMemFree_v2(Address address) { return release(address); }
int cuMemFreeAsync(Address address, Handle) { return release(address); }
int cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
    *memory = std::calloc(1, bytes);
    return *memory == nullptr ? kOutOfMemory : kSuccess;
}
int cuMemFreeHost(void* memory) { std::free(memory); return kSuccess; }

int cuMemcpyHtoD_v2(Address to, const void* from, size_t n) { std::memcpy(reinterpret_cast<void*>(to), from, n); return kSuccess; }
int cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t n, Handle) { return cuMemcpyHtoD_v2(to, from, n); }
int cuMemcpyDtoH_v2(void* to, Address from, size_t n) { std::memcpy(to, reinterpret_cast<void*>(from), n); return kSuccess; }
int cuMemcpyDtoHAsync_v2(void* to, Address from, size_t n, Handle) { return cuMemcpyDtoH_v2(to, from, n); }
int cuMemcpyDtoD_v2(Address to, Address from, size_t n) {
    std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), n);
    return kSuccess;
}
int cuMemcpyDtoDAsync_v2(Address to, Address from, size_t n, Handle) { return cuMemcpyDtoD_v2(to, from, n); }
int cuMemsetD8_v2(Address to, uint8_t value, size_t n) { return fill(to, value, n); }
int cuMemsetD8Async(Address to, uint8_t value, size_t n, Handle) { return fill(to, value, n); }
int cuMemsetD16_v2(Address to, uint16_t value, size_t n) { return fill(to, value, n); }
int cuMemsetD16Async(Address to, uint16_t value, size_t n, Handle) { return fill(to, value, n); }
int cuMemsetD32_v2(Address to, uint32_t value, size_t n) { return fill(to, value, n); }
int cuMemsetD32Async(Address to, uint32_t value, size_t n, Handle) { return fill(to, value, n); }

int cuStreamCreate(Handle* stream, unsigned) { return give(stream); }
int cuStreamDestroy_v2(Handle) { return kSuccess; }
int cuStreamSynchronize(Handle) { return kSuccess; }
int cuStreamWaitEvent(Handle, Handle, unsigned) { return kSuccess; }
int cuEventCreate(Handle* event, unsigned) { return give(event); }
int cuEventDestroy_v2(Handle) { return kSuccess; }
int cuEventRecord(Handle, Handle) { return kSuccess; }
int cuEventQuery(Handle) { return kSuccess; }
int cuEventSynchronize(Handle) { return kSuccess; }

int cuModuleLoadData(Handle* module, const void*) { return give(module); }
int cuModuleLoadDataEx(Handle* module, const void*, unsigned, int*, void**) { return give(module); }
int cuModuleUnload(Handle) { return kSuccess; }
int cuModuleGetFunction(Handle* function, Handle, const char* name) {
    const auto found = twin::kernels().find(name);
    if (found == twin::kernels().end()) {
        std::fprintf(stderr, "twin: no kernel %s\n", name);
        return kNotFound;
    }
    *function = const_cast<std::pair<const std::string, twin::Kernel>*>(&*found);
    return kSuccess;
}
int cuFuncSetAttribute(Handle, int, int) { return kSuccess; }

int cuLaunchKernel(Handle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, Handle, void** arguments, void**) {
    const std::lock_guard<std::mutex> lock(device);
    const auto& kernel = *static_cast<std::pair<const std::string, twin::Kernel>*>(function);
    const std::string failure = twin::run(kernel.second, {gx, gy, gz}, {bx, by, bz}, shared, arguments);
    if (!failure.empty()) {
        std::fprintf(stderr, "twin: %s: %s\n", kernel.first.c_str(), failure.c_str());
        return kLaunchFailed;
    }
    return kSuccess;
}

int cuGetErrorName(unsigned status, const char** name) {
    *name = status == kSuccess ? "CUDA_SUCCESS" : "CUDA_ERROR_OF_THE_TWIN";
    return kSuccess;
}
int cuGetErrorString(unsigned status, const char** text) {
    *text = status == kSuccess ? "no error" : "see standard error";
    return kSuccess;
}

}  // extern "C"
