// Every function of libcuda.so.1 that JCuda links to, where libcuda.cpp has no better one.
#include <stdio.h>

#define UNSUPPORTED(name) \
    __attribute__((weak)) int name(void) { fprintf(stderr, "twin: " #name " is not supported\n"); return 801; }
#define CALL0(name) UNSUPPORTED(name)
#define CALL1(name, ...) UNSUPPORTED(name)
#define CALL2(name, ...) UNSUPPORTED(name)
#define CALL3(name, ...) UNSUPPORTED(name)
#define CALL4(name, ...) UNSUPPORTED(name)
#define CALL5(name, ...) UNSUPPORTED(name)
#define CALL11(name, ...) UNSUPPORTED(name)
#include "../../../emulator/src/main/c/cuda_functions.def"
