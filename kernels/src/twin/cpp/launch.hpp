// Launching a kernel of the twin: its name, its arguments as cuLaunchKernel has them, and the run of a grid.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "cuda_on_cpu.hpp"

namespace twin {

// A kernel that takes one pointer per argument.
using Kernel = std::function<void(void** arguments)>;

// Kernels by name, filled when the library is loaded.
inline std::map<std::string, Kernel>& kernels() {
    static std::map<std::string, Kernel> table;
    return table;
}

template <typename... Arguments, size_t... I>
void call(void (*function)(Arguments...), void** arguments, std::index_sequence<I...>) {
    function(*static_cast<std::remove_reference_t<Arguments>*>(arguments[I])...);
}

struct Registration {
    template <typename... Arguments>
    Registration(const char* name, void (*function)(Arguments...)) {
        kernels()[name] = [function](void** arguments) {
            call(function, arguments, std::index_sequence_for<Arguments...>());
        };
    }
};

// Runs a grid to its end. Returns an empty text, or what is wrong with the kernel.
std::string run(const Kernel& kernel, uint3 grid, uint3 block, size_t dynamic_shared_bytes, void** arguments);

}  // namespace twin
